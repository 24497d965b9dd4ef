/* What was made before, as far as the store still has it: for saying why something is made again. */
#ifndef STORE_PAST_H
#define STORE_PAST_H

#include <stdint.h>

#include "store/store.h"

struct past_tree {
    const char *text; /* of its key */
    const char *tree; /* its folder, absolute */
    struct fact_list facts;
    int64_t made_ns; /* since 1970 */
};
struct past {
    struct past_tree *items; /* newest first */
    size_t count;
};

/* The key of one tree: 1, 0 when it has none that can be understood, or -1. */
int past_tree_read(struct past_tree *tree, struct arena *a, const char *folder, struct err *e);

/* Reads the keys of all trees into the arena; what has no key that can be read, as of an older program, is
 * left out. */
int store_past(struct past *out, struct arena *a, const struct store *s, struct err *e);

#endif
