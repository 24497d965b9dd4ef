/* Which DT_RPATH and DT_RUNPATH a loader asks for a library, in its order: the rules alone, of glibc's
 * elf/dl-load.c and musl's ldso/dynlink.c, for whoever knows the files. */
#ifndef LOADER_INHERIT_H
#define LOADER_INHERIT_H

#include <stdbool.h>
#include <stddef.h>

/* What one loaded file says, and which one asked for it first; its own number for the first of all. */
struct loader_paths {
    const char *rpath, *runpath; /* or NULL */
    size_t asked_by;
};

struct loader_path_rules {
    bool musl;
    /* What file number `object` says. */
    struct loader_paths (*of)(void *arg, size_t object);
    /* Looks into a list, which is that of `object`; true when it was found there. */
    bool (*look)(void *arg, const char *list, size_t object, bool is_runpath);
    void *arg;
};

/* DT_RPATH of `by` and of those that led to it, unless it has DT_RUNPATH, which makes glibc forget them; on
 * musl both are the same and are inherited. Comes before LD_LIBRARY_PATH on glibc. */
bool loader_look_inherited(const struct loader_path_rules *r, size_t by);

/* DT_RUNPATH of `by`, of which glibc asks nobody else's. */
bool loader_look_runpath(const struct loader_path_rules *r, size_t by);

#endif
