/* The tokens of C, as much of them as tells names, braces and directives apart. */
#ifndef KIT_TOKENS_H
#define KIT_TOKENS_H

#include <stdbool.h>

#include "base/str.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_DIRECTIVE, /* "#" at the beginning of a line */
    TOKEN_TEXT,      /* a string, a character, a number */
    TOKEN_SIGN,      /* one character */
};

struct token {
    enum token_kind kind;
    struct slice text;
};

struct tokens {
    const char *at, *end;
    bool inside_line; /* something stands before it in its line */
};

static inline struct tokens tokens_of(struct slice text)
{
    return (struct tokens){text.ptr, text.ptr + text.len, false};
}

struct token tokens_next(struct tokens *t);

/* The rest of the line, which is passed. */
struct slice tokens_line(struct tokens *t);

#endif
