/* Names of distributions and what one asks of another (PEP 503, PEP 508: "Dependency specifiers"). */
#ifndef PYTHON_PEP508_H
#define PYTHON_PEP508_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Letters, digits, and . _ - inside. */
bool python_name_is_valid(struct slice name);

/* "Foo._-Bar" as "foo-bar" (PEP 503); the caller frees it. */
char *python_name_normalise(const char *name);

/* "foo[bar,baz] >= 1.0; python_version < '3.12'", taken apart; all texts live in the arena. */
struct pep508 {
    const char *name;    /* as written */
    const char **extras; /* as written, in order */
    size_t extra_count;
    const char *specifiers; /* ">=1.0", "" for any version, checked with pep440.h */
    const char *url;        /* behind "@", or NULL */
    const char *marker;     /* the text behind ";", its grammar checked, or NULL */
};

/* Fails (ERR_PACKAGE) saying what is wrong with the text. */
int pep508_parse(struct pep508 *r, struct arena *a, const char *text, struct err *e);

/* What the variables of a marker are on Linux with CPython. */
struct marker_environment {
    const char *version; /* of the interpreter: "3.11.2" */
    const char *machine; /* "x86_64" */
};

/* Whether a marker that pep508_parse took holds there. Extras are none. */
bool pep508_marker_holds(const char *marker, const struct marker_environment *env);

/* The same requirement in the usual spelling, with `extra == "NAME"` joined to its marker when extra is not
 * NULL; the caller frees it. */
char *pep508_format(const struct pep508 *r, const char *extra);

#endif
