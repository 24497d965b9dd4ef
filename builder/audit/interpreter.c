/* What is in a process before a module is loaded: the interpreter's own libraries, and their symbols.
 *
 * A CPython needs libc, libm, libdl, libpthread and libutil, or, from glibc 2.34 on, libc and libm, which
 * then has everything. A module that uses them without saying so is found all it needs. */
#include "audit/internal.h"

bool interpreter_needs(const char *library)
{
    enum { ITS = GLIBC_LIBC | GLIBC_LIBM | GLIBC_LIBDL | GLIBC_LIBPTHREAD | GLIBC_LIBUTIL | GLIBC_LD };
    return glibc_library_find(library) & ITS || libc_of_soname(library) == LIBC_MUSL;
}

const char *interpreter_library_of(const char *symbol)
{
    static const struct {
        unsigned library;
        const char *soname;
    } its[] = {{GLIBC_LIBDL, "libdl.so.2"}, {GLIBC_LIBPTHREAD, "libpthread.so.0"},
        {GLIBC_LIBUTIL, "libutil.so.1"}, {GLIBC_LIBM, "libm.so.6"}, {GLIBC_LIBC, "libc.so.6"}};
    unsigned homes = glibc_symbol_homes(symbol);
    if (homes & (GLIBC_LIBRT | GLIBC_LIBRESOLV | GLIBC_LIBANL))
        return NULL; /* before 2.34 it is where no interpreter needs it */
    homes = homes ? homes : glibc_library_of_name(symbol);
    for (size_t i = 0; homes && i < COUNT(its); i++)
        if (homes & its[i].library)
            return its[i].soname;
    return NULL;
}
