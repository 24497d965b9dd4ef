/* Which names are glibc's, whatever the version: what a file means that takes one without saying from where.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "target/internal.h"

static const char *const libc_names[] = {
#define LIBC(name) #name,
#define LIBM(name)
#include "target/glibc_names.def"
#undef LIBC
#undef LIBM
};

static const char *const libm_names[] = {
#define LIBC(name)
#define LIBM(name) #name,
#include "target/glibc_names.def"
#undef LIBC
#undef LIBM
};

enum {
    LIBC_NAMES = COUNT(libc_names),
    LIBM_NAMES = COUNT(libm_names),
};

static struct beginnings beginnings; /* of both */
static pthread_once_t beginnings_made = PTHREAD_ONCE_INIT;

static void make_beginnings(void)
{
    for (size_t i = 0; i < LIBC_NAMES; i++)
        beginnings_add(&beginnings, libc_names[i]);
    for (size_t i = 0; i < LIBM_NAMES; i++)
        beginnings_add(&beginnings, libm_names[i]);
}

static int compare(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

unsigned glibc_library_of_name(const char *symbol)
{
    pthread_once(&beginnings_made, make_beginnings);
    if (!beginnings_may_have(&beginnings, symbol))
        return 0;
    return bsearch(symbol, libc_names, LIBC_NAMES, sizeof *libc_names, compare)   ? GLIBC_LIBC
           : bsearch(symbol, libm_names, LIBM_NAMES, sizeof *libm_names, compare) ? GLIBC_LIBM
                                                                                  : 0;
}
