/* Symbols that two modules of a wheel export. Each module is loaded on its own (RTLD_LOCAL) and sees its own:
 * that is a note. The loader makes one of them where both are STB_GNU_UNIQUE, and where one module needs the
 * other, so that they stand in one scope. */
#include <string.h>

#include "audit/pairing.h"
#include "base/cleanup.h"
#include "sys/path.h"

static bool is_unique(const struct module_trace *t, const char *name)
{
    for (size_t i = 0; i < t->unique_count; i++)
        if (strcmp(t->unique[i], name) == 0)
            return true;
    return false;
}

static bool needs(const struct wheel_module *m, const struct wheel_module *other)
{
    const char *base = path_base(other->path);
    for (size_t i = 0; i < m->trace.needed_count; i++)
        if (strcmp(m->trace.needed[i], base) == 0)
            return true;
    return false;
}

/* Which of the two is taken, where one is taken for both. */
static void tell_shared(
    struct check *c, struct finding *f, const struct wheel_module *first, const struct wheel_module *second)
{
    const char *unique = NULL;
    for (size_t i = 0; i < f->evidence_count && !unique; i++)
        if (is_unique(&first->trace, f->evidence[i]) && is_unique(&second->trace, f->evidence[i]))
            unique = f->evidence[i];
    if (!unique && !needs(first, second) && !needs(second, first))
        return;
    f->message = unique
                     ? arena_strf(&c->report->arena,
                           "%s; %s is one in the whole process (STB_GNU_UNIQUE): who is loaded first has it",
                           f->message, unique)
                     : arena_strf(&c->report->arena, "%s; one of them needs the other: both use the first",
                           f->message);
    worsen(c, f, SEVERITY_WARNING);
}

void check_duplicate_export(struct check *c)
{
    AUTO(map) struct map seen = {0};
    struct pairing p = {.c = c};
    for (size_t i = 0; i < c->wheel->module_count; i++) {
        const struct wheel_module *m = c->wheel->modules[i];
        if (m->report.role != AUDIT_MODULE)
            continue;
        for (size_t k = 0; k < m->trace.export_count; k++) {
            size_t first = pairing_first(&seen, m->trace.exports[k], i);
            struct finding *f = first != i ? pairing_finding(&p, first, i) : NULL;
            if (f)
                add_evidence(c, f, "%s", m->trace.exports[k]);
        }
    }
    vec_each (&p.pairs, pair) {
        struct finding *f = pair->finding;
        f->symbol = f->evidence[0];
        f->message = arena_strf(&c->report->arena, "exports %s%s, as %s does", f->evidence[0],
            f->evidence_total > 1
                ? arena_strf(&c->report->arena, " and %zu more symbols", f->evidence_total - 1)
                : "",
            pairing_name(&p, pair->first));
        tell_shared(c, f, c->wheel->modules[pair->first], c->wheel->modules[pair->second]);
        set_remedy(c, f, "export only the entry point, by a version script");
    }
    vec_release(&p.pairs);
}
