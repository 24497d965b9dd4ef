/* What this machine's glibc has and the target's has not: linked against without a stub, or by a linker that
 * was told to let it be undefined, such a name is found here and nowhere else. */
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "elf/image.h"
#include "sys/fs.h"
#include "kit/internal.h"

struct known {
    const char *version; /* the oldest that has the name; in the arena */
    int order;
    bool linkable; /* one of its versions is the default */
};

static int read_library(struct map *names, struct arena *a, const char *path, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    AUTO(mapping) struct mapping file = {0};
    struct elf_image image;
    if (mapping_open(&file, path, e) < 0)
        return -1;
    if (elf_open(&image, &scratch, file.bytes, file.size, e) < 0)
        return err_wrap(e, "%s", path);
    struct elf_symbol s;
    for (size_t i = 1; i < image.symbol_count; i++) {
        if (!elf_symbol_at(&image, i, &s) || s.section == SHN_UNDEF || s.section == SHN_ABS || !s.version)
            continue;
        int order = glibc_version_order(s.version->name);
        if (order < 0)
            continue;
        struct known *k = map_get(names, s.name);
        if (!k) {
            k = arena_new(a, struct known);
            map_set(names, s.name, k);
        }
        if (!k->version || order < k->order) {
            k->version = arena_strdup(a, s.version->name);
            k->order = order;
        }
        k->linkable |= !s.version_hidden;
    }
    return 0;
}

int kit_newer_names(struct map *out, struct arena *a, const struct kit_request *r, struct err *e)
{
    AUTO(strvec) struct strvec paths = {0};
    AUTO(map) struct map names = {0};
    if (kit_libraries(&paths, r, e) < 0)
        return -1;
    for (size_t i = 0; i < paths.len; i++)
        if (read_library(&names, a, paths.items[i], e) < 0)
            return -1;
    for (size_t i = 0; i < names.len; i++) {
        const struct known *k = names.entries[i].value;
        if (k->linkable && k->order > r->target->minor * 1000 + 999)
            map_set(out, names.entries[i].key, (void *)k->version);
    }
    return 0;
}
