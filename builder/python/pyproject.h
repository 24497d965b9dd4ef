/* pyproject.toml's [project] table (PEP 621, PEP 639) as core metadata. */
#ifndef PYTHON_PYPROJECT_H
#define PYTHON_PYPROJECT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "python/metadata.h"

/* One line of entry_points.txt. */
struct entry_point {
    const char *group; /* "console_scripts" */
    const char *name;
    const char *value; /* "module:function" */
};

/* Texts live in the arena given to pyproject_read. */
struct pyproject {
    bool has_project; /* a [project] table is there; else everything below is empty */
    struct metadata metadata;
    struct entry_point *entry_points; /* in the order of the file */
    size_t entry_point_count, entry_point_cap;
    bool has_license_files;      /* the key is there: no default patterns then */
    struct strvec license_files; /* glob patterns below the project */
    struct strvec dynamic;       /* fields that the project computes when it is built */
};

/* Reads root/pyproject.toml and the readme it names. No file is fine: nothing is in *p then. Mistakes are
 * ERR_PACKAGE with file:line:column, all at once. */
int pyproject_read(struct pyproject *p, struct arena *a, const char *root, struct err *e);
void pyproject_release(struct pyproject *p);

/* Checks "group", "name" and "module:function [extras]" of an entry point; false says no. */
bool entry_point_is_valid(const struct entry_point *ep);

#endif
