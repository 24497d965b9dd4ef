/* What one file's findings come to: their order, what stands against it, what holds it where it is. */
#include "audit/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

enum { LIMITS_MAX = 4 };

static size_t add_all(struct placed_finding *out, const struct audit_report *r, bool is_module)
{
    for (size_t i = 0; i < r->finding_count; i++)
        out[i] = (struct placed_finding){&r->findings[i], is_module ? r : NULL};
    return r->finding_count;
}

struct placed_finding *audited_findings(const struct audited *a, size_t *count)
{
    size_t most = a->whole.finding_count;
    for (size_t i = 0; i < a->module_count; i++)
        most += a->modules[i].finding_count;
    struct placed_finding *all = xcalloc(most + 1, sizeof *all);
    *count = add_all(all, &a->whole, false);
    for (size_t i = 0; i < a->module_count; i++)
        *count += add_all(all + *count, &a->modules[i], true);
    if (!a->whole.finding_count && a->module_count <= 1)
        return all; /* a report's findings are sorted */
    /* Stable: within a severity, files keep their order. */
    struct placed_finding *sorted = xcalloc(most + 1, sizeof *sorted);
    size_t at = 0;
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_OFF; severity--)
        for (size_t i = 0; i < *count; i++)
            if ((int)all[i].finding->severity == severity)
                sorted[at++] = all[i];
    free(all);
    return sorted;
}

/* Rules with an error among the findings of a report, each once. */
static void add_rules(struct strvec *rules, const struct audit_report *r)
{
    for (size_t i = 0; i < r->finding_count && r->findings[i].severity == SEVERITY_ERROR; i++)
        if (!strvec_has(rules, r->findings[i].rule->id))
            strvec_push(rules, r->findings[i].rule->id);
}

void audited_failing_rules(struct strvec *rules, const struct audited *a)
{
    add_rules(rules, &a->whole);
    for (size_t i = 0; i < a->module_count; i++)
        add_rules(rules, &a->modules[i]);
}

void audited_limits(struct strvec *limits, const struct audited *a)
{
    for (size_t i = 0; a->has_earned && i < a->module_count; i++)
        for (size_t k = 0; k < a->modules[i].version_count; k++) {
            const struct audit_version *v = &a->modules[i].versions[k];
            if (!v->policy || strcmp(v->policy, a->earned.name) != 0 || !v->symbols ||
                limits->len == LIMITS_MAX)
                continue;
            AUTO(strbuf) struct strbuf text = {0};
            strbuf_adds(&text, v->version);
            strbuf_adds(&text, " of ");
            strbuf_adds(&text, v->library);
            if (v->names)
                strbuf_addf(&text, " (%s)", v->names);
            if (!strvec_has(limits, text.ptr))
                strvec_push(limits, text.ptr);
        }
}

bool audited_claims_between(const struct audited *a)
{
    return a->has_claimed && a->claim_holds && a->has_earned && a->claimed.arch == a->earned.arch &&
           a->claimed.libc == a->earned.libc && a->claimed.minor < a->earned.minor;
}
