/* Whether a newer version than a recipe's is published where its source comes from. */
#ifndef PROJECT_NEWER_H
#define PROJECT_NEWER_H

#include "base/arena.h"
#include "recipe/recipe.h"
#include "sched/loop.h"

enum newer_answer {
    NEWER_NOT_ASKED, /* none of its locations has a listing that could be asked */
    NEWER_FAILED,    /* who could be asked did not answer */
    NEWER_NONE,
    NEWER_PUBLISHED,
};

struct newer {
    enum newer_answer answer;
    const char *version; /* PUBLISHED: the newest */
    const char *where;   /* PUBLISHED: "debian:zlib", "pypi:lxml" */
    const char *reason;  /* what went wrong with one who was asked, or NULL */
};

/* The word of an answer, as in JSON: "outdated", "current". */
const char *newer_word(enum newer_answer answer);

/* Asks each location of each version of the recipe, as laid out for target ("linux-x86_64"); a version that
 * any of them has, and that is newer than all of the recipe's, counts, unless it is a pre-release. Texts live
 * in the arena. */
void newer_ask(
    struct newer *n, struct arena *a, struct loop *l, const struct recipe_file *file, const char *target);

/* The version that a location's file is of, in the arena: of a source distribution (PEP 625), or of Debian's
 * NAME_VERSION.orig.tar.xz without what says that it was packed anew ("+dfsg"); where the location's own file
 * is a package, of those of that name and architecture. NULL for another file. */
struct location;
const char *newer_version_of(struct arena *a, const struct location *at, const char *file);

#endif
