/* What was seen of libraries in one file so far: of this folder alone. */
#ifndef INSPECT_INTERNAL_H
#define INSPECT_INTERNAL_H

#include "inspect/marks.h"
#include "inspect/recognise.h"

enum {
    ENOUGH = 3,
    VERSIONS_MAX = 64, /* that are kept of texts which are nothing else */
    TEXT_MAX = 400,    /* of a text that is compared */
};

/* A library with a version that one of its texts says. */
struct said {
    unsigned short library;
    bool counts; /* the text says it of itself, whatever else is seen */
    struct slice version;
};

/* Where a text that is nothing but a version was met: the first of these counts. */
enum alone_rank {
    ALONE_RETURNED, /* a function returns it */
    ALONE_SEEN,     /* where a text begins, or where something points to */
    ALONE_SHORT,    /* the same, of three characters */
    ALONE_RANKS
};

/* "1.5.4", "1.0.8, 13-Jul-2019", "20914", "10.42 2022-12-11": it begins with a version, and may be nothing
 * else. */
struct alone {
    const char *text;
    enum alone_rank rank;
};

struct recogniser {
    struct arena *arena;
    const struct mark *marks;
    uint8_t *seen; /* a bit a mark */
    unsigned short *weights;
    const char *(*witnesses)[RECOGNISED_WITNESSES]; /* by library */
    size_t library_count;
    struct said said[VERSIONS_MAX];
    size_t said_count;
    struct alone alone[VERSIONS_MAX];
    size_t alone_count;
};

/* Keeps what was seen of a library, in words. */
void add_witness(struct recogniser *r, unsigned library, const char *kind, struct slice what);

/* Keeps a version that a text with this mark says. */
void say_version(struct recogniser *r, const struct mark *mark, struct slice version);

/* Keeps a text that is nothing but a version; others are passed over. */
void take_alone(struct recogniser *r, const char *text, size_t room, enum alone_rank rank);

#endif
