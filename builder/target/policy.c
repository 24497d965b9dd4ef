/* What a platform promises: libraries, symbol versions, and the symbols that it takes back. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "target/internal.h"

static const struct policy_library {
    const char *soname;
    uint8_t glibc_since, musl_since;
} libraries[] = {
#define LIBRARY(...) {__VA_ARGS__},
#include "target/libraries.def"
#undef LIBRARY
};

static const struct forbidden {
    const char *soname, *symbol;
    uint8_t glibc_until, musl_until;
} forbidden[] = {
#define FORBIDDEN(...) {__VA_ARGS__},
#include "target/forbidden.def"
#undef FORBIDDEN
};

static const struct version {
    const char *name;
    uint8_t since[VERSION_COLUMNS];
} versions[] = {
#define VERSION(name, ...) {name, {__VA_ARGS__}},
#include "target/versions.def"
#undef VERSION
};

enum {
    LIBRARIES = COUNT(libraries),
    FORBIDDEN_SYMBOLS = COUNT(forbidden),
    VERSIONS = COUNT(versions),
};

/* What the policies rule; all others are the wheel's own matter. */
static const char *const families[] = {"CXXABI_", "GCC_", "GLIBCXX_", "GLIBC_", "LIBATOMIC_", "ZLIB_"};

static bool promised(const struct policy_library *l, const struct platform *p)
{
    int since = p->libc == LIBC_GLIBC ? l->glibc_since : l->musl_since;
    return p->libc != LIBC_ANY && since && since <= p->policy;
}

bool platform_has_library(const struct platform *p, const char *soname)
{
    if (p->libc == LIBC_ANY)
        return true;
    if (p->libc == LIBC_GLIBC && strcmp(soname, p->arch->glibc_loader) == 0)
        return true;
    if (p->libc == LIBC_MUSL &&
        (strcmp(soname, p->arch->musl_loader) == 0 || strcmp(soname, p->arch->musl_libc) == 0))
        return true;
    if (!str_starts(soname, "lib"))
        return false;
    for (size_t i = 0; i < LIBRARIES; i++) /* all of them begin with lib: the next letter parts most */
        if (libraries[i].soname[3] == soname[3] && strcmp(libraries[i].soname, soname) == 0)
            return promised(&libraries[i], p);
    return false;
}

const char *platform_library_at(const struct platform *p, size_t i)
{
    for (size_t at = 0; at < LIBRARIES; at++)
        if (promised(&libraries[at], p) && i-- == 0)
            return libraries[at].soname;
    return NULL;
}

static int forbidden_compare(const void *key, const void *item)
{
    const struct forbidden *k = key, *f = item;
    int by_library = strcmp(k->soname, f->soname);
    return by_library ? by_library : strcmp(k->symbol, f->symbol);
}

static struct beginnings beginnings; /* of the table's symbols */
static pthread_once_t beginnings_made = PTHREAD_ONCE_INIT;

static void make_beginnings(void)
{
    for (size_t i = 0; i < FORBIDDEN_SYMBOLS; i++)
        beginnings_add(&beginnings, forbidden[i].symbol);
}

static const struct forbidden *find_forbidden(const char *soname, const char *symbol)
{
    struct forbidden key = {.soname = soname, .symbol = symbol};
    pthread_once(&beginnings_made, make_beginnings);
    return beginnings_may_have(&beginnings, symbol)
               ? bsearch(&key, forbidden, FORBIDDEN_SYMBOLS, sizeof *forbidden, forbidden_compare)
               : NULL;
}

bool platform_may_forbid(const char *soname, const char *symbol)
{
    return find_forbidden(soname, symbol);
}

bool platform_forbids_symbol(const struct platform *p, const char *soname, const char *symbol)
{
    const struct forbidden *f = p->libc == LIBC_ANY ? NULL : find_forbidden(soname, symbol);
    return f && p->policy <= (p->libc == LIBC_GLIBC ? f->glibc_until : f->musl_until);
}

static int version_compare(const void *key, const void *item)
{
    return strcmp(key, ((const struct version *)item)->name);
}

/* The minor of the first written glibc policy that has the version; 0 when none has. */
static int version_since(const struct arch *a, const char *name)
{
    size_t column = arch_index(a);
    const struct version *v = bsearch(name, versions, VERSIONS, sizeof *versions, version_compare);
    return v && column < VERSION_COLUMNS ? v->since[column] : 0;
}

/* N of GLIBC_2.N and, where patch is allowed, of GLIBC_2.N.M; -1 for anything else. */
static int glibc_minor(const char *version, bool patch)
{
    if (!str_starts(version, "GLIBC_2."))
        return -1;
    const char *end;
    int minor = small_number(version + strlen("GLIBC_2."), &end);
    return *end == '\0' || (patch && *end == '.') ? minor : -1;
}

int glibc_version_order(const char *version)
{
    if (!str_starts(version, "GLIBC_2."))
        return -1;
    const char *rest;
    int minor = small_number(version + strlen("GLIBC_2."), &rest), patch = 0;
    if (minor >= 0 && *rest == '.')
        patch = small_number(rest + 1, &rest);
    return minor < 0 || patch < 0 || *rest ? -1 : minor * 1000 + patch;
}

/* The glibc whose loader first knew what a marker asks for (glibc's NEWS); no policy lists them. */
static int marker_since(const char *version)
{
    static const struct {
        const char *marker;
        int minor;
    } markers[] = {{"GLIBC_ABI_DT_RELR", 36}, {"GLIBC_ABI_GNU2_TLS", 42}, {"GLIBC_ABI_DT_X86_64_PLT", 42}};
    for (size_t i = 0; version_is_abi_marker(version) && i < COUNT(markers); i++)
        if (strcmp(markers[i].marker, version) == 0)
            return markers[i].minor;
    return 0;
}

/* Like version_since, and by rule for what is newer than the table. */
static int version_or_rule_since(const struct arch *a, const char *version)
{
    int since = version_since(a, version);
    since = since ? since : marker_since(version);
    if (since)
        return since;
    int minor = glibc_minor(version, false);
    int newest = arch_policies(a, LIBC_GLIBC).last;
    return newest && minor > newest ? minor : 0;
}

static bool has_family(const char *version)
{
    for (size_t i = 0; i < COUNT(families); i++)
        if (str_starts(version, families[i]))
            return true;
    return false;
}

enum version_verdict platform_judge_version(const struct platform *p, const char *version)
{
    if (p->libc == LIBC_ANY)
        return VERSION_ALLOWED;
    if (p->libc == LIBC_MUSL)
        return str_starts(version, "GLIBC_") ? VERSION_UNKNOWN : VERSION_FOREIGN;
    int since = version_or_rule_since(p->arch, version);
    if (!since)
        return has_family(version) ? VERSION_UNKNOWN : VERSION_FOREIGN;
    if (p->minor < p->policy && glibc_minor(version, true) > p->minor)
        return VERSION_TOO_NEW; /* older than what is written down */
    if (since <= p->policy)
        return VERSION_ALLOWED;
    /* Between two written policies, or past the last, a platform has what its own glibc has. */
    int minor = glibc_minor(version, true);
    minor = minor < 0 && marker_since(version) ? marker_since(version) : minor;
    return minor >= 0 && minor <= p->minor ? VERSION_ALLOWED : VERSION_TOO_NEW;
}

bool platform_earliest(
    struct platform *out, enum libc_kind libc, const struct arch *arch, const char *version)
{
    if (libc == LIBC_ANY)
        return platform_make(out, libc, arch, 0);
    int since = libc == LIBC_GLIBC ? version_or_rule_since(arch, version) : 0;
    return since && platform_make(out, libc, arch, since);
}

bool version_is_abi_marker(const char *version)
{
    return str_starts(version, "GLIBC_ABI_");
}
