/* Compiles of a build folder that is kept: one that would give the same object again is not done again,
 * whatever the build system thinks. */
#ifndef WRAPPER_REMEMBERED_H
#define WRAPPER_REMEMBERED_H

#include "wrapper/config.h"

/* A compile of one object by its compiler's words, and where it is written down. */
struct remembered {
    char *object;       /* as the words name it; NULL: it is no compile that can be remembered */
    char *dependencies; /* file that the compiler writes: what it has read */
    char *words;        /* file of the words that made the object */
};

/* Looks at argv, all words of the compiler. */
void remembered_init(struct remembered *r, const struct config *c, const struct words *argv);
void remembered_release(struct remembered *r);

/* Whether the object is there, made by the same words in the same folder, and newer than all that was read.
 */
bool remembered_is_done(const struct remembered *r, const struct words *argv);

/* Before it is compiled: forgets it, and adds the words that have the dependencies written. After success:
 * writes down argv, which is without these. */
void remembered_begin(const struct remembered *r, struct words *out);
void remembered_end(const struct remembered *r, const struct words *argv);

#endif
