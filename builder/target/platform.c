/* Platforms: from tag to value and back, their order, which machines they run on. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "target/internal.h"

static const struct {
    int minor;
    const char *alias;
} glibc_policies[] = {
#define GLIBC_POLICY(minor, alias) {minor, alias},
#define MUSL_POLICY(minor)
#define ARCH_POLICIES(...)
#include "target/policies.def"
#undef GLIBC_POLICY
#undef MUSL_POLICY
#undef ARCH_POLICIES
};

static const int musl_policies[] = {
#define GLIBC_POLICY(minor, alias)
#define MUSL_POLICY(minor) minor,
#define ARCH_POLICIES(...)
#include "target/policies.def"
#undef GLIBC_POLICY
#undef MUSL_POLICY
#undef ARCH_POLICIES
};

enum {
    GLIBC_POLICIES = COUNT(glibc_policies),
    MUSL_POLICIES = COUNT(musl_policies),
};

/* One for each architecture, in the order of arch/arches.def. */
static const struct {
    struct policy_span glibc, musl;
} spans[] = {
#define GLIBC_POLICY(minor, alias)
#define MUSL_POLICY(minor)
#define ARCH_POLICIES(name, glibc_first, glibc_last, musl_first, musl_last) \
    {{glibc_first, glibc_last}, {musl_first, musl_last}},
#include "target/policies.def"
#undef GLIBC_POLICY
#undef MUSL_POLICY
#undef ARCH_POLICIES
};

struct policy_span arch_policies(const struct arch *a, enum libc_kind libc)
{
    size_t i = arch_index(a);
    assert(i < COUNT(spans));
    return libc == LIBC_GLIBC  ? spans[i].glibc
           : libc == LIBC_MUSL ? spans[i].musl
                               : (struct policy_span){0, 0};
}

/* The minor of the i-th written policy of a libc, -1 past the end. */
static int policy_minor(enum libc_kind libc, size_t i)
{
    if (libc == LIBC_GLIBC)
        return i < GLIBC_POLICIES ? glibc_policies[i].minor : -1;
    return i < MUSL_POLICIES ? musl_policies[i] : -1;
}

/* The number of the newest written policy of a libc that is not newer than the minor; the oldest where all
 * are. */
static size_t policy_below(enum libc_kind libc, int minor)
{
    size_t i = 0;
    if (libc == LIBC_GLIBC)
        while (i + 1 < GLIBC_POLICIES && glibc_policies[i + 1].minor <= minor)
            i++;
    else
        while (i + 1 < MUSL_POLICIES && musl_policies[i + 1] <= minor)
            i++;
    return i;
}

/* Adds text at *at, as far as there is room. snprintf would cost most of the time of an audit. */
static void put(char *name, size_t room, size_t *at, const char *text)
{
    while (*text && *at + 1 < room)
        name[(*at)++] = *text++;
    name[*at] = '\0';
}

static void put_number(char *name, size_t room, size_t *at, int n)
{
    char digits[12];
    size_t first = sizeof digits - 1;
    digits[first] = '\0';
    do
        digits[--first] = (char)('0' + n % 10);
    while ((n /= 10) && first);
    put(name, room, at, digits + first);
}

static void name_policy(struct platform *p, const char *alias)
{
    size_t at = 0;
    put(p->name, sizeof p->name, &at, p->libc == LIBC_GLIBC ? "manylinux_" : "musllinux_");
    put_number(p->name, sizeof p->name, &at, p->major);
    put(p->name, sizeof p->name, &at, "_");
    put_number(p->name, sizeof p->name, &at, p->minor);
    put(p->name, sizeof p->name, &at, "_");
    put(p->name, sizeof p->name, &at, p->arch->name);
    if (!alias)
        return;
    at = 0;
    put(p->alias, sizeof p->alias, &at, alias);
    put(p->alias, sizeof p->alias, &at, "_");
    put(p->alias, sizeof p->alias, &at, p->arch->name);
}

bool platform_make(struct platform *out, enum libc_kind libc, const struct arch *a, int minor)
{
    struct policy_span span = arch_policies(a, libc);
    if (libc != LIBC_ANY && (!span.first || minor < span.first))
        return false;
    memset(out, 0, sizeof *out);
    out->arch = a;
    out->libc = libc;
    if (libc == LIBC_ANY) {
        snprintf(out->name, sizeof out->name, "linux_%s", a->name);
        return true;
    }
    out->major = libc == LIBC_GLIBC ? 2 : 1;
    out->minor = minor;
    size_t written = policy_below(libc, minor < span.last ? minor : span.last);
    out->policy = policy_minor(libc, written);
    name_policy(out, libc == LIBC_GLIBC && out->policy == minor ? glibc_policies[written].alias : NULL);
    return true;
}

int small_number(const char *s, const char **end)
{
    int n = 0;
    const char *p = s;
    while (*p >= '0' && *p <= '9' && p - s < 4)
        n = n * 10 + (*p++ - '0');
    *end = p;
    return p == s || p - s > 3 || (*s == '0' && p - s > 1) ? -1 : n;
}

static bool find_versioned(struct platform *out, enum libc_kind libc, const char *rest)
{
    int minor = small_number(rest, &rest);
    const struct arch *a = minor >= 0 && *rest == '_' ? arch_find(rest + 1) : NULL;
    return a && platform_make(out, libc, a, minor);
}

static bool find_alias(struct platform *out, const char *tag)
{
    for (size_t i = 0; i < GLIBC_POLICIES && glibc_policies[i].alias; i++) {
        size_t len = strlen(glibc_policies[i].alias);
        if (strncmp(tag, glibc_policies[i].alias, len) != 0 || tag[len] != '_')
            continue;
        const struct arch *a = arch_find(tag + len + 1);
        return a && platform_make(out, LIBC_GLIBC, a, glibc_policies[i].minor);
    }
    return false;
}

bool platform_find(struct platform *out, const char *tag)
{
    if (str_starts(tag, "manylinux_2_"))
        return find_versioned(out, LIBC_GLIBC, tag + strlen("manylinux_2_"));
    if (str_starts(tag, "musllinux_1_"))
        return find_versioned(out, LIBC_MUSL, tag + strlen("musllinux_1_"));
    if (str_starts(tag, "linux_")) {
        const struct arch *a = arch_find(tag + strlen("linux_"));
        return a && platform_make(out, LIBC_ANY, a, 0);
    }
    return find_alias(out, tag);
}

/* "manylinux_2_4_x86_64" is a promise as well, of glibc 2.4; only that nobody wrote down what else. The
 * libraries of the first policy are taken for it. */
static bool find_older(struct platform *out, enum libc_kind libc, const char *rest)
{
    int minor = small_number(rest, &rest);
    const struct arch *a = minor >= 0 && *rest == '_' ? arch_find(rest + 1) : NULL;
    struct policy_span span = a ? arch_policies(a, libc) : (struct policy_span){0, 0};
    if (!span.first || minor >= span.first || !platform_make(out, libc, a, span.first))
        return false;
    out->minor = minor;
    name_policy(out, NULL);
    out->alias[0] = '\0';
    return true;
}

static bool is_other_system(const char *tag)
{
    static const char *const systems[] = {"win", "macosx_", "ios_", "android_", "pyemscripten_",
        "emscripten_", "pyodide_", "wasi_", "freebsd_"};
    for (size_t i = 0; i < COUNT(systems); i++)
        if (str_starts(tag, systems[i]))
            return true;
    return false;
}

enum tag_kind platform_read_tag(struct platform *out, const char *tag)
{
    if (platform_find(out, tag) ||
        (str_starts(tag, "manylinux_2_") && find_older(out, LIBC_GLIBC, tag + strlen("manylinux_2_"))) ||
        (str_starts(tag, "musllinux_1_") && find_older(out, LIBC_MUSL, tag + strlen("musllinux_1_"))))
        return TAG_PLATFORM;
    return strcmp(tag, "any") == 0 ? TAG_ANY : is_other_system(tag) ? TAG_OTHER_SYSTEM : TAG_UNKNOWN;
}

bool platform_at(struct platform *out, enum libc_kind libc, const struct arch *arch, size_t i)
{
    if (libc == LIBC_ANY)
        return i == 0 && platform_make(out, libc, arch, 0);
    struct policy_span span = arch_policies(arch, libc);
    for (size_t at = 0; policy_minor(libc, at) >= 0; at++) {
        int minor = policy_minor(libc, at);
        if (minor >= span.first && minor <= span.last && i-- == 0)
            return platform_make(out, libc, arch, minor);
    }
    return false;
}

bool platform_from(struct platform *out, enum libc_kind libc, const struct arch *arch, int minor)
{
    struct policy_span span = arch_policies(arch, libc);
    int oldest = minor > span.first ? minor : span.first, at;
    for (size_t i = 0; libc != LIBC_ANY && span.first && (at = policy_minor(libc, i)) >= 0; i++)
        if (at >= oldest)
            return at <= span.last && platform_make(out, libc, arch, at);
    return false;
}

bool platform_newest(struct platform *out, enum libc_kind libc, const struct arch *arch)
{
    return platform_make(out, libc, arch, libc == LIBC_ANY ? 0 : arch_policies(arch, libc).last);
}

static int order_of(enum libc_kind libc)
{
    return libc == LIBC_GLIBC ? 0 : libc == LIBC_MUSL ? 1 : 2;
}

int platform_compare(const struct platform *a, const struct platform *b)
{
    int by_arch = a->arch == b->arch ? 0 : strcmp(a->arch->name, b->arch->name);
    int by_libc = order_of(a->libc) - order_of(b->libc);
    return by_arch ? by_arch : by_libc ? by_libc : a->minor - b->minor;
}

bool platform_covers(const struct platform *new_one, const struct platform *old)
{
    if (new_one->arch != old->arch)
        return false;
    return new_one->libc == LIBC_ANY || (new_one->libc == old->libc && new_one->minor >= old->minor);
}

void platform_wheel_tag(const struct platform *p, struct strbuf *out)
{
    if (!p->alias[0]) {
        strbuf_adds(out, p->name);
        return;
    }
    bool alias_first = strcmp(p->alias, p->name) < 0;
    strbuf_addf(out, "%s.%s", alias_first ? p->alias : p->name, alias_first ? p->name : p->alias);
}

bool platform_runs_on(const struct platform *p, enum libc_kind libc, int major, int minor)
{
    if (p->libc == LIBC_ANY)
        return true;
    return p->libc == libc && (major > p->major || (major == p->major && minor >= p->minor));
}
