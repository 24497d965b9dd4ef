/* Findings as they are added, and in the end the report. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/internal.h"
#include "audit/rules.h"

const char *keep(struct check *c, const char *text)
{
    return text ? arena_strdup(&c->report->arena, text) : NULL;
}

__attribute__((format(printf, 2, 0))) static const char *format_kept(
    struct check *c, const char *format, va_list ap)
{
    if (strcmp(format, "%s") == 0)
        return keep(c, va_arg(ap, const char *));
    char text[400];
    va_list again;
    va_copy(again, ap);
    int len = vsnprintf(text, sizeof text, format, ap);
    const char *kept = "";
    if (len >= 0 && (size_t)len < sizeof text) {
        kept = arena_strndup(&c->report->arena, text, (size_t)len);
    } else if (len >= 0) {
        char *longer = arena_alloc(&c->report->arena, (size_t)len + 1);
        vsnprintf(longer, (size_t)len + 1, format, again);
        kept = longer;
    }
    va_end(again);
    return kept;
}

struct finding *add_finding(struct check *c, const char *format, ...)
{
    struct finding *f = arena_new(&c->report->arena, struct finding);
    *f = (struct finding){.rule = c->rule, .severity = c->severity, .subject = c->report->subject};
    va_list ap;
    va_start(ap, format);
    f->message = format_kept(c, format, ap);
    va_end(ap);
    vec_push(&c->found, f);
    return f;
}

void soften(const struct check *c, struct finding *f, enum severity most)
{
    f->severity = c->severity < most ? c->severity : most;
}

void worsen(const struct check *c, struct finding *f, enum severity least)
{
    if (!c->severity_is_set && f->severity < least)
        f->severity = least;
}

void set_subject(struct check *c, struct finding *f, const char *subject)
{
    f->subject = keep(c, subject);
}

void set_remedy(struct check *c, struct finding *f, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    f->remedy = format_kept(c, format, ap);
    va_end(ap);
}

void add_evidence(struct check *c, struct finding *f, const char *format, ...)
{
    if (f->evidence_total++ >= AUDIT_EVIDENCE_MAX)
        return;
    const char **list = (const char **)f->evidence;
    if (f->evidence_count % 8 == 0) {
        list = arena_alloc(&c->report->arena, (f->evidence_count + 8) * sizeof *list);
        if (f->evidence_count)
            memcpy(list, f->evidence, f->evidence_count * sizeof *list);
        f->evidence = list;
    }
    va_list ap;
    va_start(ap, format);
    list[f->evidence_count++] = format_kept(c, format, ap);
    va_end(ap);
}

static int compare_findings(const void *a, const void *b)
{
    const struct finding *x = *(struct finding *const *)a, *y = *(struct finding *const *)b;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    size_t rule_x = rule_order(x->rule), rule_y = rule_order(y->rule);
    if (rule_x != rule_y)
        return rule_x < rule_y ? -1 : 1;
    return strcmp(x->message, y->message);
}

void collect_findings(struct check *c)
{
    struct audit_report *r = c->report;
    if (c->found.len)
        qsort(c->found.items, c->found.len, sizeof *c->found.items, compare_findings);
    r->findings = arena_alloc(&r->arena, c->found.len * sizeof *r->findings);
    for (size_t i = 0; i < c->found.len; i++) {
        r->findings[i] = *c->found.items[i];
        r->errors += r->findings[i].severity == SEVERITY_ERROR;
        r->warnings += r->findings[i].severity == SEVERITY_WARNING;
        r->notes += r->findings[i].severity == SEVERITY_NOTE;
    }
    r->finding_count = c->found.len;
    vec_release(&c->found);
}

void audit_report_release(struct audit_report *report)
{
    arena_release(&report->arena);
    *report = (struct audit_report){0};
}
