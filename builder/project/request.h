/* `staticbuild wheel`: a project that has no recipe gets one, as text, which says where it is and that its
 * own backend builds it. */
#ifndef PROJECT_REQUEST_H
#define PROJECT_REQUEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "project/said.h"

struct project_request {
    const char *name, *version; /* as a recipe may have them */
    const char *folder;         /* the project lies in the folder of its recipe; else: */
    const char *url, *sha256;
    bool is_wheel;                   /* what is there is a wheel that was made already */
    const char *requires_python;     /* or NULL */
    const struct project_said *said; /* may be NULL */
};

/* "pypi:NAME" or "pypi:NAME==VERSION", taken apart into the arena; 0 when it is none, -1 when it is a wrong
 * one (ERR_USAGE). */
int project_request_index(
    const char **name, const char **version, struct arena *a, const char *text, struct err *e);

/* Adds the recipe. */
void project_request_recipe(struct strbuf *out, const struct project_request *r);

#endif
