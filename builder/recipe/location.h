/* Locations: how a recipe says where a file is published. One grammar: what a recipe may say is what can be
 * fetched.
 */
#ifndef RECIPE_LOCATION_H
#define RECIPE_LOCATION_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum location_kind {
    LOCATION_HTTP,   /* https:… or http:… */
    LOCATION_FILE,   /* file:/path */
    LOCATION_DEBIAN, /* debian:PACKAGE/FILE */
    LOCATION_PYPI,   /* pypi:NAME/FILE */
    LOCATION_CRATES, /* crates:NAME/VERSION */
};

struct location {
    enum location_kind kind;
    char *where; /* the URL, the absolute path, or PACKAGE or NAME */
    char *file;  /* debian, pypi: the file's name; crates: the version */
};

/* Reads a location; fails (ERR_RECIPE) for anything that is none. */
int location_parse(struct location *out, const char *text, struct err *e);
void location_release(struct location *l);

/* Whether it says which file, and not only a host or a folder. */
bool location_names_file(const struct location *l);

/* Without white space and control characters. */
bool url_is_printable(const char *url);

/* True for http: and https: URLs with a host and without white space or control characters. */
bool url_is_http(const char *url);

/* The absolute path that a file: URL names (RFC 8089), percent-decoded; NULL when it names another machine,
 * is not absolute or hides a NUL. The caller frees it. */
char *url_file_path(const char *url);

#endif
