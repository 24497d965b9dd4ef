/* Which policy a file earns: the lowest that has every library, version and symbol it takes from outside. */
#include <string.h>

#include "audit/internal.h"

bool library_promised(const struct check *c, const char *library)
{
    const struct platform *p = c->platform ? c->platform : c->facts->has_newest ? &c->facts->newest : NULL;
    if (p && p->libc == LIBC_ANY && c->facts->has_newest)
        p = &c->facts->newest; /* linux_ARCH promises no library; what every policy has is meant */
    return p && platform_has_library(p, library);
}

static bool has_libraries(const struct check *c, const struct platform *p)
{
    for (size_t i = 0; i < c->image->needed_count; i++) {
        const char *library = c->image->needed[i];
        if (!library_beside(c->context, library) && !library_allowed(c->context, library) &&
            !is_libpython(library) && !platform_has_library(p, library))
            return false;
    }
    return true;
}

static bool has_symbols(const struct check *c, const struct platform *p)
{
    for (size_t i = 0; i < c->facts->suspect_count; i++) {
        const struct import *import = c->facts->suspects[i];
        if (import->version && import->version->file) {
            if (c->facts->versions[import->version - c->image->needed_versions].of_platform &&
                platform_forbids_symbol(p, import->version->file, import->name))
                return false;
            continue;
        }
        for (size_t k = 0; k < c->image->needed_count; k++)
            if (!c->facts->complete[k] && platform_forbids_symbol(p, c->image->needed[k], import->name))
                return false;
    }
    return true;
}

static bool has_versions(const struct check *c, const struct platform *p)
{
    for (size_t i = 0; i < c->facts->version_count; i++) {
        const struct version_fact *v = &c->facts->versions[i];
        if (!v->of_platform)
            continue;
        enum version_verdict verdict = platform_judge_version(p, v->version->name);
        if (verdict != VERSION_ALLOWED && verdict != VERSION_FOREIGN)
            return false;
    }
    return true;
}

bool fits_platform(const struct check *c, const struct platform *p)
{
    if (c->facts->arch != p->arch)
        return false;
    if (p->libc == LIBC_ANY)
        return true;
    return !has_unmarked_relr(c->image) && has_versions(c, p) && has_libraries(c, p) && has_symbols(c, p);
}

static struct platform plain_linux(const struct check *c)
{
    struct platform p;
    platform_at(&p, LIBC_ANY, c->facts->arch, 0);
    return p;
}

/* musl has no versions to tell 1.1 from 1.2 by: 1.1 is earned only where it was asked for, and nothing
 * speaks against it. */
static bool below_musl_1_2(const struct check *c, const struct platform *p)
{
    bool asked = c->platform && c->platform->libc == LIBC_MUSL && c->platform->minor < 2;
    return p->libc == LIBC_MUSL && p->minor < 2 && !asked;
}

struct platform lowest_policy(const struct check *c)
{
    const struct facts *f = c->facts;
    struct platform least = {0}, p;
    bool has_least = false;
    if (has_unmarked_relr(c->image))
        return plain_linux(c);
    for (size_t i = 0; i < f->version_count; i++) {
        const struct version_fact *v = &f->versions[i];
        if (!v->of_platform || v->verdict == VERSION_FOREIGN)
            continue;
        if (!v->has_earliest)
            return plain_linux(c);
        if (!has_least || platform_compare(&v->earliest, &least) > 0)
            least = v->earliest;
        has_least = true;
    }
    /* A policy by rule (newer than all that are written down) is judged as the newest of those. */
    bool above = has_least && f->has_newest && platform_compare(&least, &f->newest) > 0;
    int oldest = above ? f->newest.minor : has_least ? least.minor : 0;
    for (; platform_from(&p, f->libc, f->arch, oldest); oldest = p.minor + 1)
        if (!below_musl_1_2(c, &p) && has_libraries(c, &p) && has_symbols(c, &p))
            return above ? least : p;
    return plain_linux(c);
}
