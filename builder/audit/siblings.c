/* The libraries that a module finds beside itself by its own search path. */
#include "audit/siblings.h"

#include <string.h>

#include "audit/search_path.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/path.h"
#include "sys/read.h"

enum { NEEDED_MAX = 256 };

struct sibling_search {
    struct map *siblings;
    const struct elf_image *image;
    struct err *e;
};

static bool look_into(void *arg, const char *folder)
{
    static char here;
    const struct sibling_search *l = arg;
    for (size_t i = 0; i < l->image->needed_count && i < NEEDED_MAX; i++) {
        if (strchr(l->image->needed[i], '/') || map_get(l->siblings, l->image->needed[i]))
            continue;
        AUTO_FREE char *library = path_join(folder, l->image->needed[i]);
        struct stat st;
        int there = path_look(&st, library, true, l->e);
        if (there < 0)
            return true;
        if (there)
            map_set(l->siblings, l->image->needed[i], &here);
    }
    return false;
}

/* A plain library is loaded by others: whoever's DT_RPATH led to it leads to what lies beside it. One with
 * DT_RUNPATH is asked for its own alone. */
static bool inherits(const struct elf_image *image, const char *path)
{
    return !image->runpath && (image->soname || str_starts(path_base(path), "lib"));
}

int siblings_find(struct map *siblings, const struct elf_image *image, const char *path, struct err *e)
{
    const char *search = image->runpath ? image->runpath : image->rpath;
    AUTO_FREE char *origin = path_dir(path);
    struct sibling_search l = {siblings, image, e};
    if (inherits(image, path))
        look_into(&l, origin);
    if (!search || !strchr(search, '$'))
        return e->kind ? -1 : 0;
    search_path_visit(
        search, origin, arch_of_machine(image->machine, image->wide, image->big), look_into, &l);
    return e->kind ? -1 : 0;
}
