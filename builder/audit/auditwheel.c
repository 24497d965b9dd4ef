/* Puts what the audit found into the words of another tool: libraries and symbols by policy. */
#include "audit/auditwheel.h"

#include <stdlib.h>
#include <string.h>

#include "audit/internal.h"
#include "base/cleanup.h"

static bool is_beside(const struct audit_report *r, const char *library)
{
    for (size_t i = 0; i < r->needed_count; i++)
        if (strcmp(r->needed[i].library, library) == 0)
            return r->needed[i].beside;
    return false;
}

static struct auditwheel_versions *versions_of(struct auditwheel *out, const char *library)
{
    vec_each (&out->versions, v)
        if (strcmp(v->library, library) == 0)
            return v;
    vec_push(&out->versions, ((struct auditwheel_versions){.library = library}));
    return &out->versions.items[out->versions.len - 1];
}

static int by_library(const void *a, const void *b)
{
    const struct auditwheel_versions *x = a, *y = b;
    return strcmp(x->library, y->library);
}

/* The other tool leaves the loader out. */
static bool is_loader(const char *library)
{
    return str_starts(library, "ld-") || str_starts(library, "ld64.");
}

/* Versions of the platform's libraries hold the wheel where the newest of them came. */
static void add_versions(struct auditwheel *out, const struct audit_report *r)
{
    for (size_t i = 0; i < r->version_count; i++) {
        const struct audit_version *v = &r->versions[i];
        struct platform p;
        if (is_loader(v->library))
            continue;
        struct auditwheel_versions *all = versions_of(out, v->library);
        if (!strvec_has(&all->versions, v->version))
            strvec_push(&all->versions, v->version);
        if (is_beside(r, v->library))
            continue;
        if (!v->policy)
            platform_at(&out->by_symbols, LIBC_ANY, r->arch, 0);
        else if (platform_find(&p, v->policy) && platform_compare(&p, &out->by_symbols) > 0)
            out->by_symbols = p;
    }
}

static void add_marks(struct auditwheel *out, const struct audit_report *r)
{
    for (size_t i = 0; i < r->table_count; i++) {
        if (r->table[i].defined)
            continue;
        out->pyfpe |= strcmp(r->table[i].symbol, "PyFPE_jbuf") == 0;
        out->ucs2 |= str_starts(r->table[i].symbol, "PyUnicodeUCS2_");
    }
    for (size_t i = 0; i < r->finding_count; i++)
        out->unsupported_isa |= strcmp(r->findings[i].rule->id, "isa-level") == 0;
}

static void add_libraries(struct strvec *out, const struct audit_report *r, const struct platform *p)
{
    for (size_t i = 0; i < r->needed_count; i++) {
        const char *library = r->needed[i].library;
        if (!r->needed[i].beside && !is_libpython(library) && !platform_has_library(p, library) &&
            !strvec_has(out, library))
            strvec_push(out, library);
    }
}

static void add_forbidden(struct strvec *out, const struct audit_report *r, const struct platform *p)
{
    for (size_t i = 0; i < r->table_count; i++)
        for (size_t k = 0; !r->table[i].defined && !r->table[i].weak && k < r->needed_count; k++) {
            const char *library = r->needed[k].library;
            if (r->needed[k].beside || !platform_forbids_symbol(p, library, r->table[i].symbol))
                continue;
            AUTO_FREE char *line = xstrf("%s %s", library, r->table[i].symbol);
            if (!strvec_has(out, line))
                strvec_push(out, line);
        }
}

static void add_upgrade(struct auditwheel *out, const struct audited *a, const struct platform *p)
{
    struct auditwheel_upgrade upgrade = {.policy = *p};
    for (size_t i = 0; i < a->module_count; i++) {
        add_libraries(&upgrade.libraries, &a->modules[i], p);
        add_forbidden(&upgrade.symbols, &a->modules[i], p);
    }
    strvec_sort(&upgrade.libraries);
    strvec_sort(&upgrade.symbols);
    vec_push(&out->upgrades, upgrade);
}

/* From the policy below what is earned down to the widest; a wheel that earns none meets all of them. */
static void add_upgrades(struct auditwheel *out, const struct audited *a, enum libc_kind libc)
{
    const struct arch *arch = a->modules[0].arch;
    struct platform p;
    VEC(struct platform) all = {0};
    for (int minor = 0; platform_from(&p, libc, arch, minor); minor = p.minor + 1)
        vec_push(&all, p);
    for (size_t i = all.len; i-- > 0;)
        if (out->overall.libc == LIBC_ANY || platform_compare(&all.items[i], &out->overall) < 0)
            add_upgrade(out, a, &all.items[i]);
    if (all.len)
        for (size_t i = 0; i < a->module_count; i++)
            add_libraries(&out->external, &a->modules[i], &all.items[0]);
    strvec_sort(&out->external);
    vec_release(&all);
}

static enum libc_kind libc_of(const struct audited *a)
{
    for (size_t i = 0; i < a->module_count; i++)
        if (a->modules[i].libc != LIBC_ANY)
            return a->modules[i].libc;
    return a->has_claimed && a->claimed.libc != LIBC_ANY ? a->claimed.libc : LIBC_GLIBC;
}

void auditwheel_make(struct auditwheel *out, const struct audited *a)
{
    *out = (struct auditwheel){.pure = !a->module_count, .has_tags = a->module_count && a->has_earned};
    if (!out->has_tags)
        return;
    enum libc_kind libc = libc_of(a);
    out->overall = a->earned;
    if (libc == LIBC_MUSL || !platform_from(&out->by_symbols, libc, a->modules[0].arch, 0))
        out->by_symbols = out->overall; /* musl's symbols have no versions */
    for (size_t i = 0; i < a->module_count; i++) {
        add_versions(out, &a->modules[i]);
        add_marks(out, &a->modules[i]);
    }
    vec_each (&out->versions, v)
        strvec_sort(&v->versions);
    if (out->versions.len)
        qsort(out->versions.items, out->versions.len, sizeof *out->versions.items, by_library);
    if (out->pyfpe || out->ucs2 || out->unsupported_isa)
        platform_at(&out->overall, LIBC_ANY, a->modules[0].arch, 0);
    add_upgrades(out, a, libc);
}

void auditwheel_release(struct auditwheel *a)
{
    vec_each (&a->versions, v)
        strvec_release(&v->versions);
    vec_each (&a->upgrades, u) {
        strvec_release(&u->libraries);
        strvec_release(&u->symbols);
    }
    strvec_release(&a->external);
    vec_release(&a->versions);
    vec_release(&a->upgrades);
}
