/* Symbols that two modules of a wheel export. */
#include "audit/pairing.h"
#include "base/cleanup.h"

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
        set_remedy(
            c, f, "export only the entry point: which of the two is used depends on who is loaded first");
    }
    vec_release(&p.pairs);
}
