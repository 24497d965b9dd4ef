/* A recipe of what is there: published on the package index, somewhere else, or in a folder. */
#ifndef CLI_NEW_FROM_H
#define CLI_NEW_FROM_H

#include "base/arena.h"
#include "base/map.h"
#include "cli/program.h"

/* What was found, in the arena. */
struct new_found {
    const char *name, *version;
    const char *url, *sha256; /* NULL: it lies in a folder */
    const char *requires_python;
    bool is_project;           /* a build backend of Python's builds it */
    const char *template_name; /* else: the skeleton for what builds it */
    const char *license;       /* as far as its text says which; or NULL */
    const char *license_files; /* as a list of TOML has them */
};

/* Looks at inv->from: "pypi:NAME", "pypi:NAME==VERSION", a location as [[source]] urls has them, or a folder.
 * Archives are fetched into the cache, and unpacked by a child of this program. name is what the user calls
 * it, or NULL. Fails with ERR_USAGE where a name is needed. */
int new_look(
    struct new_found *found, struct arena *a, const struct invocation *inv, const char *name, struct err *e);

#endif
