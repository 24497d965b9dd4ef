#include "ui/report_audit.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "json/json.h"
#include "ui/report.h"

void audited_release(struct audited *a)
{
    free(a->path);
    vec_each (&a->reports, report)
        audit_report_release(report);
    vec_release(&a->reports);
    vec_each (&a->problems, problem) {
        free(problem->subject);
        free(problem->message);
    }
    vec_release(&a->problems);
}

bool audited_earned(const struct audited *a, struct platform *earned)
{
    bool has = false;
    vec_each (&a->reports, report) {
        if (!report->has_earned)
            return false;
        if (!has || platform_compare(&report->earned, earned) > 0)
            *earned = report->earned;
        has = true;
    }
    return has;
}

bool audited_passes(const struct audited *a)
{
    if (a->problems.len)
        return false;
    vec_each (&a->reports, report)
        if (report->errors || !report->holds)
            return false;
    return true;
}

static void add_verdict(struct strbuf *out, const struct audited *a, struct style style)
{
    bool passes = audited_passes(a);
    AUTO(strbuf) struct strbuf path = {0};
    text_add_safe(&path, a->path, 0);
    tone_add(out, style, TONE_BOLD, strbuf_str(&path));
    strbuf_adds(out, ": ");
    tone_add(out, style, passes ? TONE_GOOD : TONE_BAD, passes ? "passes" : "does not pass");
    struct platform earned;
    if (audited_earned(a, &earned))
        strbuf_addf(out, "; earns %s", earned.name);
    else if (a->reports.len)
        strbuf_adds(out, "; earns no platform tag");
    else
        strbuf_adds(out, "; no module inside");
    if (a->has_claimed)
        strbuf_addf(out, ", claims %s", a->claimed.name);
    strbuf_addc(out, '\n');
}

static void add_needed(struct strbuf *out, const struct audited *a, struct style style)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strvec) struct strvec seen = {0};
    vec_each (&a->reports, report)
        for (size_t i = 0; i < report->needed_count; i++) {
            const struct audit_needed *n = &report->needed[i];
            if (strvec_has(&seen, n->library))
                continue;
            strvec_push(&seen, n->library);
            strbuf_addf(&text, "%s%s%s", text.len ? ", " : "needs ", n->library,
                n->beside     ? " (beside it)"
                : n->promised ? ""
                              : " (not promised)");
        }
    AUTO(strbuf) struct strbuf safe = {0};
    text_add_safe(&safe, text.len ? text.ptr : "needs no library", 0);
    strbuf_adds(out, "  ");
    text_wrap(out, safe.ptr, 2, 2, style.width < 40 ? 40 : style.width);
    strbuf_addc(out, '\n');
}

static void add_evidence(struct strbuf *out, const struct audit_report *report)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *f = &report->findings[i];
        if (!f->evidence_count)
            continue;
        strbuf_addf(out, "  evidence of %s\n", f->rule->id);
        for (size_t n = 0; n < f->evidence_count; n++) {
            strbuf_adds(out, "      ");
            text_add_safe(out, f->evidence[n], 0);
            strbuf_addc(out, '\n');
        }
        if (f->evidence_total > f->evidence_count)
            strbuf_addf(out, "      and %zu more\n", f->evidence_total - f->evidence_count);
    }
    for (size_t i = 0; i < report->symbol_count; i++) {
        const struct audit_symbol *s = &report->symbols[i];
        strbuf_adds(out, "  ");
        text_add_safe(out, s->symbol, 0);
        strbuf_addf(
            out, "@%s of %s: %s\n", s->version, s->library, s->policy ? s->policy : "no known platform");
    }
}

/* The findings of one file together, in the shape of those of a run. */
static struct told_finding *tell(const struct audited *a, size_t *len)
{
    size_t most = a->problems.len;
    vec_each (&a->reports, report)
        most += report->finding_count;
    struct told_finding *told = xcalloc(most + 1, sizeof *told);
    vec_each (&a->problems, problem)
        told[(*len)++] = (struct told_finding){"wheel", "error", problem->subject, problem->message, NULL};
    vec_each (&a->reports, report)
        for (size_t i = 0; i < report->finding_count; i++) {
            const struct finding *f = &report->findings[i];
            bool itself = strcmp(f->subject, a->path) == 0; /* its path stands above already */
            told[(*len)++] = (struct told_finding){
                f->rule->id, severity_name(f->severity), itself ? NULL : f->subject, f->message, f->remedy};
        }
    return told;
}

void report_audited(
    struct strbuf *out, const struct audited *items, size_t len, bool explain, struct style style)
{
    for (size_t i = 0; i < len; i++)
        add_verdict(out, &items[i], style);
    for (size_t i = 0; i < len; i++) {
        size_t count = 0;
        AUTO_FREE struct told_finding *told = tell(&items[i], &count);
        if (len > 1) {
            strbuf_addc(out, '\n');
            AUTO(strbuf) struct strbuf path = {0};
            text_add_safe(&path, items[i].path, 0);
            tone_add(out, style, TONE_BOLD, strbuf_str(&path));
            strbuf_addc(out, '\n');
        }
        if (items[i].reports.len)
            add_needed(out, &items[i], style);
        report_findings(out, told, count, style);
        if (explain)
            vec_each (&items[i].reports, report)
                add_evidence(out, report);
    }
}

static void add_finding(struct json *list, const struct finding *f)
{
    struct json *object = json_add_object(list);
    json_set_text(object, "rule", f->rule->id);
    json_set_text(object, "severity", severity_name(f->severity));
    json_set_text(object, "subject", f->subject);
    json_set_text(object, "message", f->message);
    json_set_text(object, "remedy", f->remedy);
    json_set_text(object, "library", f->library);
    json_set_text(object, "symbol", f->symbol);
    json_set_text(object, "version", f->version);
    json_set_text(object, "policy", f->policy);
    json_set_int(object, "evidence_total", (int64_t)f->evidence_total);
    struct json *evidence = json_set_array(object, "evidence");
    for (size_t i = 0; i < f->evidence_count; i++)
        json_add_text(evidence, f->evidence[i]);
}

static void add_report(struct json *list, const struct audit_report *r)
{
    struct json *object = json_add_object(list);
    json_set_text(object, "subject", r->subject);
    json_set_text(object, "machine", r->machine);
    json_set_text(object, "soname", r->soname);
    json_set_text(object, "earned", r->has_earned ? r->earned.name : NULL);
    json_set_bool(object, "holds", r->holds);
    struct json *needed = json_set_array(object, "needed");
    for (size_t i = 0; i < r->needed_count; i++) {
        struct json *n = json_add_object(needed);
        json_set_text(n, "library", r->needed[i].library);
        json_set_bool(n, "promised", r->needed[i].promised);
        json_set_bool(n, "beside", r->needed[i].beside);
        json_set_int(n, "symbols", (int64_t)r->needed[i].symbols);
    }
    struct json *versions = json_set_array(object, "versions");
    for (size_t i = 0; i < r->version_count; i++) {
        struct json *v = json_add_object(versions);
        json_set_text(v, "library", r->versions[i].library);
        json_set_text(v, "version", r->versions[i].version);
        json_set_text(v, "policy", r->versions[i].policy);
        json_set_int(v, "symbols", (int64_t)r->versions[i].symbols);
    }
    struct json *findings = json_set_array(object, "findings");
    for (size_t i = 0; i < r->finding_count; i++)
        add_finding(findings, &r->findings[i]);
}

void report_audited_json(struct strbuf *out, const struct audited *items, size_t len)
{
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-audit-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    struct json *files = json_set_array(document, "files");
    for (size_t i = 0; i < len; i++) {
        const struct audited *a = &items[i];
        struct json *object = json_add_object(files);
        struct platform earned;
        json_set_text(object, "path", a->path);
        json_set_text(object, "kind", a->is_wheel ? "wheel" : "module");
        json_set_bool(object, "passes", audited_passes(a));
        json_set_text(object, "earned", audited_earned(a, &earned) ? earned.name : NULL);
        json_set_text(object, "claimed", a->has_claimed ? a->claimed.name : NULL);
        struct json *problems = json_set_array(object, "problems");
        vec_each (&a->problems, problem) {
            struct json *p = json_add_object(problems);
            json_set_text(p, "subject", problem->subject);
            json_set_text(p, "message", problem->message);
        }
        struct json *modules = json_set_array(object, "modules");
        vec_each (&a->reports, report)
            add_report(modules, report);
    }
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}
