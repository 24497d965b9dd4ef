/* What the kit's headers hide of the machine's own, and what they offer instead. For the files that compute
 * and write it, and their tests. */
#ifndef KIT_HIDING_H
#define KIT_HIDING_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "kit/declared.h"
#include "kit/kit.h"

/* A name that the machine's C library has, the target's has not, and a header file declares. */
struct hidden {
    const char *file; /* as it is included: "bits/unistd_ext.h" */
    const char *name;
    bool in_c_only;  /* libstdc++ uses it */
    bool is_written; /* by a macro that brings the parenthesis: only a macro without parameters hides it */
};

/* A header of libstdc++ that reaches a hidden one past the kit (#include_next). */
struct passing {
    const char *file; /* "cstdlib" */
    const char *to;   /* "stdlib.h" */
};

struct hiding {
    const struct kit_request *request;
    const char *include_dir; /* of the kit */
    struct arena arena;
    struct map newer;           /* names -> the version that brought them, what the kit brings among them */
    struct map lacking;         /* those of them that nothing brings */
    struct strvec dirs;         /* where the compiler looks for C headers */
    struct strvec cxx_dirs;     /* where only the C++ compiler does */
    VEC(struct hidden) names;   /* sorted by file and name */
    VEC(struct passing) passes; /* sorted by file */
};

/* Fails, naming them, when headers declare checks of _FORTIFY_SOURCE for functions that the target has, and
 * nothing brings the checks. */
int hiding_refuse_checks(const struct hiding *h, const struct declared *d, struct err *e);

/* Writes the overlays, over those that are there. */
int hiding_write(const struct hiding *h, struct err *e);

/* Adds what libstdc++'s headers say to names (in_c_only) and passes. */
int hiding_read_cxx(struct hiding *h, struct err *e);

/* Whether the kit's header declares the name for this target, in that header or (NULL) in any. */
bool is_offered(const struct hiding *h, const char *name, const char *header);

/* Adds the rows' own names to hide, for headers that are there. */
int hiding_add_offered(struct hiding *h, struct err *e);

/* Adds one; several times is as once. hiding_sort puts them in order. */
void hiding_add(struct hiding *h, const char *file, const char *name);

/* The names of public headers, NULL at the end. */
extern const char *const public_headers[];

/* 1 when the file is in one of the folders, 0, or -1. */
int header_exists(const struct strvec *dirs, const char *name, struct err *e);

#endif
