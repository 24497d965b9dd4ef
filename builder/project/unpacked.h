/* A wheel that a backend made, unpacked as it is: what of it was linked here, and what it says of itself. It
 * becomes a fact of the tree's manifest, so that who comes later need not look again. */
#ifndef PROJECT_UNPACKED_H
#define PROJECT_UNPACKED_H

#include "base/arena.h"
#include "base/err.h"
#include "json/json.h"
#include "project/links.h"
#include "recipe/recipe.h"

/* A shared object in the wheel. */
struct unpacked_object {
    const char *file;   /* path in the wheel */
    const char *map;    /* link map, below the tree; NULL: it was not linked as a module here */
    const char *relink; /* absolute: what it was linked from (wrapper/relink.h); NULL: that was not kept */
};

struct unpacked {
    const char *file_name;    /* of the backend's wheel */
    const char *python, *abi; /* its tags: "cp311", "cp38"; "py2.py3", "none" */
    bool is_pure;             /* its platform is "any" */
    struct unpacked_object *objects;
    size_t object_count;
};

/* Looks through folder, into which the wheel of that name was unpacked, and copies the maps of its modules to
 * maps, which is made, as MAPS/N.map; they are named "maps/N.map". */
int unpacked_find(struct unpacked *u, struct arena *a, const char *file_name, const char *folder,
    const struct links *links, const char *maps, struct err *e);

/* But for the objects, as members of an object, and back. A fact that lacks something is ERR_ENVIRONMENT. */
void unpacked_put(const struct unpacked *u, struct json *object);
int unpacked_get(struct unpacked *u, struct arena *a, const struct json *object, struct err *e);

/* What an installed copy of it is imported by: the packages and modules at its top, in the order of their
 * names, without those that begin with an underscore where others do not. files are those of the wheel,
 * sorted. The texts live in the arena. */
struct texts unpacked_imports(struct arena *a, const struct strvec *files);

#endif
