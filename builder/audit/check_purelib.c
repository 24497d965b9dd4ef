/* Compiled code in a wheel that says it has none: it is installed for machines it cannot run on. */
#include <string.h>

#include "audit/wheel_facts.h"

static bool is_for_any(const struct wheel *w)
{
    return w->named && strvec_has(&w->name.platform, "any");
}

/* "NAME.data/purelib/…" */
static bool goes_to_purelib(const char *name)
{
    const char *slash = strchr(name, '/');
    return slash && slash - name > 5 && memcmp(slash - 5, ".data", 5) == 0 && str_starts(slash, "/purelib/");
}

void check_purelib(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    struct finding *f = NULL;
    for (size_t i = 0; i < w->zip.len; i++) {
        enum member_kind kind = c->wheel->members[i].kind;
        if (kind != MEMBER_LINKED && kind != MEMBER_DAMAGED && kind != MEMBER_UNJUDGED)
            continue;
        const char *name = w->zip.members[i].name;
        if (!w->root_is_purelib && !is_for_any(w) && !goes_to_purelib(name))
            continue;
        if (!f) {
            f = add_finding(c, "%s, but the wheel %s", name,
                w->root_is_purelib ? "says Root-Is-Purelib: true"
                : is_for_any(w)    ? "has the platform tag any"
                                   : "installs it where pure Python goes");
            set_remedy(c, f, "write Root-Is-Purelib: false and the platform into the wheel's tags");
        }
        add_evidence(c, f, "%s", name);
    }
    if (f && f->evidence_total > 1)
        f->message =
            arena_strf(&c->report->arena, "%s (and %zu more ELF files)", f->message, f->evidence_total - 1);
}
