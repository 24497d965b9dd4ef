/* The table of formats, and wording that several of them share. */
#include "ui/audit/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "json/stream.h"
#include "ui/audit/internal.h"

void verdict_add(struct strbuf *out, const struct audited *a)
{
    const char *earned = a->has_earned              ? a->earned.name
                         : a->module_count          ? "no platform tag"
                         : a->kind == AUDITED_WHEEL ? "any"
                                                    : NULL;
    if (audited_claims_between(a)) {
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

void obstacles_add(struct strbuf *out, const struct audited *a)
{
    if (!a->errors)
        return;
    AUTO(strvec) struct strvec rules = {0};
    audited_failing_rules(&rules, a);
    strbuf_addf(out, "%zu error%s (", a->errors, a->errors == 1 ? "" : "s");
    for (size_t i = 0; i < rules.len; i++) {
        strbuf_adds(out, i ? ", " : "");
        strbuf_adds(out, rules.items[i]);
    }
    strbuf_addc(out, ')');
}

void limit_add(struct strbuf *out, const struct audited *a)
{
    AUTO(strvec) struct strvec limits = {0};
    audited_limits(&limits, a);
    for (size_t i = 0; i < limits.len; i++) {
        strbuf_adds(out, i ? ", " : "");
        strbuf_adds(out, limits.items[i]);
    }
}

void audit_index_add(struct audit_index *index, const struct audited *a, const struct audit_drawing *d)
{
    if (d->format == AUDIT_HTML && a->unreadable.kind == ERR_NONE)
        index_html(a->passes ? &index->passing : &index->failing, a, d->page);
}

void audit_index_release(struct audit_index *index)
{
    strbuf_release(&index->failing);
    strbuf_release(&index->passing);
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

/* A row a format; what stands around the files is written by audit_frame. */
static const struct {
    const char *separator; /* between two files */
    void (*draw)(struct strbuf *out, const struct audited *a, const struct audit_drawing *d);
} formats[] = {
    [AUDIT_TEXT] = {"\n", draw_text},
    [AUDIT_JSON] = {JSON_STREAM_BETWEEN, draw_json_of},
    [AUDIT_SARIF] = {JSON_STREAM_BETWEEN, draw_sarif_of},
    [AUDIT_HTML] = {"", draw_html},
    [AUDIT_JUNIT] = {"", draw_junit},
    [AUDIT_GITHUB] = {"", draw_github},
    [AUDIT_MARKDOWN] = {"", draw_markdown},
    [AUDIT_AUDITWHEEL] = {"", draw_auditwheel},
};

void audit_draw(struct strbuf *out, const struct audited *a, const struct audit_drawing *d)
{
    formats[d->format].draw(out, a, d);
}

const char *audit_separator(enum audit_format format)
{
    return formats[format].separator;
}

void audit_frame(struct strbuf *before, struct strbuf *after, const struct audit_totals *totals,
    const struct audit_index *index, const struct audit_drawing *d)
{
    switch (d->format) {
    case AUDIT_TEXT:
        frame_text(before, totals, d);
        return;
    case AUDIT_JSON:
        frame_json(before, after, totals);
        return;
    case AUDIT_SARIF:
        frame_sarif(before, after, totals);
        return;
    case AUDIT_HTML:
        frame_html(before, after, totals, index, d);
        return;
    case AUDIT_JUNIT:
        frame_junit(before, after);
        return;
    case AUDIT_GITHUB:
    case AUDIT_MARKDOWN:
    case AUDIT_AUDITWHEEL:
        return; /* lines of their own */
    }
}
