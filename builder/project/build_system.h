/* How a project says that it is built: [build-system] of its pyproject.toml (PEP 517, PEP 518). */
#ifndef PROJECT_BUILD_SYSTEM_H
#define PROJECT_BUILD_SYSTEM_H

#include "base/arena.h"
#include "base/err.h"
#include "recipe/recipe.h"

struct project_build {
    const char *backend;   /* "setuptools.build_meta", "pkg.module:object" */
    struct texts requires; /* what the backend needs to be imported, PEP 508 */
    struct texts path;     /* folders of the source to import it from; none: from what is installed */
    bool said;             /* the file says so; otherwise setuptools is meant */
};

/* Reads root/pyproject.toml into the arena. Without the file, or the table, the project is built by
 * setuptools as setup.py says. Mistakes are ERR_PACKAGE with file:line:column. */
int project_build_read(struct project_build *b, struct arena *a, const char *root, struct err *e);

/* Name and version as far as the source says them without running anything: PKG-INFO, then [project]. NULL
 * where it does not. */
int project_identity_read(
    const char **name, const char **version, struct arena *a, const char *root, struct err *e);

#endif
