/* Making room in a store. What was used last stays longest; what a run uses that is alive stays always. */
#ifndef STORE_COLLECT_H
#define STORE_COLLECT_H

#include "store/inventory.h"

struct room_limits {
    bool has_size, has_age;
    uint64_t size_max;     /* of all that stays */
    int64_t used_since_ns; /* what was used last before goes */
    bool only_tell;
};

struct room_made {
    const struct stored **gone;
    size_t gone_count;
    uint64_t gone_bytes, left_bytes;
    const struct stored **in_use; /* would have gone as well */
    size_t in_use_count;
    long process; /* that uses it; 0 when it is not known */
};

/* Removes what is too old, then what was used least recently until the rest is small enough. Lists are in the
 * arena, and point into the inventory. */
int store_make_room(struct room_made *out, struct arena *a, const struct store *s,
    const struct inventory *inventory, const struct room_limits *limits, struct err *e);

/* Removes what is called by one of the names. */
int store_drop(struct room_made *out, struct arena *a, const struct store *s,
    const struct inventory *inventory, const struct strvec *names, struct err *e);

#endif
