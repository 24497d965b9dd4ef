/* Everything that is wrong with one recipe, told at once. */
#ifndef RECIPE_MISTAKES_H
#define RECIPE_MISTAKES_H

#include "base/err.h"
#include "base/vec.h"
#include "toml/toml.h"

struct mistakes {
    const char *file;
    VEC(struct mistake {
        struct toml_pos at;
        char *text; /* owned */
    })
    list;
};

void mistake_add(struct mistakes *m, struct toml_pos at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets *e to one "file:line:column: text" a line, sorted by place, each said once, and returns -1; returns 0
 * when there are none. */
int mistakes_report(struct mistakes *m, struct err *e);
void mistakes_release(struct mistakes *m);

/* The candidate that a mistyped word is nearest to: zeroed but for word, then shown each candidate. best
 * stays NULL when none is near. */
struct guess {
    const char *word;
    const char *best;
    size_t distance;
};
void guess_consider(struct guess *g, const char *candidate);

/* ` (did you mean "best"?)`, or "" when there is no guess; in the arena. */
const char *guess_text(struct arena *a, const struct guess *g);

#endif
