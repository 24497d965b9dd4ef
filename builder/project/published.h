/* Source distributions that a package index lists (PEP 691). */
#ifndef PROJECT_PUBLISHED_H
#define PROJECT_PUBLISHED_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct published {
    const char *file;    /* "lxml-6.1.3.tar.gz" */
    const char *version; /* normal form */
    const char *sha256;
    const char *requires_python; /* or NULL */
};

/* "NAME-VERSION.tar.gz" or ".zip" of that project, its version in normal form in the arena; NULL for anything
 * else. */
const char *published_version(struct arena *a, const char *name, const char *file);

/* Chooses from a project's page: the version that is asked for, or the newest that is final and not
 * withdrawn. Fails (ERR_FETCH) when there is no source distribution of it, and for a page that is not JSON.
 */
int published_find(struct published *out, struct arena *a, const char *name, const char *version,
    struct slice page, struct err *e);

#endif
