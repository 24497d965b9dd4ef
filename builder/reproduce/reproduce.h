/* Whether two builds of the same thing made the same bytes: what finished trees hold, by their manifests, and
 * where in a file two that should be one differ first (reproducible-builds.org calls that a reproducible
 * build). */
#ifndef REPRODUCE_REPRODUCE_H
#define REPRODUCE_REPRODUCE_H

#include "base/vec.h"
#include "plan/plan.h"

struct byte_difference {
    const char *step;           /* what made it: "build zlib 1.3" */
    const char *path;           /* below its tree: "lib/libz.a" */
    const char *what;           /* "member crc32.o, section .text", "is missing the second time" */
    const char *first, *second; /* absolute paths */
};

struct comparison {
    struct arena *arena; /* holds the texts */
    VEC(struct byte_difference) differences;
    size_t step_count, file_count; /* that were compared */
};
void comparison_release(struct comparison *c);

/* Compares what the steps of both plans made, in stores at these roots. What names its own place (kits,
 * environments), logs and link maps are left out. */
int reproduce_compare(struct comparison *c, const struct plan *first, const char *first_root,
    const struct plan *second, const char *second_root, struct err *e);

/* Adds how two files differ, when they do; both are there. */
int reproduce_compare_files(struct comparison *c, const char *step, const char *path, const char *first,
    const char *second, struct err *e);

/* files.c: where bytes differ first, in words for the kind of file they are; NULL when they do not. In the
 * arena. */
const char *bytes_difference(struct arena *a, struct slice first, struct slice second);

#endif
