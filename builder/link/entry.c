/* A module whose source has the entry point of another name: the version script hides it, so that the
 * finished module would only say that its own is missing. The objects still know. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/object.h"
#include "link/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

struct entries {
    const char *wanted, *hook; /* PyInit_x, PyModExport_x */
    bool has_wanted;
    struct strbuf others;
};

static void note_symbol(struct entries *found, const struct elf_symbol *symbol)
{
    const char *name = symbol->name;
    if (symbol->section == SHN_UNDEF)
        return;
    if (strcmp(name, found->wanted) == 0 || strcmp(name, found->hook) == 0)
        found->has_wanted = true;
    else if (str_starts(name, "PyInit") || str_starts(name, "PyModExport"))
        strbuf_addf(&found->others, "%s%s", found->others.len ? ", " : "", name);
}

static int look_into(struct entries *found, const char *path, struct err *e)
{
    struct mapping m = {0};
    struct elf_object object;
    AUTO(err) struct err ignored = ERR_INIT; /* byte-code of a linker's plugin, and the like */
    if (mapping_open(&m, path, e) < 0)
        return -1;
    if (elf_object_open(&object, m.bytes, m.size, &ignored) == 0)
        for (size_t i = 0; i < object.symbol_count; i++) {
            struct elf_symbol symbol;
            if (elf_object_symbol_at(&object, i, &symbol))
                note_symbol(found, &symbol);
        }
    mapping_release(&m);
    return 0;
}

int module_entry_check(const struct recipe *r, const struct module_spec *m, const char *work, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO_FREE char *wanted = module_entry_point(m->name);
    AUTO_FREE char *hook = module_entry_point_of(m->name, 1);
    struct entries found = {.wanted = wanted, .hook = hook};
    int status = folder_names(&names, work, e) < 0 ? -1 : 0;
    for (size_t i = 0; !status && i < names.len; i++) {
        AUTO_FREE char *path = path_join(work, names.items[i]);
        if (str_ends(path, ".o"))
            status = look_into(&found, path, e);
    }
    if (!status && !found.has_wanted && found.others.len)
        status = recipe_wrong(e, r, m->name, "module %s: its source defines %s, and not %s", m->name,
            strbuf_str(&found.others), wanted);
    strbuf_release(&found.others);
    return status;
}
