/* Whether all that a store holds is what it was: trees against their manifests, downloads against their
 * names. */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include "store/inventory.h"

/* Something that is not what it was. */
struct damage {
    const struct stored *item;
    const char *const *differences; /* "lib/libz.a: has other content" */
    size_t difference_count;
    const char *place; /* where it was moved to; NULL when a run makes it anew just now */
};

struct verification {
    size_t tree_count, download_count; /* that were looked at */
    struct damage *items;
    size_t count;
};

/* Reads everything, and sets aside what is damaged, to be made or fetched again. */
int store_verify(struct verification *out, struct arena *a, const struct store *s,
    const struct inventory *inventory, struct err *e);

#endif
