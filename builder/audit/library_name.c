/* Names of shared libraries as wheels carry them. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "audit/wheel_facts.h"
#include "sys/path.h"

/* Digits and dots up to the end. */
static bool is_version(const char *s)
{
    if (!isdigit((unsigned char)*s))
        return false;
    return s[strspn(s, "0123456789.")] == '\0';
}

bool is_shared_name(const char *name)
{
    const char *at = strstr(name, ".so");
    for (; at; at = strstr(at + 1, ".so"))
        if (!at[3] || (at[3] == '.' && is_version(at + 4)))
            return true;
    return false;
}

bool is_debug_name(const char *name)
{
    return str_ends(name, ".debug") || str_ends(name, ".dbg") || strstr(name, "/.debug/");
}

/* "-1a2b3c4d" (with more digits in some tools) that repairers of wheels put behind the name. */
static size_t without_hash(const char *name, size_t len)
{
    size_t digits = 0;
    while (digits < len && isxdigit((unsigned char)name[len - 1 - digits]))
        digits++;
    return digits >= 8 && digits < len && name[len - 1 - digits] == '-' ? len - 1 - digits : len;
}

const char *library_plain_name(struct arena *a, const char *path, const char **version)
{
    const char *base = path_base(path), *end = strstr(base, ".so");
    *version = "";
    if (!end)
        return arena_strdup(a, base);
    if (end[3] == '.' && is_version(end + 4))
        *version = arena_strdup(a, end + 4);
    if (str_starts(base, "lib") && base + 3 < end)
        base += 3;
    return arena_strndup(a, base, without_hash(base, (size_t)(end - base)));
}

bool is_library_of_others(const struct audit_report *r, const char *path)
{
    return r->role == AUDIT_LIBRARY && str_starts(path_base(path), "lib");
}

/* Files of a library that is known by another name. */
static const struct {
    const char *name, *known_as;
} aliases[] = {
    {"stdc++", "gcc"},
    {"gcc_s", "gcc"},
    {"gcc", "gcc"},
    {"libgcc", "gcc"},
    {"libstdc++", "gcc"},
    {"gfortran", "gcc"},
    {"quadmath", "gcc"},
    {"gomp", "gcc"},
    {"atomic", "gcc"},
    {"ssl", "openssl"},
    {"crypto", "openssl"},
    {"z", "zlib"},
    {"bz2", "bzip2"},
    {"lzma", "xz"},
    {"xml2", "libxml2"},
    {"sqlite3", "sqlite"},
    {"ffi", "libffi"},
    {"png16", "png"},
    {"pq", "postgresql"},
    {"OpenBLAS", "openblas"},
    {"scipy_openblas", "openblas"},
    {"openblasp", "openblas"},
    {"openblas64_p", "openblas"},
    {"brotlicommon", "brotli"},
    {"brotlidec", "brotli"},
    {"brotlienc", "brotli"},
};

const char *library_known_as(const char *name)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcasecmp(aliases[i].name, name) == 0)
            return aliases[i].known_as;
    return strncasecmp(name, "lib", 3) == 0 && name[3] ? name + 3 : name;
}
