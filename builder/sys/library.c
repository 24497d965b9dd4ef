/* POSIX lets a data pointer from dlsym be a function; ISO C has no cast for it, so that it is copied. */
#include "sys/library.h"

#include <dlfcn.h>
#include <string.h>

const char *library_fill(void *functions, void *library, const struct library_function *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        void *address = dlsym(library, table[i].name);
        if (!address)
            return table[i].name;
        memcpy((char *)functions + table[i].at, &address, sizeof address);
    }
    return NULL;
}
