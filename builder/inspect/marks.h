/* Everything a library can be recognised by, in one table. */
#ifndef INSPECT_MARKS_H
#define INSPECT_MARKS_H

#include "inspect/library.h"

enum mark_kind {
    MARK_TEXT,    /* a pattern of inspect/pattern.h */
    MARK_SYMBOL,  /* a name that is defined */
    MARK_TABLE,   /* MARK_TABLE_BYTES, at an address that is a multiple of 16 */
    MARK_VERSION, /* a text that is nothing but a version, with what text says behind it */
};

enum { MARK_TABLE_BYTES = 32 };

struct mark {
    enum mark_kind kind;
    unsigned short library; /* number in the table of libraries */
    unsigned char weight;
    const char *text;
    const char *first,
        *last; /* MARK_VERSION: the versions there are; NULL, NULL: five digits, 20914 for 2.9.14 */
};

/* All of them; the array of count lives as long as the program. */
const struct mark *marks_all(size_t *count);

/* Marks that may begin like this; some are of other texts. Texts are looked up by four bytes, names whole.
 * After marks_all. */
struct mark_chain {
    const struct mark *mark;
    const struct mark_chain *next; /* or NULL */
};

const struct mark_chain *marks_of_text(const char *four);
const struct mark_chain *marks_of_symbol(const char *name);

/* The next table from *at on, which is where an address is a multiple of 16, that may be one of a mark; NULL
 * when there is none, or moves *at to it. */
const struct mark_chain *marks_next_table(const char *bytes, size_t size, size_t *at);

/* The marks that are versions alone. */
const struct mark *marks_of_versions(size_t *count);

#endif
