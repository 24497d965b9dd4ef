/* Text: slices that point into somebody else's bytes, and one builder. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/count.h"

/* Bytes owned by somebody else; need not end in NUL. */
struct slice {
    const char *ptr;
    size_t len;
};

struct slice slice_of(const char *s);
bool slice_eq(struct slice a, struct slice b);
bool slice_is(struct slice a, const char *s);
struct slice slice_trim(struct slice s); /* without white space at both ends */

/* Cuts *rest at the first sep: returns what stands before it, *rest becomes what stands after it (ptr NULL
 * when there was no sep). Call while rest->ptr is not NULL. */
struct slice slice_cut(struct slice *rest, char sep);

static inline bool str_starts(const char *s, const char *prefix)
{
    while (*prefix)
        if (*s++ != *prefix++)
            return false;
    return true;
}

bool str_ends(const char *s, const char *suffix);

/* How many single-character edits part a from b, or limit + 1 when more than limit: for "did you mean". */
size_t str_distance(const char *a, const char *b, size_t limit);

/* A string that grows. A zeroed struct strbuf is an empty one; ptr is NULL until something was added. */
struct strbuf {
    char *ptr; /* NUL-terminated when not NULL */
    size_t len, cap;
};

void strbuf_add(struct strbuf *b, const void *bytes, size_t len);
void strbuf_adds(struct strbuf *b, const char *s);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds each text of a strvec or of texts, with before in front of it, and between between them. */
#define strbuf_add_joined(b, list, before, between) \
    strbuf_join((b), (const char *const *)(list)->items, (list)->len, (before), (between))
void strbuf_join(
    struct strbuf *b, const char *const *items, size_t len, const char *before, const char *between);

/* Room for as many bytes more, which the caller fills and counts: b->ptr + b->len. */
char *strbuf_room(struct strbuf *b, size_t more);

/* The text, never NULL; valid until the next change. */
const char *strbuf_str(const struct strbuf *b);

/* Hands the text to the caller, who frees it, and makes the builder empty; never NULL. */
char *strbuf_steal(struct strbuf *b);
void strbuf_clear(struct strbuf *b);
void strbuf_release(struct strbuf *b);

/* Owned strings, always followed by a NULL, so that items serves as argv or envp once something was pushed.
 */
struct strvec {
    char **items;
    size_t len, cap;
};

void strvec_push(struct strvec *v, const char *s);
void strvec_pushn(struct strvec *v, const char *s, size_t len);
void strvec_pushf(struct strvec *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strvec_push_all(struct strvec *v, const struct strvec *from);
bool strvec_has(const struct strvec *v, const char *s);
void strvec_sort(struct strvec *v); /* by byte value */
void strvec_clear(struct strvec *v);
void strvec_release(struct strvec *v);

#endif
