/* What has to be known of a project to build it, as far as it does not say so itself: one table of a file
 * that has many, or [tool.staticbuild] of the project's own pyproject.toml. The keys are those of recipes, in
 * fewer tables; recipes/README.md has them. */
#ifndef RECIPE_PROJECT_ROW_H
#define RECIPE_PROJECT_ROW_H

#include "recipe/recipe.h"

struct project_row {
    struct requirements libraries;
    struct pairs env;
    struct option *settings; /* for its backend */
    size_t setting_count;
    struct patch *patches; /* files as written */
    size_t patch_count;
    const char *abi3;      /* "3.12", or NULL */
    struct test_spec test; /* script as written */
    struct position at;    /* line 0: nothing is known */
};

/* The row of a project, by its normalised name, of a file of rows; zeroed when it has none. All rows are
 * checked: every mistake is in *e, one "file:line:column: …" a line, ERR_RECIPE. */
int project_row_read(
    struct project_row *row, struct arena *a, const char *path, const char *name, struct err *e);

/* The same for one table, called name ("tool.staticbuild") in the file that is shown. */
int project_row_of(struct project_row *row, struct arena *a, const char *file, const struct toml_node *table,
    const char *name, struct err *e);

#endif
