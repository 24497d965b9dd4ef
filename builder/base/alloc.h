/* Allocation that cannot fail: out of memory ends the program here and nowhere else. */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stdarg.h>
#include <stddef.h>

/* Like malloc, but never returns NULL; the caller owns the block and frees it with free(). */
void *xmalloc(size_t size);

/* Like calloc(n, size), but never returns NULL; n * size is checked for overflow. */
void *xcalloc(size_t n, size_t size);

/* Like realloc to n * size bytes, but never returns NULL; n * size is checked for overflow. */
void *xrealloc(void *ptr, size_t n, size_t size);

/* Copies the string; the caller frees it. */
char *xstrdup(const char *s);

/* Copies len bytes and adds a NUL; the caller frees it. */
char *xstrndup(const char *s, size_t len);

/* Formats into a new string; the caller frees it. */
char *xstrf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvstrf(const char *format, va_list ap) __attribute__((format(printf, 1, 0)));

#endif
