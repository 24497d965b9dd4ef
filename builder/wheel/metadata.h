/* What a wheel says about itself, gathered from the source and the recipe. */
#ifndef WHEEL_METADATA_H
#define WHEEL_METADATA_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "python/metadata.h"
#include "python/pyproject.h"
#include "recipe/recipe.h"

/* Texts live in the arena given to wheel_metadata_gather. */
struct wheel_metadata {
    struct metadata core;
    struct entry_point *entry_points;
    size_t entry_point_count;
    struct strvec license_files; /* the distribution's own texts, below the source, sorted */
    struct strvec sboms;         /* SBOMs that came with the source, below it */
    struct strvec notes;         /* what of the source's fields was not taken as it is, and why */
};

/* Reads PKG-INFO of an sdist, else [project] of pyproject.toml, at src; fills what neither says from the
 * recipe (name, version, summary, homepage, requires); then lays [wheel.metadata] over it. A name or version
 * that contradicts the recipe's is ERR_RECIPE; other fields that change are told in notes. */
int wheel_metadata_gather(
    struct wheel_metadata *m, struct arena *a, const char *src, const struct recipe *r, struct err *e);
void wheel_metadata_release(struct wheel_metadata *m);

/* Whether a file of that name, at the top of a source, is the text of a licence. */
bool license_is_text(const char *name);

/* Joins SPDX expressions with AND: each once, those with OR in parentheses. Fails (ERR_RECIPE) for a text
 * that is not an expression. The caller frees the result; "" for none. */
char *license_join(const char *const *expressions, size_t len, struct err *e);

#endif
