/* Findings of many files summed up by rule: what would mend most of them comes first. */
#include <stdlib.h>

#include "audit/summary.h"
#include "base/alloc.h"

enum { FAILING_MAX = 10 };

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
        if (r->findings[i].severity >= least) {
            struct audit_sum *sum = audit_sum_of(sums, r->findings[i].rule, r->findings[i].severity);
            sum->findings++;
            if (!sum->remedy && r->findings[i].remedy)
                sum->remedy = xstrdup(r->findings[i].remedy);
        }
}

void audit_sums_count(struct audit_sums *sums, const struct audited *a, enum severity least)
{
    struct audit_sums own = {0};
    count_report(&own, &a->whole, least);
    for (size_t i = 0; i < a->module_count; i++)
        count_report(&own, &a->modules[i], least);
    size_t rules = 0;
    vec_each (&own.list, s)
        rules += s->severity == SEVERITY_ERROR;
    vec_each (&own.list, s) {
        s->files = 1;
        s->alone = s->severity == SEVERITY_ERROR && rules == 1 && !a->passes;
    }
    audit_sums_add(sums, &own);
    audit_sums_release(&own);
}

void audit_sums_add(struct audit_sums *sums, const struct audit_sums *more)
{
    vec_each (&more->list, s) {
        struct audit_sum *to = audit_sum_of(sums, s->rule, s->severity);
        to->findings += s->findings;
        to->files += s->files;
        to->alone += s->alone;
        if (!to->remedy && s->remedy)
            to->remedy = xstrdup(s->remedy);
    }
}

void audit_sums_release(struct audit_sums *sums)
{
    vec_each (&sums->list, s)
        free(s->remedy);
    vec_release(&sums->list);
}

static int by_weight(const void *a, const void *b)
{
    const struct audit_sum *x = *(const struct audit_sum *const *)a, *y = *(const struct audit_sum *const *)b;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->alone != y->alone)
        return x->alone > y->alone ? -1 : 1;
    if (x->findings != y->findings)
        return x->findings > y->findings ? -1 : 1;
    return x < y ? -1 : x > y;
}

const struct audit_sum **audit_sums_ordered(const struct audit_sums *sums)
{
    size_t count = sums->list.len;
    const struct audit_sum **order = xcalloc(count + 1, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = &sums->list.items[i];
    if (count)
        qsort(order, count, sizeof *order, by_weight);
    return order;
}

void audit_totals_add(struct audit_totals *t, const struct audited *a)
{
    if (a->unreadable.kind != ERR_NONE) {
        strvec_push(&t->unread, a->unreadable.text);
        return;
    }
    t->files++;
    t->failed += !a->passes;
    t->errors += a->errors;
    t->warnings += a->warnings;
    t->notes += a->notes;
    if (!a->passes && t->failing.len < FAILING_MAX)
        strvec_push(&t->failing, a->path);
}

void audit_totals_release(struct audit_totals *t)
{
    strvec_release(&t->unread);
    strvec_release(&t->failing);
    audit_sums_release(&t->sums);
}
