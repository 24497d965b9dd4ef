/* What an error line of a dynamic loader, a linker or Python is about. */
#ifndef LOADER_COMPLAINT_H
#define LOADER_COMPLAINT_H

#include <stdbool.h>

enum complaint_kind {
    COMPLAINT_NONE,    /* no error line: a symbol's name, perhaps with "@VERSION" or ", version VERSION" */
    COMPLAINT_SYMBOL,  /* a symbol that nobody has, perhaps at a version */
    COMPLAINT_VERSION, /* a library that does not have a version */
    COMPLAINT_LIBRARY, /* a library that is not found */
    COMPLAINT_MEANING, /* something else, which the table of texts explains */
    COMPLAINT_UNKNOWN, /* a line of Python or a loader that is none of these */
};

/* Texts are owned, and NULL where the line does not say it. */
struct complaint {
    enum complaint_kind kind;
    char *file; /* who complains: the file that needs what is missing */
    char *symbol, *version;
    char *library;                /* which should have it, or which is missing */
    const char *meaning, *remedy; /* of the table of texts, or NULL */
};

/* Reads a line as glibc, musl, GNU ld, lld and Python's ImportError write it. Any text gives an answer:
 * what does not look like an error is a name. Only a COMPLAINT_UNKNOWN has none. */
void complaint_parse(struct complaint *c, const char *text);
void complaint_release(struct complaint *c);

#endif
