/* Findings of many files summed up by rule: what a reader of a folder's report looks at first. */
#include <stdlib.h>

#include "ui/audit/internal.h"

enum { RULES_SHOWN = 14 };

struct audit_sum *audit_sum_of(struct audit_sums *sums, const struct rule *rule, enum severity severity)
{
    vec_each (&sums->list, s)
        if (s->rule == rule && s->severity == severity)
            return s;
    vec_push(&sums->list, ((struct audit_sum){.rule = rule, .severity = severity}));
    return &sums->list.items[sums->list.len - 1];
}

static void count_report(struct audit_sums *sums, const struct audit_report *r, enum severity least)
{
    for (size_t i = 0; i < r->finding_count; i++)
        if (r->findings[i].severity >= least)
            audit_sum_of(sums, r->findings[i].rule, r->findings[i].severity)->findings++;
}

void audit_sums_count(struct audit_sums *sums, const struct audited *a, enum severity least)
{
    struct audit_sums own = {0};
    count_report(&own, &a->whole, least);
    for (size_t i = 0; i < a->module_count; i++)
        count_report(&own, &a->modules[i], least);
    vec_each (&own.list, s)
        s->files = 1;
    audit_sums_add(sums, &own);
    audit_sums_release(&own);
}

void audit_sums_add(struct audit_sums *sums, const struct audit_sums *more)
{
    vec_each (&more->list, s) {
        struct audit_sum *to = audit_sum_of(sums, s->rule, s->severity);
        to->findings += s->findings;
        to->files += s->files;
    }
}

void audit_sums_release(struct audit_sums *sums)
{
    vec_release(&sums->list);
}

static int by_weight(const void *a, const void *b)
{
    const struct audit_sum *x = *(const struct audit_sum *const *)a, *y = *(const struct audit_sum *const *)b;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->findings != y->findings)
        return x->findings > y->findings ? -1 : 1;
    return x < y ? -1 : x > y;
}

void audit_sums_text(struct strbuf *out, const struct audit_sums *sums, struct style style)
{
    size_t len = sums->list.len;
    const struct audit_sum **order = xcalloc(len + 1, sizeof *order);
    for (size_t i = 0; i < len; i++)
        order[i] = &sums->list.items[i];
    if (len)
        qsort(order, len, sizeof *order, by_weight);
    for (size_t i = 0; i < len && i < RULES_SHOWN; i++) {
        const struct audit_sum *s = order[i];
        strbuf_addf(
            out, "  %6zu %s%s of ", s->findings, severity_name(s->severity), s->findings == 1 ? "" : "s");
        tone_add(out, style,
            s->severity == SEVERITY_ERROR     ? TONE_BAD
            : s->severity == SEVERITY_WARNING ? TONE_WARN
                                              : TONE_NAME,
            s->rule->id);
        strbuf_addf(out, ", in %zu file%s\n", s->files, s->files == 1 ? "" : "s");
    }
    if (len > RULES_SHOWN)
        strbuf_addf(out, "  and %zu more rules\n", len - RULES_SHOWN);
    free(order);
}
