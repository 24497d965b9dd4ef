/* Code of others inside a linked file, recognised by what it leaves there: texts, exported names, tables of
 * constants.
 *
 * Each is a witness with a weight; three are enough. A text that only the library has, and that says its
 * version, is enough alone; a text that others quote is not. The tables are data: inspect/marks.def, written
 * by hand, and inspect/learnt.def, learnt from static archives (tests/tables/signatures.py). */
#ifndef INSPECT_RECOGNISE_H
#define INSPECT_RECOGNISE_H

#include "base/arena.h"
#include "elf/image.h"
#include "inspect/library.h"
#include "inspect/scan.h"

enum { RECOGNISED_WITNESSES = 4 };

struct recognised {
    const struct library *library;
    const char *version; /* "" when nothing says it; in the arena */
    bool likely;         /* the version is a text of its own that may be another's */
    unsigned weight;
    const char *witnesses[RECOGNISED_WITNESSES]; /* the first of them, in words; in the arena */
    size_t witness_count;
};

/* What was seen in one file so far. */
struct recogniser;

/* In the arena. */
struct recogniser *recogniser_new(struct arena *arena);

/* Wants from a scan the beginnings that recogniser_text looks at. */
void recogniser_want(struct scan_filter *filter);

/* A text that a scan came upon. */
void recogniser_text(struct recogniser *r, const char *text, size_t room);

/* A name that the file defines. */
void recogniser_symbol(struct recogniser *r, const char *name);

/* Tables of constants among bytes, of which the first has this address. */
void recogniser_tables(struct recogniser *r, const char *bytes, size_t size, uint64_t address);

/* The libraries, in the order of their names; an array in the arena. image is asked for versions that no text
 * says; NULL: nothing is. */
struct recognised *recogniser_settle(struct recogniser *r, const struct elf_image *image, size_t *count);

#endif
