/* Which C library a file belongs to, told by its name. */
#include <ctype.h>
#include <string.h>

#include "target/target.h"

enum libc_kind libc_of_soname(const char *soname)
{
    if (strcmp(soname, "libc.so.6") == 0)
        return LIBC_GLIBC;
    /* musl's own soname, Alpine's, and the loader, which is the same file */
    bool musl =
        strcmp(soname, "libc.so") == 0 || str_starts(soname, "libc.musl-") || str_starts(soname, "ld-musl-");
    return musl ? LIBC_MUSL : LIBC_ANY;
}

/* "libm" and "libm-2.31" of libm.so.6, as glibc before 2.34 names the file. */
static bool is_file_of(const char *name, const char *stem, size_t len)
{
    return strncmp(name, stem, len) == 0 &&
           (str_starts(name + len, ".so") || (name[len] == '-' && isdigit((unsigned char)name[len + 1])));
}

bool libc_has_file(const char *name)
{
    static const char *const loaders[] = {"ld-linux", "ld-musl-", "ld64.so", "ld.so"};
    if (libc_of_soname(name) != LIBC_ANY)
        return true;
    for (size_t i = 0; i < COUNT(loaders); i++)
        if (str_starts(name, loaders[i]))
            return true;
    for (unsigned bit = GLIBC_LIBC; bit < GLIBC_LD; bit <<= 1) {
        const char *soname = glibc_library_soname((enum glibc_library)bit, arch_at(0));
        if (is_file_of(name, soname, strcspn(soname, ".")))
            return true;
    }
    static const char *const others[] = {"libmvec", "ld"}; /* nothing ever moved between these and the rest */
    for (size_t i = 0; i < COUNT(others); i++)
        if (is_file_of(name, others[i], strlen(others[i])))
            return true;
    return false;
}
