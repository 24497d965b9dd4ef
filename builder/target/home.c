/* Where glibc's symbols live: before 2.34 many of them were in libraries beside libc. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "target/internal.h"

enum { COLUMNS_WITH_FACTS = 8, OLDEST_WITH_FACTS = 17 };

static const char *const arches_with_facts[COLUMNS_WITH_FACTS] = {
#define HOME_COLUMNS(...) __VA_ARGS__
#define HOME(...)
#include "target/homes.def"
#undef HOME_COLUMNS
#undef HOME
};

/* clang-format off */
enum { C = GLIBC_LIBC, PTHREAD = GLIBC_LIBPTHREAD, M = GLIBC_LIBM, DL = GLIBC_LIBDL, RT = GLIBC_LIBRT,
    UTIL = GLIBC_LIBUTIL, RESOLV = GLIBC_LIBRESOLV, ANL = GLIBC_LIBANL, LD = GLIBC_LD };
/* clang-format on */

static const struct home {
    const char *symbol;
    const char *version[COLUMNS_WITH_FACTS]; /* one for each of arches_with_facts; without "GLIBC_" */
    uint16_t libraries;
    uint16_t later_since, later_libraries; /* 0, 0 when it stayed */
} homes[] = {
#define HOME_COLUMNS(...)
#define HOME(symbol, a, b, c, d, e, f, g, h, since, ...) {symbol, {a, b, c, d, e, f, g, h}, __VA_ARGS__},
#include "target/homes.def"
#undef HOME_COLUMNS
#undef HOME
};

enum { HOMES = COUNT(homes) };

static struct beginnings beginnings; /* of the table's symbols */
static pthread_once_t beginnings_made = PTHREAD_ONCE_INIT;

static void make_beginnings(void)
{
    for (size_t i = 0; i < HOMES; i++)
        beginnings_add(&beginnings, homes[i].symbol);
}

/* The first row of a symbol, or HOMES. */
static size_t first_row(const char *symbol)
{
    size_t low = 0, high = HOMES;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(homes[middle].symbol, symbol) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Column of an architecture, or COLUMNS_WITH_FACTS. */
static size_t column_of(const struct arch *arch)
{
    size_t column = 0;
    while (column < COLUMNS_WITH_FACTS && strcmp(arches_with_facts[column], arch->name) != 0)
        column++;
    return column;
}

bool platform_homes_known(const struct platform *p)
{
    return p->libc == LIBC_GLIBC && p->minor >= OLDEST_WITH_FACTS && column_of(p->arch) < COLUMNS_WITH_FACTS;
}

const char *platform_homes_arch_at(size_t i)
{
    return i < COLUMNS_WITH_FACTS ? arches_with_facts[i] : NULL;
}

unsigned platform_symbol_home(const struct platform *p, const char *symbol, const char *version)
{
    pthread_once(&beginnings_made, make_beginnings);
    if (!beginnings_may_have(&beginnings, symbol))
        return 0;
    size_t column = column_of(p->arch);
    if (p->libc != LIBC_GLIBC || column == COLUMNS_WITH_FACTS || !str_starts(version, "GLIBC_"))
        return 0;
    version += strlen("GLIBC_");
    for (size_t i = first_row(symbol); i < HOMES && strcmp(homes[i].symbol, symbol) == 0; i++) {
        const struct home *h = &homes[i];
        if (strcmp(h->version[column], version) == 0)
            return h->later_since && p->minor >= h->later_since ? h->later_libraries : h->libraries;
    }
    return 0;
}

unsigned glibc_symbol_homes(const char *symbol)
{
    unsigned libraries = 0;
    pthread_once(&beginnings_made, make_beginnings);
    if (!beginnings_may_have(&beginnings, symbol))
        return 0;
    for (size_t i = first_row(symbol); i < HOMES && strcmp(homes[i].symbol, symbol) == 0; i++)
        libraries |= homes[i].libraries | homes[i].later_libraries;
    return libraries;
}

static const struct {
    enum glibc_library library;
    const char *soname; /* NULL: the architecture's loader */
} sonames[] = {
    {GLIBC_LIBC, "libc.so.6"},
    {GLIBC_LIBPTHREAD, "libpthread.so.0"},
    {GLIBC_LIBM, "libm.so.6"},
    {GLIBC_LIBDL, "libdl.so.2"},
    {GLIBC_LIBRT, "librt.so.1"},
    {GLIBC_LIBUTIL, "libutil.so.1"},
    {GLIBC_LIBRESOLV, "libresolv.so.2"},
    {GLIBC_LIBANL, "libanl.so.1"},
    {GLIBC_LD, NULL},
};

enum { SONAMES = COUNT(sonames) };

const char *glibc_library_soname(enum glibc_library library, const struct arch *arch)
{
    for (size_t i = 0; i < SONAMES; i++)
        if (sonames[i].library == library)
            return sonames[i].soname ? sonames[i].soname : arch->glibc_loader;
    return NULL;
}

unsigned glibc_library_find(const char *soname)
{
    const struct arch *a;
    bool loader = str_starts(soname, "ld");
    if (!loader && !str_starts(soname, "lib"))
        return 0;
    for (size_t i = 0; !loader && i < SONAMES;
         i++) /* all of them begin with lib: the next letter parts most */
        if (sonames[i].soname && sonames[i].soname[3] == soname[3] && strcmp(sonames[i].soname, soname) == 0)
            return sonames[i].library;
    for (size_t i = 0; loader && (a = arch_at(i)); i++)
        if (strcmp(a->glibc_loader, soname) == 0)
            return GLIBC_LD;
    return 0;
}
