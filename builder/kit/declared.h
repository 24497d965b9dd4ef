/* Which files of a preprocessed text declare names at file scope, or define macros of those names. */
#ifndef KIT_DECLARED_H
#define KIT_DECLARED_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"

struct declaration {
    const char *name, *file; /* the file as the preprocessor names it */
    bool is_macro;
};

struct declared {
    struct arena *arena;           /* of what is found */
    const struct map *names;       /* that are looked for; the values do not matter */
    VEC(struct declaration) found; /* one may stand there several times */
};

/* Adds what is found in a preprocessor's output, with or without its macros (-dD). */
void declared_read(struct declared *d, struct slice text);
void declared_release(struct declared *d);

#endif
