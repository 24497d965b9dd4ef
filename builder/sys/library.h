/* Functions of a shared library that is loaded when it is first needed. */
#ifndef SYS_LIBRARY_H
#define SYS_LIBRARY_H

#include <stddef.h>

/* One of them: its name, and where its address goes in a struct of pointers. */
struct library_function {
    const char *name;
    size_t at;
};

/* Fills the struct from what dlopen(3) gave; the name of one that the library lacks, or NULL. */
const char *library_fill(void *functions, void *library, const struct library_function *table, size_t count);

#endif
