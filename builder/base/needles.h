/* A few short texts looked for at once, in one pass. */
#ifndef BASE_NEEDLES_H
#define BASE_NEEDLES_H

#include "base/bytes16.h"
#include "base/str.h"

enum { NEEDLES_MAX = 64 };

/* Zeroed: none. */
struct needles {
    struct slice items[NEEDLES_MAX];
    bytes16 first[NEEDLES_MAX], second[NEEDLES_MAX]; /* the first two bytes of each, sixteen times */
    size_t count;
};

/* Two bytes at least, which stay the caller's; false when there is no room. */
bool needles_add(struct needles *n, struct slice needle);

/* The first place from `from` on where the whole of one of them stands before end, and which; NULL: there is
 * none. Of several in one place the first that was added. */
const char *needles_find(const struct needles *n, const char *from, const char *end, size_t *which);

#endif
