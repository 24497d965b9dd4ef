/* Placeholders in the texts of recipes: {prefix} {src} {dep.zlib.prefix} … */
#ifndef RECIPE_SUBSTITUTE_H
#define RECIPE_SUBSTITUTE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

/* Values by placeholder name, without braces ("prefix", "dep.zlib.prefix"): each a `const char *`. The
 * list-valued ones ("cflags", "cxxflags", "ldflags") are `struct strvec *` in lists. */
struct substitution {
    struct map texts;
    struct map lists;
};

/* Says what stands for name; text, or list, stays the caller's and must live as long as s. */
void substitution_set(struct substitution *s, const char *name, const char *text);
void substitution_set_list(struct substitution *s, const char *name, const struct strvec *list);

/* Adds text to *out as exactly one argument, or as many as the list has when text is "{cflags…}" (or
 * "{cflags...}"). Inside a longer text a list joins with spaces. "{{" and "}}" are braces. Unknown names were
 * refused at load; one that has no value here is an error (ERR_RECIPE) naming it. */
int substitute(struct strvec *out, const char *text, const struct substitution *with, struct err *e);

/* The same for one text that is not an argument, such as a path or a variable's value. */
int substitute_text(struct strbuf *out, const char *text, const struct substitution *with, struct err *e);

void substitution_release(struct substitution *s); /* frees the maps, not the values */

/* How a text falls into pieces. */
struct text_piece {
    enum { PIECE_LITERAL, PIECE_PLACEHOLDER, PIECE_STRAY_BRACE } kind;
    struct slice text; /* literal bytes, or the name */
    bool spread;       /* "{name…}" */
};

/* Gives the next piece and moves *rest behind it; false at the end. */
bool text_next_piece(const char **rest, struct text_piece *piece);

/* All names that may stand in braces, NULL-terminated; "dep.NAME.prefix" for any NAME is not among them. */
extern const char *const placeholder_names[];

/* Whether this placeholder stands for a list. */
bool placeholder_is_list(struct slice name);

/* The NAME of "dep.NAME.prefix"; a slice with ptr NULL for any other name. */
struct slice placeholder_dependency(struct slice name);

#endif
