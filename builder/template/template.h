/* Text with {{name}} places to fill in.
 *
 * A place is two braces directly followed by a name of a-z, A-Z, 0-9, '-', '_' and '.', and two braces. The
 * value is escaped for the kind of text. {{{name}}} puts the value in as it is: for text that was itself made
 * from a template. Any other braces are text, so "${{ matrix.python }}" of a CI pipeline passes through. */
#ifndef TEMPLATE_TEMPLATE_H
#define TEMPLATE_TEMPLATE_H

#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

enum template_escape {
    TEMPLATE_PLAIN,
    TEMPLATE_HTML, /* text and attribute values in quotes */
    TEMPLATE_JSON, /* inside the quotes of a JSON string, which may stand in a <script> */
};

/* Says what fills in name; text stays the caller's and must live as long as values is used. */
void template_set(struct map *values, const char *name, const char *text);

/* Adds text to *out with each place filled from values (see template_set). Fails (ERR_ENVIRONMENT) with
 * "name:line: what" for a name that has no value and for a place that is not closed; *out then ends in the
 * middle. */
int template_fill(struct strbuf *out, const char *name, struct slice text, const struct map *values,
    enum template_escape escape, struct err *e);

/* The path of what is called so in templates/: "page.html", "kit/gcc". Fails (ERR_ENVIRONMENT) when that
 * folder is not where the program was installed; who reads the file says whether it is there. The caller
 * frees it. */
char *template_path(const char *name, struct err *e);

/* Adds the file at path, which is a small one, with each place filled. */
int template_add(struct strbuf *out, const char *path, const struct map *values, struct err *e);

/* Adds text escaped. */
void template_escape(struct strbuf *out, const char *text, enum template_escape escape);

#endif
