/* Allocation that ends the program when there is no memory. */
#include "base/alloc.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "staticbuild: out of memory (asked for %zu bytes)\n", size);
    abort();
}

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        out_of_memory(size);
    return p;
}

void *xcalloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        out_of_memory(n);
    return p;
}

void *xrealloc(void *ptr, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        out_of_memory(SIZE_MAX);
    size_t total = n * size;
    void *p = realloc(ptr, total ? total : 1);
    if (!p)
        out_of_memory(total);
    return p;
}

char *xstrdup(const char *s)
{
    return xstrndup(s, strlen(s));
}

char *xstrndup(const char *s, size_t len)
{
    char *p = xmalloc(len + 1);
    if (len)
        memcpy(p, s, len);
    p[len] = '\0';
    return p;
}

/* Most texts are short: they are written once, and copied. */
char *xvstrf(const char *format, va_list ap)
{
    char most[200];
    va_list again;
    va_copy(again, ap);
    int len = vsnprintf(most, sizeof most, format, ap);
    if (len < 0)
        out_of_memory(0);
    bool fits = (size_t)len < sizeof most;
    char *text = fits ? xstrndup(most, (size_t)len) : xmalloc((size_t)len + 1);
    if (!fits)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

char *xstrf(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    char *text = xvstrf(format, ap);
    va_end(ap);
    return text;
}
