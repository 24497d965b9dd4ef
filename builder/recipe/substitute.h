/* Placeholders in the texts of recipes: {prefix} {src} {dep.zlib.prefix} … */
#ifndef RECIPE_SUBSTITUTE_H
#define RECIPE_SUBSTITUTE_H

#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

/* Values by placeholder name, without braces ("prefix", "dep.zlib.prefix"): each a `const char *`. The
 * list-valued ones
 * ("cflags", "ldflags", "cxxflags") are `struct strvec *` in lists. */
struct substitution {
    struct map texts;
    struct map lists;
};

/* Adds text to *out as exactly one argument, or as many as the list has when text is "{cflags…}" (or
 * "{cflags...}"). Inside a longer text a list joins with spaces. "{{" and "}}" are braces. Unknown names were
 * refused at load; one that has no value here is an error naming it. */
int substitute(struct strvec *out, const char *text, const struct substitution *with, struct err *e);

void substitution_release(struct substitution *s); /* frees the maps, not the values */

#endif
