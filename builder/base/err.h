/* The error a call hands back when it could not do its job.
 *
 * A function that can fail takes `struct err *e` last. Success: 0 or non-NULL, and *e is untouched.
 * Failure: -1 or NULL, and *e is set once; callers add context on the way up with err_wrap. A kind says why;
 * only main.c turns it into an exit status. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

enum err_kind {
    ERR_NONE,
    ERR_FINDINGS,    /* the audit or the smoke test says no */
    ERR_USAGE,       /* the command line */
    ERR_RECIPE,      /* a recipe, or what recipes ask of each other */
    ERR_FETCH,       /* no location gave the source, or its hash differs */
    ERR_BUILD,       /* unpacking or building a library or a tool */
    ERR_PACKAGE,     /* linking a module or packing a wheel */
    ERR_MISSING,     /* what is needed is not there: a tool, a compiler, a file or folder */
    ERR_DAMAGED,     /* bytes are not what their format, or what is written down of them, says */
    ERR_REFUSED,     /* the system does not let us: no permission, no space, no descriptors */
    ERR_ENVIRONMENT, /* it cannot be done with this machine, or with what is here, for another reason */
    ERR_INTERRUPTED, /* SIGINT, SIGTERM, SIGHUP, SIGQUIT */
};

/* A place in a file of the user's that an error is about; line and column count from 1. */
struct err_place {
    char *file, *message; /* owned; the message without the place */
    unsigned line, column;
};

struct err {
    enum err_kind kind;
    char *text;               /* owned; one or more lines without a final newline */
    int number;               /* the errno that err_errno took it from; 0 for another one */
    struct err_place *places; /* owned: those of err_at, in order */
    size_t place_count;
};

/* clang-format off */
#define ERR_INIT {ERR_NONE, 0, 0, 0, 0}
/* clang-format on */

/* Sets *e, which must be empty; always returns -1. */
int err_set(struct err *e, enum err_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Sets *e to the formatted text followed by ": " and the words for errno; always returns -1. ENOSPC, EACCES
 * and the like become ERR_REFUSED whatever kind was given; of ERR_ENVIRONMENT, ENOENT becomes ERR_MISSING. */
int err_errno(struct err *e, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the text, but behind a place that it begins with; always returns -1. */
int err_wrap(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds one more line to an error that is set, or sets it: for mistakes reported together. Always returns -1.
 */
int err_add(struct err *e, enum err_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Adds the line "file:line:column: …" to an error that is set, or sets it, and remembers the place. Line 0:
 * the file alone is known. Always returns -1. */
int err_at(struct err *e, enum err_kind kind, const char *file, unsigned line, unsigned column,
    const char *format, ...) __attribute__((format(printf, 6, 7)));
int err_vat(struct err *e, enum err_kind kind, const char *file, unsigned line, unsigned column,
    const char *format, va_list ap) __attribute__((format(printf, 6, 0)));

/* Adds the lines and places of *from to *to, which may be empty; *from is empty afterwards. Always returns
 * -1. */
int err_join(struct err *to, struct err *from);

/* Moves *from into *to, which must be empty; *from is empty afterwards. Always returns -1. */
int err_move(struct err *to, struct err *from);

/* True for what the machine could not do just now whoever asked (EIO, no descriptors, no processes, no
 * memory, no space): no fact about what was asked for. */
bool err_is_of_machine(const struct err *e);

/* Frees the text and places, and makes *e empty again. */
void err_release(struct err *e);

#endif
