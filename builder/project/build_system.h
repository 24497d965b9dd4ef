/* How a project says that it is built: [build-system] of its pyproject.toml (PEP 517, PEP 518). */
#ifndef PROJECT_BUILD_SYSTEM_H
#define PROJECT_BUILD_SYSTEM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "project/said.h"
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

/* Adds what [tool.staticbuild] and [external] of root/pyproject.toml say; exists tells of which names there
 * are recipes. Mistakes are ERR_RECIPE with file:line:column. */
int project_said_read(struct project_said *s, const char *root, bool (*exists)(void *arg, const char *name),
    void *arg, struct err *e);

/* "built by setuptools.build_meta, which needs setuptools>=77, cython", for people; the caller frees it. */
char *project_build_text(const struct project_build *b);

/* What the source says of itself without running anything, by PKG-INFO, else [project]; NULL where it does
 * not. */
struct project_identity {
    const char *name, *version, *requires_python;
};
int project_identity_read(struct project_identity *id, struct arena *a, const char *root, struct err *e);

#endif
