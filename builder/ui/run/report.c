/* What a run ends with: wheels, what was left out, findings. */
#include "ui/run/report.h"

#include <string.h>

#include "base/cleanup.h"
#include "audit/claims.h"
#include "ui/audit/findings.h"

enum { LABEL_COLUMNS = 10, UNBROKEN = 1000 };

static void field(struct strbuf *out, struct style style, const char *label, const char *text)
{
    strbuf_adds(out, "  ");
    tone_add(out, style, TONE_DIM, label);
    text_pad(out, LABEL_COLUMNS - 2 - strlen(label));
    text_wrap_safe(out, text, LABEL_COLUMNS, LABEL_COLUMNS, style.width < 40 ? 40 : style.width);
    strbuf_addc(out, '\n');
}

/* Items parted by "; ", broken between items only, so that each can be found in the text. */
static void items_field(struct strbuf *out, struct style style, const char *label, const struct strvec *items)
{
    size_t width = style.width < 40 ? 40 : style.width;
    AUTO(strbuf) struct strbuf line = {0};
    for (size_t i = 0; i < items->len; i++) {
        bool last = i + 1 == items->len;
        size_t room = LABEL_COLUMNS + text_columns(strbuf_str(&line)) + text_columns(items->items[i]) + 2;
        if (line.len && room > width) {
            field(out, (struct style){style.colour, UNBROKEN}, label, line.ptr);
            label = "";
            strbuf_clear(&line);
        }
        strbuf_addf(&line, "%s%s%s", line.len ? " " : "", items->items[i], last ? "" : ";");
    }
    field(out, style, label, strbuf_str(&line));
}

static void add_proved(
    struct strbuf *out, const struct wheel_result *w, bool is_interpreter, struct style style)
{
    AUTO(strvec) struct strvec items = {0};
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_addf(&text, "%s: needs ", w->policy ? w->policy : "no platform policy");
    for (size_t i = 0; i < w->needed.len; i++)
        strbuf_addf(&text, "%s%s", i ? ", " : "only ", w->needed.items[i]);
    if (!w->needed.len)
        strbuf_adds(&text, "no library");
    strvec_push(&items, text.ptr);
    for (size_t i = 0; claim_at(i); i++) {
        const struct claim *claim = claim_at(i);
        if (claim_is_proved(claim, w->findings, w->finding_count))
            strvec_push(
                &items, is_interpreter && claim->of_interpreter ? claim->of_interpreter : claim->text);
    }
    items_field(out, style, "proved", &items);
}

static void add_inside(struct strbuf *out, const struct wheel_result *w, struct style style)
{
    for (size_t i = 0; i < w->inside_count; i++) {
        const struct inside *in = &w->inside[i];
        AUTO(strbuf) struct strbuf text = {0};
        strbuf_adds(&text, in->name);
        if (in->version && *in->version)
            strbuf_addf(&text, " %s", in->version);
        if (in->license && *in->license)
            strbuf_addf(&text, " (%s)", in->license);
        else if (!in->members && !w->recognised)
            strbuf_adds(&text, " (recognised; the sources bring it along)");
        field(out, style, i ? "" : "inside", text.ptr);
    }
    if (!w->inside_count)
        field(out, style, "inside",
            w->recognised ? "nothing that is recognised" : "nothing but the module's own code");
}

static void add_smoke(struct strbuf *out, const struct wheel_result *w, struct style style)
{
    static const char *const verbs[] = {
        [SMOKE_PASSED] = "passed with", [SMOKE_FAILED] = "FAILED with", [SMOKE_NOT_RUN] = "not run with"};
    for (size_t i = 0; i < w->smoke_count; i++) {
        const struct smoke_result *s = &w->smoke[i];
        AUTO(strbuf) struct strbuf text = {0};
        strbuf_addf(&text, "%s CPython %s (%s)", verbs[s->outcome], s->python ? s->python : "?",
            s->path ? s->path : "?");
        if (s->why && *s->why)
            strbuf_addf(&text, ": %s", s->why);
        field(out, style, i ? "" : "smoke", text.ptr);
    }
    if (!w->smoke_count)
        field(out, style, "smoke", "not run: no interpreter here takes this wheel");
}

static size_t count_of(const struct finding *findings, size_t count, enum severity severity)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += findings[i].severity == severity;
    return n;
}

/* What protects other wheels, and why not this one. */
static void add_unhardened(struct strbuf *out, const struct wheel_result *w, struct style style)
{
    const char *label = "mind";
    for (size_t i = 0; i < w->finding_count; i++) {
        const struct finding *f = &w->findings[i];
        if (strcmp(f->rule->id, RULE_HARDENING_OFF) != 0)
            continue;
        AUTO(strbuf) struct strbuf text = {0};
        strbuf_addf(&text, "%s, %s", f->subject, f->message);
        field(out, style, label, strbuf_str(&text));
        label = "";
    }
}

/* What wheels of one recipe have in common as a rule. */
static void add_proof(
    struct strbuf *out, const struct wheel_result *w, bool is_interpreter, struct style style)
{
    add_proved(out, w, is_interpreter, style);
    add_inside(out, w, style);
    add_unhardened(out, w, style);
    size_t warnings = count_of(w->findings, w->finding_count, SEVERITY_WARNING);
    if (warnings) {
        AUTO(strbuf) struct strbuf text = {0};
        strbuf_addf(&text, "%zu warning%s:", warnings, warnings == 1 ? "" : "s");
        field(out, style, "mind", text.ptr);
        report_findings(out, w->findings, w->finding_count, style);
    }
}

static void add_file(struct strbuf *out, const struct wheel_result *w, const char *proof, struct style style)
{
    AUTO(strbuf) struct strbuf path = {0};
    text_add_safe(&path, w->path ? w->path : w->file_name, 0);
    tone_add(out, style, TONE_BOLD, strbuf_str(&path));
    strbuf_adds(out, w->up_to_date ? " (up to date)\n" : "\n");
    AUTO(strbuf) struct strbuf size = {0};
    size_add(&size, w->size);
    strbuf_addf(&size, ", sha256 %s", w->sha256 ? w->sha256 : "?");
    field(out, (struct style){style.colour, UNBROKEN}, "file", size.ptr); /* a hash in two is no hash */
    strbuf_adds(out, proof);
}

static void add_wheel(struct strbuf *out, const struct wheel_result *w, const char *proof, struct style style)
{
    add_file(out, w, proof, style);
    add_smoke(out, w, style);
    for (size_t i = 0; i < w->debug_files.len; i++)
        field(out, (struct style){style.colour, UNBROKEN}, i ? "" : "debug", w->debug_files.items[i]);
}

static void draw_proof(struct strbuf *out, const struct pipeline_result *r, size_t i, struct style style)
{
    strbuf_clear(out);
    if (i < r->wheel_count)
        add_proof(out, &r->wheels[i], false, style);
}

/* Wheels that follow each other with the same proof have it once, behind the last of them. */
static void add_wheels(struct strbuf *out, const struct pipeline_result *r, struct style style)
{
    for (size_t i = 0, end; i < r->wheel_count; i = end) {
        AUTO(strbuf) struct strbuf proof = {0}, next = {0}, heading = {0};
        draw_proof(&proof, r, i, style);
        for (end = i + 1; end < r->wheel_count; end++) {
            draw_proof(&next, r, end, style);
            if (strcmp(strbuf_str(&proof), strbuf_str(&next)) != 0)
                break;
        }
        for (size_t k = i; k < end; k++)
            add_wheel(out, &r->wheels[k], end - i == 1 ? strbuf_str(&proof) : "", style);
        if (end - i == 1)
            continue;
        strbuf_addf(&heading, "each of these %zu wheels", end - i);
        tone_add(out, style, TONE_BOLD, heading.ptr);
        strbuf_addc(out, '\n');
        strbuf_add(out, proof.ptr, proof.len);
    }
}

/* Each was tried by itself: the interpreter, then every extension that is built in. */
static void add_tries(struct strbuf *out, const struct wheel_result *w, struct style style)
{
    for (size_t i = 0; i < w->smoke_count; i++) {
        AUTO(strbuf) struct strbuf text = {0};
        strbuf_addf(&text, "%s %s", w->smoke[i].outcome == SMOKE_PASSED ? "passed:" : "FAILED:",
            w->smoke[i].path ? w->smoke[i].path : "?");
        field(out, style, i ? "" : "tried", text.ptr);
    }
}

static void add_interpreters(struct strbuf *out, const struct pipeline_result *r, struct style style)
{
    for (size_t i = 0; i < r->interpreter_count; i++) {
        AUTO(strbuf) struct strbuf proof = {0};
        add_proof(&proof, &r->interpreters[i], true, style);
        add_file(out, &r->interpreters[i], strbuf_str(&proof), style);
        add_tries(out, &r->interpreters[i], style);
    }
}

static void add_tree(struct strbuf *out, const struct tree_result *t, struct style style)
{
    tone_add(out, style, TONE_BOLD, t->label);
    strbuf_adds(out, t->up_to_date ? " (up to date)\n" : "\n");
    field(out, (struct style){style.colour, UNBROKEN}, "tree", t->path);
}

static size_t sources_in(const struct graph *g)
{
    size_t n = 0;
    for (size_t i = 0; g && i < g->len; i++)
        for (size_t s = 0; s < g->nodes[i].source_count; s++)
            n += g->nodes[i].sources[s]->sha256 != NULL;
    return n;
}

static void add_untried(struct strbuf *text, const struct pipeline_result *r)
{
    AUTO(arena) struct arena a = {0};
    size_t untried = 0;
    for (size_t i = 0; i < r->wheel_count; i++)
        untried += wheel_untried(&a, &r->wheels[i]) != NULL;
    if (untried)
        strbuf_addf(text, "; %zu wheel%s not tried", untried, untried == 1 ? " was" : "s were");
}

static void add_totals(
    struct strbuf *out, const struct pipeline_result *r, enum pipeline_goal goal, struct style style)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (goal == GOAL_FETCH || goal == GOAL_MIRROR) {
        size_t n = sources_in(r->graph);
        strbuf_addf(&text, r->fetched_bytes ? "%zu source%s here, " : "nothing to do: %zu source%s here", n,
            n == 1 ? " is" : "s are");
        if (r->fetched_bytes) {
            size_add(&text, r->fetched_bytes);
            strbuf_adds(&text, " fetched");
        }
    } else if (!r->steps_done) {
        strbuf_addf(&text, "nothing to do: ");
        if (goal == GOAL_WHEEL && !r->interpreter_count)
            strbuf_addf(
                &text, "%zu wheel%s up to date", r->wheel_count, r->wheel_count == 1 ? " is" : "s are");
        else
            strbuf_addf(&text, "%zu step%s up to date", r->steps_up_to_date,
                r->steps_up_to_date == 1 ? " is" : "s are");
    } else {
        strbuf_addf(&text, "%zu step%s done", r->steps_done, r->steps_done == 1 ? "" : "s");
        if (r->steps_up_to_date)
            strbuf_addf(&text, ", %zu up to date", r->steps_up_to_date);
        strbuf_adds(&text, ", ");
        seconds_add(&text, r->seconds);
    }
    add_untried(&text, r);
    tone_add(out, style, TONE_GOOD, text.ptr);
    strbuf_addc(out, '\n');
}

void report_skipped(struct strbuf *out, const struct pipeline_result *r)
{
    for (size_t i = 0; i < r->skipped.len; i++) {
        strbuf_adds(out, "skipped ");
        text_add_safe(out, r->skipped.items[i], 0);
        strbuf_addc(out, '\n');
    }
}

void report_run(struct strbuf *out, const struct pipeline_result *r, enum pipeline_goal goal, bool succeeded,
    struct style style)
{
    add_wheels(out, r, style);
    add_interpreters(out, r, style);
    for (size_t i = 0; i < r->tree_count; i++)
        add_tree(out, &r->trees[i], style);
    report_skipped(out, r);
    if (succeeded)
        add_totals(out, r, goal, style);
}
