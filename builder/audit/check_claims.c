/* The platform tags of a wheel's name against what is inside. An installer takes the wheel wherever one of
 * its tags fits, so that each of them has to be true. Each linked file was held against the tag of its own
 * architecture and C library; here are the tags that no file could answer for. */
#include <string.h>

#include "audit/wheel_facts.h"

static bool is_linux(const struct audited_claim *claim)
{
    return claim->kind == TAG_PLATFORM;
}

static const char *libc_words(enum libc_kind libc)
{
    return libc == LIBC_MUSL ? "musl" : "glibc";
}

/* Whether the wheel has files of the architecture: one that has none of a compressed set's is for others. */
static bool has_arch(const struct wheel_facts *w, const struct arch *arch)
{
    for (size_t i = 0; i < w->module_count; i++)
        if (w->modules[i]->report.arch == arch)
            return true;
    return false;
}

/* Whether the name has a tag that the file could have been held against. */
static bool has_own_claim(const struct wheel_facts *w, const struct audit_report *r)
{
    for (size_t i = 0; i < w->claim_count; i++) {
        const struct audited_claim *claim = &w->claims[i];
        if (is_linux(claim) && claim->platform.arch == r->arch &&
            (claim->platform.libc == LIBC_ANY || claim->platform.libc == r->libc))
            return true;
    }
    return false;
}

/* Files that no system of the tag can load, though they hold what another tag says; those that hold to none
 * were told already. */
static void judge_linux(struct check *c, const struct audited_claim *claim)
{
    const struct wheel_facts *w = c->wheel;
    const struct platform *p = &claim->platform;
    struct finding *f = NULL;
    for (size_t i = 0; i < w->module_count; i++) {
        const struct audit_report *r = &w->modules[i]->report;
        if (!has_own_claim(w, r))
            continue;
        bool other_libc =
            r->arch == p->arch && p->libc != LIBC_ANY && r->libc != LIBC_ANY && r->libc != p->libc;
        if (!other_libc && (r->arch == p->arch || has_arch(w, p->arch)))
            continue;
        if (!f) {
            f = add_finding(c, "claims %s, but %s is for %s", claim->tag, w->modules[i]->member->name,
                other_libc ? libc_words(r->libc)
                : r->arch  ? r->arch->name
                           : r->machine);
            f->policy = keep(c, claim->tag);
            set_remedy(c, f, "make one wheel for each C library and each architecture");
        }
        add_evidence(c, f, "%s", w->modules[i]->member->name);
    }
}

static void judge_other_system(struct check *c, const struct audited_claim *claim)
{
    const struct wheel_facts *w = c->wheel;
    const struct wheel_module *module = NULL;
    for (size_t i = 0; i < w->module_count && !module; i++)
        if (w->modules[i]->report.role == AUDIT_MODULE)
            module = w->modules[i];
    if (!module)
        return;
    struct finding *f =
        add_finding(c, "claims %s, but %s is a module for Linux: no Python of that system loads it",
            claim->tag, module->member->name);
    f->policy = keep(c, claim->tag);
    set_remedy(c, f, "tag it for what was built, or pack what was built for that system");
}

void check_claims(struct check *c)
{
    for (size_t i = 0; i < c->wheel->claim_count; i++) {
        const struct audited_claim *claim = &c->wheel->claims[i];
        if (is_linux(claim))
            judge_linux(c, claim);
        else if (claim->kind == TAG_OTHER_SYSTEM)
            judge_other_system(c, claim);
    }
}

void check_not_judged(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    if (w->named && *w->name.variant) {
        struct finding *f = add_finding(c,
            "is the variant \"%s\" (PEP 825): what it asks of a machine besides its tags was not judged",
            w->name.variant);
        f->policy = keep(c, w->name.variant);
    }
    for (size_t i = 0; i < c->wheel->claim_count; i++) {
        const struct audited_claim *claim = &c->wheel->claims[i];
        if (claim->kind != TAG_OTHER_SYSTEM && claim->kind != TAG_UNKNOWN)
            continue;
        struct finding *f =
            claim->kind == TAG_UNKNOWN
                ? add_finding(c, "%s is no platform that is known here", claim->tag)
                : add_finding(c, "%s is another system: what is inside for it was not judged", claim->tag);
        f->policy = keep(c, claim->tag);
    }
}

static bool is_compiled(enum member_kind kind)
{
    return kind != MEMBER_OTHER && kind != MEMBER_NOT_ELF;
}

/* The build may have left the modules out; a wheel without any belongs to every platform. */
void check_nothing_compiled(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    size_t linux_tags = 0;
    for (size_t i = 0; i < w->claim_count; i++)
        linux_tags += is_linux(&w->claims[i]);
    if (c->context->allow_empty || !linux_tags || linux_tags < w->claim_count)
        return;
    for (size_t i = 0; i < w->wheel->zip.len; i++)
        if (is_compiled(w->members[i].kind))
            return;
    struct finding *f = add_finding(c, "claims %s, and nothing compiled is inside", w->claims[0].tag);
    f->policy = keep(c, w->claims[0].tag);
    set_remedy(c, f, "look why the build left the modules out, or tag it any (--allow-empty takes it)");
}
