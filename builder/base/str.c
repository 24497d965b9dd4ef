/* Slices, the string builder and vectors of strings. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct slice slice_of(const char *s)
{
    return (struct slice){s, strlen(s)};
}

bool slice_eq(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool slice_is(struct slice a, const char *s)
{
    return slice_eq(a, slice_of(s));
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

struct slice slice_trim(struct slice s)
{
    while (s.len && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

struct slice slice_cut(struct slice *rest, char sep)
{
    struct slice whole = *rest;
    const char *at = whole.len ? memchr(whole.ptr, sep, whole.len) : NULL;
    if (!at) {
        *rest = (struct slice){NULL, 0};
        return whole;
    }
    size_t before = (size_t)(at - whole.ptr);
    *rest = (struct slice){at + 1, whole.len - before - 1};
    return (struct slice){whole.ptr, before};
}

bool str_ends(const char *s, const char *suffix)
{
    size_t len = strlen(s), tail = strlen(suffix);
    return len >= tail && memcmp(s + len - tail, suffix, tail) == 0;
}

size_t str_distance(const char *a, const char *b, size_t limit)
{
    enum { LONGEST = 64 };
    size_t la = strlen(a), lb = strlen(b);
    if (la > LONGEST || lb > LONGEST || (la > lb ? la - lb : lb - la) > limit)
        return limit + 1;
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= lb; j++)
        row[j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            size_t best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = change < best ? change : best;
        }
    }
    return row[lb] > limit ? limit + 1 : row[lb];
}

static void strbuf_grow(struct strbuf *b, size_t more)
{
    size_t cap = b->cap ? b->cap * 2 : 256;
    while (cap - b->len <= more)
        cap *= 2;
    b->ptr = xrealloc(b->ptr, cap, 1);
    b->cap = cap;
}

/* And for a NUL. */
static inline void make_room(struct strbuf *b, size_t more)
{
    if (b->cap - b->len <= more)
        strbuf_grow(b, more);
}

char *strbuf_room(struct strbuf *b, size_t more)
{
    make_room(b, more);
    return b->ptr + b->len;
}

void strbuf_add(struct strbuf *b, const void *bytes, size_t len)
{
    make_room(b, len);
    if (len)
        memcpy(b->ptr + b->len, bytes, len);
    b->len += len;
    b->ptr[b->len] = '\0';
}

void strbuf_adds(struct strbuf *b, const char *s)
{
    strbuf_add(b, s, strlen(s));
}

void strbuf_addc(struct strbuf *b, char c)
{
    make_room(b, 1);
    b->ptr[b->len++] = c;
    b->ptr[b->len] = '\0';
}

void strbuf_addf(struct strbuf *b, const char *format, ...)
{
    enum { MOSTLY_ENOUGH = 120 };
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    make_room(b, MOSTLY_ENOUGH);
    int len = vsnprintf(b->ptr + b->len, b->cap - b->len, format, ap);
    if (len >= 0 && (size_t)len >= b->cap - b->len) {
        make_room(b, (size_t)len);
        len = vsnprintf(b->ptr + b->len, b->cap - b->len, format, again);
    }
    b->len += len > 0 ? (size_t)len : 0;
    b->ptr[b->len] = '\0';
    va_end(again);
    va_end(ap);
}

void strbuf_join(
    struct strbuf *b, const char *const *items, size_t len, const char *before, const char *between)
{
    for (size_t i = 0; i < len; i++)
        strbuf_addf(b, "%s%s%s", i ? between : "", before, items[i]);
}

const char *strbuf_str(const struct strbuf *b)
{
    return b->ptr ? b->ptr : "";
}

char *strbuf_steal(struct strbuf *b)
{
    char *text = b->ptr ? b->ptr : xstrdup("");
    *b = (struct strbuf){0};
    return text;
}

void strbuf_clear(struct strbuf *b)
{
    b->len = 0;
    if (b->ptr)
        b->ptr[0] = '\0';
}

void strbuf_release(struct strbuf *b)
{
    free(b->ptr);
    *b = (struct strbuf){0};
}

static void strvec_take(struct strvec *v, char *owned)
{
    if (v->len + 2 > v->cap) {
        v->cap = v->cap ? v->cap * 2 : 8;
        v->items = xrealloc(v->items, v->cap, sizeof *v->items);
    }
    v->items[v->len++] = owned;
    v->items[v->len] = NULL;
}

void strvec_push(struct strvec *v, const char *s)
{
    strvec_take(v, xstrdup(s));
}

void strvec_pushn(struct strvec *v, const char *s, size_t len)
{
    strvec_take(v, xstrndup(s, len));
}

void strvec_pushf(struct strvec *v, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    strvec_take(v, xvstrf(format, ap));
    va_end(ap);
}

void strvec_push_all(struct strvec *v, const struct strvec *from)
{
    for (size_t i = 0; i < from->len; i++)
        strvec_push(v, from->items[i]);
}

bool strvec_has(const struct strvec *v, const char *s)
{
    for (size_t i = 0; i < v->len; i++)
        if (strcmp(v->items[i], s) == 0)
            return true;
    return false;
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void strvec_sort(struct strvec *v)
{
    if (v->len)
        qsort(v->items, v->len, sizeof *v->items, compare_strings);
}

void strvec_clear(struct strvec *v)
{
    for (size_t i = 0; i < v->len; i++)
        free(v->items[i]);
    v->len = 0;
    if (v->items)
        v->items[0] = NULL;
}

void strvec_release(struct strvec *v)
{
    strvec_clear(v);
    free(v->items);
    *v = (struct strvec){0};
}
