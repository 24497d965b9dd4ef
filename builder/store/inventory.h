/* What a store holds, as data: for showing it, and for making room. */
#ifndef STORE_INVENTORY_H
#define STORE_INVENTORY_H

#include <stdint.h>

#include "base/arena.h"
#include "store/store.h"

enum stored_kind {
    STORED_TREE,
    STORED_DOWNLOAD,
    STORED_KEPT, /* a work folder that is there to be looked at: a failed step's, or something damaged */
    STORED_WORK, /* one that a run works in, or that a killed one left */
};

struct stored {
    enum stored_kind kind;
    const char *group;    /* for sums: "build", "wheel" and so on; "download", "failed", "damaged", "work" */
    const char *name;     /* "zlib-1.3"; of a download its SHA-256 */
    const char *key;      /* 16 digits; "" of a download */
    const char *entry;    /* its name in its folder */
    const char *of;       /* the recipe that it was made for; "" when it is not known */
    const char *made_for; /* "build zlib 1.3, manylinux_2_17_x86_64"; "" when it is not known */
    uint64_t size_bytes;
    int64_t made_ns, used_ns; /* since 1970 */
};

struct inventory {
    struct stored *items; /* trees, downloads and work, each in the order of their names */
    size_t count;
};

/* Takes stock; all of it lives in the arena. What vanishes meanwhile is left out. */
int inventory_take(struct inventory *out, struct arena *a, const struct store *s, struct err *e);

/* Where it is; the caller frees it. */
char *stored_path(const struct stored *item, const struct store *s);

/* Whether a user who says name means it: its entry, its name with a version, its recipe; of a download at
 * least 8 digits of its SHA-256. */
bool stored_is_called(const struct stored *item, const char *name);

/* Bytes of all of them. */
uint64_t inventory_size(const struct inventory *inventory);

#endif
