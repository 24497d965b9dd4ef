/* What the tables answer. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "target/internal.h"

/* The loader is there wherever a program runs at all; modules with TLS name it. */
static const char *const loaders[ARCH_COUNT] = {
    [ARCH_I686] = "ld-linux.so.2",
    [ARCH_X86_64] = "ld-linux-x86-64.so.2",
    [ARCH_AARCH64] = "ld-linux-aarch64.so.1",
    [ARCH_PPC64] = "ld64.so.1",
    [ARCH_PPC64LE] = "ld64.so.2",
    [ARCH_S390X] = "ld64.so.1",
    [ARCH_ARMV7L] = "ld-linux-armhf.so.3",
    [ARCH_RISCV64] = "ld-linux-riscv64-lp64d.so.1",
    [ARCH_LOONGARCH64] = "ld-linux-loongarch-lp64d.so.1",
};

bool target_is_musl(const char *soname)
{
    return strcmp(soname, "libc.so") == 0 || str_starts(soname, "libc.musl-") ||
           str_starts(soname, "ld-musl-");
}

static bool by_number(const char *version, int *number)
{
    static const char prefix[] = "GLIBC_2.";
    if (!str_starts(version, prefix))
        return false;
    char *end;
    const char *digits = version + sizeof prefix - 1;
    long n = strtol(digits, &end, 10);
    *number = (int)n;
    return *digits >= '0' && *digits <= '9' && !*end && n > 0 && n < 1000;
}

int target_version_since(const char *architecture, const char *version)
{
    int column = architecture_index(architecture);
    if (column < 0)
        return TARGET_NEVER;
    const struct family *f = family_tables(TARGET_MANYLINUX);
    for (size_t i = 0; i < f->version_count; i++)
        if (strcmp(f->versions[i].version, version) == 0)
            return f->versions[i].since[column] ? f->versions[i].since[column] : TARGET_NEVER;
    return TARGET_NEVER;
}

bool target_version_known_family(const char *version)
{
    static const char *const prefixes[] = {"GLIBC_", "GLIBCXX_", "CXXABI_", "GCC_", "LIBATOMIC_", "ZLIB_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (str_starts(version, prefixes[i]))
            return true;
    return false;
}

int target_library_since(enum target_family family, const char *architecture, const char *soname)
{
    int column = architecture_index(architecture);
    if (family == TARGET_MUSLLINUX && target_is_musl(soname))
        return 1;
    if (family != TARGET_MUSLLINUX && column >= 0 && strcmp(soname, loaders[column]) == 0)
        return 0;
    const struct family *f = family_tables(family);
    for (size_t i = 0; i < f->library_count; i++)
        if (strcmp(f->libraries[i].soname, soname) == 0)
            return family == TARGET_LINUX ? 0 : f->libraries[i].since;
    return TARGET_NEVER;
}

int target_symbol_since(enum target_family family, const char *soname, const char *symbol)
{
    const struct family *f = family_tables(family);
    for (size_t i = 0; i < f->denied_count; i++)
        if (strcmp(f->denied[i].soname, soname) == 0 && strcmp(f->denied[i].symbol, symbol) == 0)
            return f->denied[i].since ? f->denied[i].since : TARGET_NEVER;
    return 0;
}

bool target_allows_version(const struct target *t, const char *version)
{
    if (t->family == TARGET_LINUX)
        return true;
    if (t->family == TARGET_MUSLLINUX)
        return !target_version_known_family(version);
    int since = target_version_since(t->architecture, version), number;
    /* Policies exist for some glibc releases only; PEP 600 defines those between by the release itself. */
    if (since != TARGET_NEVER && by_number(version, &number) && number < since)
        since = number;
    return since <= t->minor;
}

bool target_allows_library(const struct target *t, const char *soname)
{
    return target_library_since(t->family, t->architecture, soname) <= t->minor;
}

bool target_allows_symbol(const struct target *t, const char *soname, const char *symbol)
{
    return t->family == TARGET_LINUX || target_symbol_since(t->family, soname, symbol) <= t->minor;
}

int target_policy_at(enum target_family family, size_t i)
{
    const struct family *f = family_tables(family);
    return family != TARGET_LINUX && i < f->policy_count ? f->policies[i].minor : 0;
}

bool target_policy_has(enum target_family family, int minor, const char *architecture)
{
    const struct family *f = family_tables(family);
    int column = architecture_index(architecture);
    for (size_t i = 0; column >= 0 && family != TARGET_LINUX && i < f->policy_count; i++)
        if (f->policies[i].minor == minor)
            return f->policies[i].architectures >> column & 1;
    return false;
}

bool target_lowest(enum target_family family, const char *architecture, int minor, struct target *target)
{
    int column = architecture_index(architecture), policy;
    if (column < 0)
        return false;
    for (size_t i = 0; (policy = target_policy_at(family, i)); i++)
        if (policy >= minor && target_policy_has(family, policy, architecture)) {
            *target = (struct target){family, policy, architecture_name(column)};
            return true;
        }
    return false;
}
