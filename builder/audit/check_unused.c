/* Libraries that are needed and give nothing. */
#include <string.h>

#include "audit/internal.h"

static bool is_loader(const char *library)
{
    return str_starts(library, "ld-linux") || str_starts(library, "ld64.so.");
}

void check_unused(struct check *c)
{
    if (c->facts->libc == LIBC_MUSL)
        return; /* there no symbol has a version to tell it by */
    for (size_t i = 0; i < c->image->needed_count; i++) {
        const char *library = c->image->needed[i];
        if (!library_versions_everything(library) || is_loader(library))
            continue;
        bool used = false;
        for (size_t k = 0; k < c->facts->version_count && !used; k++)
            used = c->facts->versions[k].symbols && strcmp(c->facts->versions[k].version->file, library) == 0;
        if (used || strcmp(library, "libc.so.6") == 0)
            continue;
        struct finding *f = add_finding(c, "needs %s, but takes nothing from it", library);
        f->library = keep(c, library);
        set_remedy(c, f, "link with --as-needed");
    }
}
