/* Arrays that grow, for any type: declare with VEC(type), zeroed is empty.
 *
 *     VEC(struct step) steps = {0};
 *     vec_push(&steps, ((struct step){...}));
 *     vec_each (&steps, s) use(s->name);
 *     vec_release(&steps); */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/count.h"

#define VEC(type)        \
    struct {             \
        type *items;     \
        size_t len, cap; \
    }

#define vec_grow(v)                                                       \
    ((v)->len < (v)->cap ? (void)0                                        \
                         : (void)((v)->cap = (v)->cap ? (v)->cap * 2 : 8, \
                               (v)->items = xrealloc((v)->items, (v)->cap, sizeof *(v)->items)))

#define vec_push(v, value) (vec_grow(v), (void)((v)->items[(v)->len++] = (value)))

/* Adds a zeroed element and gives its address, valid until the next push. */
#define vec_add(v) \
    (vec_grow(v), memset(&(v)->items[(v)->len], 0, sizeof *(v)->items), &(v)->items[(v)->len++])

/* An empty one has no address to count from. */
#define vec_each(v, it) \
    for (__typeof__(&*(v)->items) it = (v)->items, it##_end = it ? it + (v)->len : it; it < it##_end; it++)

#define vec_release(v) (free((v)->items), (v)->items = NULL, (v)->len = (v)->cap = 0)

#endif
