/* For a reader at a terminal: the verdict first, then what stands against it. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "ui/audit/findings.h"
#include "ui/audit/internal.h"
#include "ui/audit/explain.h"

enum { NARROWEST = 40, LIBRARIES_SHOWN = 40, RULES_SHOWN = 14 };

/* "  words: text", wrapped; nothing when there is no text. */
static void add_line(struct strbuf *out, const char *words, const struct strbuf *text, struct style style)
{
    if (!text->len)
        return;
    strbuf_adds(out, "  ");
    strbuf_adds(out, words);
    strbuf_addc(out, ' ');
    text_wrap_safe(out, text->ptr, 3 + strlen(words), 4, style.width < NARROWEST ? NARROWEST : style.width);
    strbuf_addc(out, '\n');
}

static void add_verdict(struct strbuf *out, const struct audited *a, struct style style)
{
    AUTO(strbuf) struct strbuf path = {0};
    AUTO(strbuf) struct strbuf verdict = {0};
    text_add_safe(&path, a->path, 0);
    tone_add(out, style, TONE_BOLD, strbuf_str(&path));
    strbuf_adds(out, ": ");
    tone_add(out, style, a->passes ? TONE_GOOD : TONE_BAD, a->passes ? "passes" : "does not pass");
    verdict_add(&verdict, a);
    if (verdict.len) {
        strbuf_adds(out, "; ");
        text_add_safe(out, verdict.ptr, 0);
    } else if (a->kind != AUDITED_WHEEL) {
        strbuf_addf(out, " (%s)", audited_kind_name(a->kind));
    }
    strbuf_addc(out, '\n');
}

/* The first of a list, as many as stand in a line behind the words; all of them with room 0. */
static void add_list(
    struct strbuf *out, const char *words, const struct strvec *list, size_t room, struct style style)
{
    AUTO(strbuf) struct strbuf text = {0};
    size_t told = 0, columns = strlen(words) + 3;
    for (; told < list->len; told++) {
        columns += text_columns(list->items[told]) + 2;
        if (room && told && columns + strlen("and 100 more") > room)
            break;
        strbuf_adds(&text, told ? ", " : "");
        strbuf_adds(&text, list->items[told]);
    }
    if (told < list->len)
        strbuf_addf(&text, " and %zu more", list->len - told);
    add_line(out, words, &text, style);
}

static void list_needed(struct strvec *list, const struct audited *a)
{
    AUTO(strvec) struct strvec seen = {0};
    for (size_t i = 0; i < a->module_count && seen.len < LIBRARIES_SHOWN; i++)
        for (size_t k = 0; k < a->modules[i].needed_count && seen.len < LIBRARIES_SHOWN; k++) {
            const struct audit_needed *n = &a->modules[i].needed[k];
            if (strvec_has(&seen, n->library))
                continue;
            strvec_push(&seen, n->library);
            strvec_pushf(list, "%s%s", n->library,
                n->beside     ? " (beside it)"
                : n->promised ? ""
                              : " (not promised)");
        }
    if (seen.len == LIBRARIES_SHOWN)
        strvec_push(list, "…");
    if (!list->len)
        strvec_push(list, "no library");
}

static void list_parts(struct strvec *list, const struct audited *a)
{
    for (size_t i = 0; i < a->part_count; i++) {
        const struct audited_part *p = &a->parts[i];
        bool owned = a->kind == AUDITED_ENVIRONMENT;
        AUTO_FREE char *part = xstrf("%s%s%s%s%s%s", p->name, *p->version ? " " : "", p->version,
            owned ? " (" : "", owned ? p->source : "", owned ? ")" : "");
        if (!strvec_has(list, part))
            strvec_push(list, part);
    }
}

static void add_evidence(struct strbuf *out, const struct finding *f)
{
    if (!f->evidence_count)
        return;
    strbuf_addf(out, "  evidence of %s\n", f->rule->id);
    for (size_t n = 0; n < f->evidence_count; n++) {
        strbuf_adds(out, "      ");
        text_add_safe(out, f->evidence[n], 0);
        strbuf_addc(out, '\n');
    }
    if (f->evidence_total > f->evidence_count)
        strbuf_addf(out, "      and %zu more\n", f->evidence_total - f->evidence_count);
}

/* A wheel that passes: its rules in a line a severity, so that all of it stands on one screen with others. */
static void name_rules(
    struct strbuf *out, const struct audit_sums *sums, enum severity severity, const struct audit_drawing *d)
{
    AUTO(strvec) struct strvec rules = {0};
    vec_each (&sums->list, s)
        if (s->severity == severity)
            strvec_pushf(&rules, s->findings > 1 ? "%s (%zu)" : "%s", s->rule->id, s->findings);
    if (rules.len)
        add_list(out,
            severity == SEVERITY_WARNING ? "warnings, told by --explain:" : "notes, told by --explain:",
            &rules, d->style.width, d->style);
}

/* By rule: the first finding of each, and how many more there are; all of them with --explain. */
static void add_findings(struct strbuf *out, const struct audited *a, const struct placed_finding *all,
    size_t len, struct audit_sums *sums, const struct audit_drawing *d)
{
    AUTO(arena) struct arena texts = {0};
    AUTO_FREE struct finding *told = xcalloc(len + 1, sizeof *told);
    size_t told_count = 0;
    for (size_t i = 0; i < len; i++) {
        const struct finding *f = all[i].finding;
        struct audit_sum *sum = audit_sum_of(sums, f->rule, f->severity);
        if (!d->explain && !sum->findings)
            continue;                                   /* the first one spoke for all of its rule */
        bool itself = strcmp(f->subject, a->path) == 0; /* its path stands above already */
        size_t more = d->explain ? 0 : sum->findings - 1;
        struct finding *one = &told[told_count++];
        *one = *f;
        if (itself)
            one->subject = NULL;
        if (more)
            one->message =
                arena_strf(&texts, "%s (and %zu more like it, told by --explain)", f->message, more);
        sum->findings = 0;
    }
    report_findings(out, told, told_count, d->style);
    for (size_t i = 0; d->explain && i < len; i++)
        add_evidence(out, all[i].finding);
    for (size_t i = 0; d->explain && i < a->module_count; i++)
        explain_draw(out, &a->modules[i], a->kind == AUDITED_WHEEL, d->style);
}

/* Those that --severity LEVEL leaves. */
static size_t keep_severe(struct placed_finding *all, size_t len, enum severity least)
{
    size_t kept = 0;
    for (size_t i = 0; i < len; i++)
        if (all[i].finding->severity >= least)
            all[kept++] = all[i];
    return kept;
}

void draw_text(struct strbuf *out, const struct audited *a, const struct audit_drawing *d)
{
    AUTO(strbuf) struct strbuf obstacles = {0};
    AUTO(strbuf) struct strbuf limit = {0};
    AUTO(strvec) struct strvec needed = {0};
    AUTO(strvec) struct strvec parts = {0};
    bool brief = !d->explain && a->passes && a->kind == AUDITED_WHEEL;
    size_t room = brief ? d->style.width : 0, len;
    AUTO_FREE struct placed_finding *all = audited_findings(a, &len);
    len = keep_severe(all, len, d->least);
    add_verdict(out, a, d->style);
    obstacles_add(&obstacles, a);
    add_line(out, a->claim || a->module_count == 0 ? "between:" : "against it:", &obstacles, d->style);
    limit_add(&limit, a);
    if (!brief || text_columns(strbuf_str(&limit)) + strlen("  held there by ") <= d->style.width)
        add_line(out, "held there by", &limit, d->style);
    if (a->module_count) {
        list_needed(&needed, a);
        add_list(out, "needs", &needed, room, d->style);
    }
    list_parts(&parts, a);
    add_list(out, a->kind == AUDITED_ENVIRONMENT ? "carries" : "holds", &parts, room, d->style);
    struct audit_sums sums = {0};
    audit_sums_count(&sums, a, d->least);
    if (brief) {
        name_rules(out, &sums, SEVERITY_WARNING, d);
        name_rules(out, &sums, SEVERITY_NOTE, d);
    } else {
        add_findings(out, a, all, len, &sums, d);
    }
    audit_sums_release(&sums);
}

/* A line a rule. */
static void add_sums(struct strbuf *out, const struct audit_sums *sums, struct style style)
{
    size_t len = sums->list.len;
    AUTO_FREE const struct audit_sum **order = audit_sums_ordered(sums);
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
}

/* With several files, what they came to together stands first. */
void frame_text(struct strbuf *before, const struct audit_totals *t, const struct audit_drawing *d)
{
    if (t->files < 2)
        return;
    AUTO(strbuf) struct strbuf text = {0};
    if (t->failed)
        strbuf_addf(&text, "%zu of %zu files do%s not pass", t->failed, t->files, t->failed == 1 ? "es" : "");
    else
        strbuf_addf(&text, "all %zu files pass", t->files);
    tone_add(before, d->style, t->failed ? TONE_BAD : TONE_GOOD, text.ptr);
    strbuf_addf(before, "; %zu error%s, %zu warning%s, %zu note%s\n", t->errors, t->errors == 1 ? "" : "s",
        t->warnings, t->warnings == 1 ? "" : "s", t->notes, t->notes == 1 ? "" : "s");
    for (size_t i = 0; i < t->failing.len && d->explain; i++) {
        strbuf_adds(before, "  ");
        text_add_safe(before, t->failing.items[i], 0);
        strbuf_addc(before, '\n');
    }
    if (d->explain && t->failed > t->failing.len)
        strbuf_addf(before, "  and %zu more\n", t->failed - t->failing.len);
    add_sums(before, &t->sums, d->style);
    strbuf_addc(before, '\n');
}

void report_rules_strict(struct strbuf *out)
{
    const struct rule *rule;
    for (size_t i = 0; (rule = audit_rule_at(i)); i++)
        if (audit_rule_is_strict(rule))
            strbuf_addf(out, "%s--deny %s", out->len ? " " : "", rule->id);
    strbuf_addc(out, '\n');
}

void report_rules(struct strbuf *out, struct style style)
{
    const struct rule *rule;
    size_t widest = 0;
    for (size_t i = 0; (rule = audit_rule_at(i)); i++)
        widest = strlen(rule->id) > widest ? strlen(rule->id) : widest;
    for (size_t i = 0; (rule = audit_rule_at(i)); i++) {
        enum tone tone = rule->severity == SEVERITY_ERROR     ? TONE_BAD
                         : rule->severity == SEVERITY_WARNING ? TONE_WARN
                                                              : TONE_NAME;
        tone_add(out, style, TONE_BOLD, rule->id);
        text_pad(out, widest + 2 - strlen(rule->id));
        tone_add(out, style, tone, severity_name(rule->severity));
        text_pad(out, 9 - strlen(severity_name(rule->severity)));
        AUTO_FREE char *help =
            xstrf("%s%s", rule->help, audit_rule_is_strict(rule) ? " (an error with --strict)" : "");
        text_wrap(out, help, widest + 11, widest + 11, style.width < NARROWEST ? NARROWEST : style.width);
        strbuf_addc(out, '\n');
    }
}
