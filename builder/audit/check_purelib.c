/* Compiled code in a wheel that says it has none: it is installed for machines it cannot run on. */
#include <string.h>

#include "audit/wheel_facts.h"

static bool is_for_any(const struct wheel *w)
{
    return w->named && strvec_has(&w->name.platform, "any");
}

/* "NAME.data/KEY/…": what an installer puts elsewhere than the rest. */
static bool goes_to(const char *name, const char *key)
{
    const char *slash = strchr(name, '/');
    size_t len = strlen(key);
    return slash && slash - name > 5 && memcmp(slash - 5, ".data", 5) == 0 &&
           strncmp(slash + 1, key, len) == 0 && slash[1 + len] == '/';
}

/* Whether an installer puts a member where pure Python goes. */
static bool is_put_among_pure(const struct wheel *w, const char *name)
{
    static const char *const elsewhere[] = {"platlib", "scripts", "data", "headers"};
    for (size_t i = 0; i < COUNT(elsewhere); i++)
        if (goes_to(name, elsewhere[i]))
            return false;
    return w->root_is_purelib || goes_to(name, "purelib");
}

static const char *how_it_is_wrong(const struct wheel *w, const char *name)
{
    if (is_for_any(w))
        return "has the platform tag any";
    if (!is_put_among_pure(w, name))
        return NULL;
    return w->root_is_purelib ? "says Root-Is-Purelib: true" : "installs it where pure Python goes";
}

/* It is found and works all the same, but for a module in a wheel that is installed everywhere. */
static bool fails_elsewhere(const struct wheel *w, const struct member_facts *m)
{
    return is_for_any(w) && (m->kind != MEMBER_LINKED || m->module->report.role == AUDIT_MODULE);
}

void check_purelib(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    struct finding *f = NULL;
    bool fails = false;
    for (size_t i = 0; i < w->zip.len; i++) {
        const struct member_facts *m = &c->wheel->members[i];
        if (m->kind != MEMBER_LINKED && m->kind != MEMBER_DAMAGED && m->kind != MEMBER_UNJUDGED)
            continue;
        const char *name = w->zip.members[i].name, *how = how_it_is_wrong(w, name);
        if (!how)
            continue;
        if (!f) {
            f = add_finding(c, "%s, but the wheel %s", name, how);
            set_remedy(c, f, "write Root-Is-Purelib: false and the platform into the wheel's tags");
        }
        fails |= fails_elsewhere(w, m);
        add_evidence(c, f, "%s", name);
    }
    if (!f)
        return;
    if (!fails)
        soften(c, f, SEVERITY_WARNING);
    if (f->evidence_total > 1)
        f->message =
            arena_strf(&c->report->arena, "%s (and %zu more ELF files)", f->message, f->evidence_total - 1);
}
