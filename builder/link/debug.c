/* Symbol tables leave the module, and stay beside it: a file that debuggers and profilers find by the build
 * id, as gdb(1) has it below a folder .build-id. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/image.h"
#include "link/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { LEAST_BYTES = 2 }; /* one of them names the folder */

static struct command *split_command(
    const struct debug_split *d, const char *phase, const struct strvec *env, struct commands *out)
{
    struct command *c = link_command(out, phase, d->work, d->logs, d->name, env);
    c->beside = true;
    return c;
}

void debug_command(const struct debug_split *d, const struct strvec *env, struct commands *out)
{
    struct command *c = split_command(d, "debug", env, out);
    strvec_push(&c->argv, d->toolchain->objcopy);
    strvec_push(&c->argv, "--only-keep-debug");
    strvec_push(&c->argv, d->file);
    strvec_push(&c->argv, d->debug);
}

void strip_command(const struct debug_split *d, const struct strvec *env, struct commands *out)
{
    struct command *c = split_command(d, "strip", env, out);
    strvec_push(&c->argv, d->toolchain->strip);
    strvec_push(&c->argv, "--strip-all");
    if (d->stripped) {
        strvec_push(&c->argv, "-o");
        strvec_push(&c->argv, d->stripped);
    }
    strvec_push(&c->argv, d->file);
}

char *debug_file_name(const char *file, struct err *e)
{
    AUTO(mapping) struct mapping m = {0};
    AUTO(arena) struct arena a = {0};
    struct elf_image image;
    if (mapping_open(&m, file, e) < 0 || elf_open(&image, &a, m.bytes, m.size, e) < 0)
        return NULL;
    struct elf_range id = elf_build_id(&image);
    struct strbuf name = {0};
    for (size_t i = 0; id.len >= LEAST_BYTES && i < id.len; i++)
        strbuf_addf(&name, "%s%02x%s", i ? "" : DEBUG_BY_ID "/", id.ptr[i], i ? "" : "/");
    if (!name.len)
        return NULL;
    strbuf_adds(&name, ".debug");
    return strbuf_steal(&name);
}

int debug_file_place(char **below, const char *file, const char *debug, const char *folder, struct err *e)
{
    AUTO_FREE char *name = debug_file_name(file, e);
    *below = NULL;
    if (!name)
        return e->kind ? -1 : 0;
    AUTO_FREE char *placed = path_join(folder, name);
    AUTO_FREE char *parent = path_dir(placed);
    if (folder_make(parent, e) < 0 || file_rename(debug, placed, e) < 0)
        return -1;
    *below = xstrdup(name);
    return 0;
}
