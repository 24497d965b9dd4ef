/* Sums and verdicts that all forms of an audit's report share. */
#include "ui/audit/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "json/stream.h"
#include "ui/audit/internal.h"

enum { FAILING_SHOWN = 10 };

static size_t add_all(struct placed_finding *out, const struct audit_report *r, bool is_module)
{
    for (size_t i = 0; i < r->finding_count; i++)
        out[i] = (struct placed_finding){&r->findings[i], is_module ? r : NULL};
    return r->finding_count;
}

struct placed_finding *audited_findings(const struct audited *a, size_t *len)
{
    size_t most = a->whole.finding_count;
    for (size_t i = 0; i < a->module_count; i++)
        most += a->modules[i].finding_count;
    struct placed_finding *all = xcalloc(most + 1, sizeof *all);
    *len = add_all(all, &a->whole, false);
    for (size_t i = 0; i < a->module_count; i++)
        *len += add_all(all + *len, &a->modules[i], true);
    if (!a->whole.finding_count && a->module_count <= 1)
        return all; /* a report's findings are sorted */
    /* Stable: within a severity, files keep their order. */
    struct placed_finding *sorted = xcalloc(most + 1, sizeof *sorted);
    size_t at = 0;
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_OFF; severity--)
        for (size_t i = 0; i < *len; i++)
            if ((int)all[i].finding->severity == severity)
                sorted[at++] = all[i];
    free(all);
    return sorted;
}

/* A claim between two published policies holds below the one that is earned. */
static bool is_between_policies(const struct audited *a)
{
    return a->has_claimed && a->claim_holds && a->has_earned && a->claimed.arch == a->earned.arch &&
           a->claimed.libc == a->earned.libc && a->claimed.minor < a->earned.minor;
}

void verdict_add(struct strbuf *out, const struct audited *a)
{
    const char *earned = a->has_earned              ? a->earned.name
                         : a->module_count          ? "no platform tag"
                         : a->kind == AUDITED_WHEEL ? "any"
                                                    : NULL;
    if (is_between_policies(a)) {
        strbuf_addf(
            out, "claims %s, which holds; the lowest published policy is %s", a->claimed.name, earned);
        return;
    }
    if (earned) {
        strbuf_adds(out, "earns ");
        strbuf_adds(out, earned);
    }
    if (a->claim)
        strbuf_addf(out, ", claims %s%s", a->has_claimed ? a->claimed.name : a->claim,
            !a->has_claimed  ? ""
            : a->claim_holds ? ", which holds"
                             : ", which does not hold");
}

/* Rules with an error among the findings of a report, each once. */
static void add_rules(struct strvec *rules, const struct audit_report *r)
{
    for (size_t i = 0; i < r->finding_count && r->findings[i].severity == SEVERITY_ERROR; i++)
        if (!strvec_has(rules, r->findings[i].rule->id))
            strvec_push(rules, r->findings[i].rule->id);
}

void obstacles_add(struct strbuf *out, const struct audited *a)
{
    if (!a->errors)
        return;
    AUTO(strvec) struct strvec rules = {0};
    add_rules(&rules, &a->whole);
    for (size_t i = 0; i < a->module_count; i++)
        add_rules(&rules, &a->modules[i]);
    strbuf_addf(out, "%zu error%s (", a->errors, a->errors == 1 ? "" : "s");
    for (size_t i = 0; i < rules.len; i++) {
        strbuf_adds(out, i ? ", " : "");
        strbuf_adds(out, rules.items[i]);
    }
    strbuf_addc(out, ')');
}

void limit_add(struct strbuf *out, const struct audited *a)
{
    AUTO(strvec) struct strvec told = {0};
    for (size_t i = 0; a->has_earned && i < a->module_count; i++)
        for (size_t k = 0; k < a->modules[i].version_count; k++) {
            const struct audit_version *v = &a->modules[i].versions[k];
            if (!v->policy || strcmp(v->policy, a->earned.name) != 0 || !v->symbols || told.len == 4)
                continue;
            AUTO(strbuf) struct strbuf text = {0};
            strbuf_adds(&text, v->version);
            strbuf_adds(&text, " of ");
            strbuf_adds(&text, v->library);
            if (v->names)
                strbuf_addf(&text, " (%s)", v->names);
            if (strvec_has(&told, text.ptr))
                continue;
            strvec_push(&told, text.ptr);
            strbuf_adds(out, told.len > 1 ? ", " : "");
            strbuf_adds(out, text.ptr);
        }
}

void audit_totals_add(struct audit_totals *t, const struct audited *a, const struct audit_drawing *d)
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
    if (!a->passes && t->failing.len < FAILING_SHOWN)
        strvec_push(&t->failing, a->path);
    if (d->format == AUDIT_HTML)
        index_html(&t->index, a, d->page);
}

void audit_totals_release(struct audit_totals *t)
{
    strvec_release(&t->unread);
    strvec_release(&t->failing);
    strbuf_release(&t->index);
    audit_sums_release(&t->sums);
}

static void draw_json_of(struct strbuf *out, const struct audited *a, const struct audit_drawing *d)
{
    (void)d;
    draw_json(out, a);
}

static void draw_sarif_of(struct strbuf *out, const struct audited *a, const struct audit_drawing *d)
{
    (void)d;
    draw_sarif(out, a);
}

static int frame_text_of(struct strbuf *before, struct strbuf *after, const struct audit_totals *t,
    const struct audit_drawing *d, struct err *e)
{
    (void)e;
    frame_text(before, after, t, d);
    return 0;
}

static int frame_json_of(struct strbuf *before, struct strbuf *after, const struct audit_totals *t,
    const struct audit_drawing *d, struct err *e)
{
    (void)d, (void)e;
    frame_json(before, after, t);
    return 0;
}

static int frame_sarif_of(struct strbuf *before, struct strbuf *after, const struct audit_totals *t,
    const struct audit_drawing *d, struct err *e)
{
    (void)d, (void)e;
    frame_sarif(before, after, t);
    return 0;
}

static int frame_junit_of(struct strbuf *before, struct strbuf *after, const struct audit_totals *t,
    const struct audit_drawing *d, struct err *e)
{
    (void)t, (void)d, (void)e;
    frame_junit(before, after);
    return 0;
}

static int frame_nothing(struct strbuf *before, struct strbuf *after, const struct audit_totals *t,
    const struct audit_drawing *d, struct err *e)
{
    (void)before, (void)after, (void)t, (void)d, (void)e;
    return 0;
}

/* A row a format. */
static const struct {
    const char *separator; /* between two files */
    void (*draw)(struct strbuf *out, const struct audited *a, const struct audit_drawing *d);
    int (*frame)(struct strbuf *before, struct strbuf *after, const struct audit_totals *t,
        const struct audit_drawing *d, struct err *e);
} formats[] = {
    [AUDIT_TEXT] = {"\n", draw_text, frame_text_of},
    [AUDIT_JSON] = {JSON_STREAM_BETWEEN, draw_json_of, frame_json_of},
    [AUDIT_SARIF] = {JSON_STREAM_BETWEEN, draw_sarif_of, frame_sarif_of},
    [AUDIT_HTML] = {"", draw_html, frame_html},
    [AUDIT_JUNIT] = {"", draw_junit, frame_junit_of},
    [AUDIT_GITHUB] = {"", draw_github, frame_nothing},
    [AUDIT_MARKDOWN] = {"", draw_markdown, frame_nothing},
};

void audit_draw(struct strbuf *out, const struct audited *a, const struct audit_drawing *d)
{
    formats[d->format].draw(out, a, d);
}

const char *audit_separator(enum audit_format format)
{
    return formats[format].separator;
}

int audit_frame(struct strbuf *before, struct strbuf *after, const struct audit_totals *totals,
    const struct audit_drawing *d, struct err *e)
{
    return formats[d->format].frame(before, after, totals, d, e);
}
