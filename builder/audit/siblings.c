#include "audit/siblings.h"

#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "sys/path.h"

enum { ENTRIES_MAX = 64, NEEDED_MAX = 256 };

static void look_into(struct map *siblings, const struct elf_image *image, const char *folder)
{
    static char here;
    for (size_t i = 0; i < image->needed_count && i < NEEDED_MAX; i++) {
        if (strchr(image->needed[i], '/') || map_get(siblings, image->needed[i]))
            continue;
        AUTO_FREE char *library = path_join(folder, image->needed[i]);
        if (access(library, F_OK) == 0)
            map_set(siblings, image->needed[i], &here);
    }
}

void siblings_find(struct map *siblings, const struct elf_image *image, const char *path)
{
    const char *search = image->runpath ? image->runpath : image->rpath;
    if (!search || !strchr(search, '$'))
        return;
    AUTO_FREE char *origin = path_dir(path);
    struct slice rest = slice_of(search);
    for (size_t i = 0; rest.ptr && i < ENTRIES_MAX; i++) {
        struct slice entry = slice_cut(&rest, ':');
        size_t skip = entry.len >= 7 && memcmp(entry.ptr, "$ORIGIN", 7) == 0     ? 7
                      : entry.len >= 9 && memcmp(entry.ptr, "${ORIGIN}", 9) == 0 ? 9
                                                                                 : 0;
        if (!skip || entry.len > 4096)
            continue;
        AUTO_FREE char *folder = xstrf("%s%.*s", origin, (int)(entry.len - skip), entry.ptr + skip);
        look_into(siblings, image, folder);
    }
}
