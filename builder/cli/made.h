/* What of the cache a user means who names a recipe that was built, or was to be. */
#ifndef CLI_MADE_H
#define CLI_MADE_H

#include "store/inventory.h"

struct made {
    struct arena arena;
    struct store store;
    struct inventory inventory;
};
void made_release(struct made *m);

/* Opens the cache. */
int made_open(struct made *m, struct err *e);

/* The newest tree or work folder of that name in which the file is there, or NULL: its entry, and *path of
 * the file, which the caller frees. below_tree NULL: trees do not count. */
const struct stored *made_find(
    const struct made *m, const char *name, const char *below_tree, const char *below_work, char **path);

#endif
