/* One self-contained page (templates/audit.html). */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "hash/hash.h"
#include "sys/path.h"
#include "ui/page/table.h"
#include "ui/audit/pictures.h"
#include "ui/audit/internal.h"

enum { SYMBOLS_MAX = 5000 };

static const char *state_of(const struct audited *a)
{
    return a->passes ? "good" : "bad";
}

static const char *verdict_of(const struct audited *a)
{
    return a->passes ? "passes" : "does not pass";
}

/* The same for the same path, and fit for an id. */
static void make_id(char out[14], const char *path)
{
    struct digest digest;
    digest_bytes(&digest, path, strlen(path));
    out[0] = 'f';
    memcpy(out + 1, digest.hex, 12);
    out[13] = '\0';
}

static const char *earned_of(const struct audited *a)
{
    return a->has_earned              ? a->earned.name
           : a->module_count          ? "no platform tag"
           : a->kind == AUDITED_WHEEL ? "any"
                                      : "";
}

static void add_facts(struct strbuf *out, const struct audited *a, const struct page *page)
{
    AUTO(strbuf) struct strbuf rows = {0};
    AUTO(strbuf) struct strbuf obstacles = {0};
    AUTO(strbuf) struct strbuf limit = {0};
    AUTO(strbuf) struct strbuf size = {0};
    obstacles_add(&obstacles, a);
    limit_add(&limit, a);
    if (a->size)
        size_add(&size, a->size);
    page_fact(&rows, page, "Earns", earned_of(a));
    page_fact(&rows, page, "Claims", a->claim);
    page_fact(&rows, page, "Stands between", obstacles.len ? obstacles.ptr : a->claim ? "nothing" : "");
    page_fact(&rows, page, "Held there by", strbuf_str(&limit));
    page_fact(&rows, page, "Architecture", a->module_count ? a->modules[0].machine : "");
    page_fact(&rows, page, "Size", strbuf_str(&size));
    page_facts(out, page, &rows);
}

static void add_evidence(struct strbuf *out, const struct finding *f, const struct page *page)
{
    if (!f->evidence_count)
        return;
    AUTO(strbuf) struct strbuf rows = {0};
    AUTO_FREE char *count = f->evidence_total > f->evidence_count
                                ? xstrf("%zu of %zu", f->evidence_count, f->evidence_total)
                                : xstrf("%zu", f->evidence_total);
    for (size_t i = 0; i < f->evidence_count; i++)
        page_fill(&rows, page, "evidence-row", {"text", f->evidence[i]});
    page_fill(out, page, "evidence", {"count", count}, {"rows", strbuf_str(&rows)});
}

/* brief: what to do about a note is told once, in the sums by rule. */
static void add_finding(struct strbuf *rows, const struct audited *a, const struct finding *f, bool brief,
    size_t more, const struct page *page)
{
    AUTO(strbuf) struct strbuf subject = {0}, remedy = {0}, evidence = {0};
    AUTO_FREE char *message =
        more ? xstrf("%s (and %zu more like it)", f->message, more) : xstrdup(f->message);
    if (strcmp(f->subject, a->path) != 0)
        page_fill(&subject, page, "subject", {"text", f->subject});
    if (f->remedy && !(brief && f->severity == SEVERITY_NOTE))
        page_fill(&remedy, page, "remedy", {"text", f->remedy});
    if (!more)
        add_evidence(&evidence, f, page);
    page_fill(rows, page, "finding", {"severity", severity_name(f->severity)}, {"rule", f->rule->id},
        {"subject", strbuf_str(&subject)}, {"message", message}, {"remedy", strbuf_str(&remedy)},
        {"evidence", strbuf_str(&evidence)});
}

/* On a page of many files the first finding of a rule speaks for the others of its rule. */
static void add_findings(struct strbuf *out, const struct audited *a, bool brief, const struct page *page)
{
    size_t count;
    AUTO_FREE struct placed_finding *all = audited_findings(a, &count);
    AUTO(strbuf) struct strbuf rows = {0};
    struct audit_sums sums = {0};
    audit_sums_count(&sums, a, SEVERITY_NOTE);
    for (size_t i = 0; i < count; i++) {
        const struct finding *f = all[i].finding;
        struct audit_sum *sum = audit_sum_of(&sums, f->rule, f->severity);
        if (brief && !sum->findings)
            continue;
        add_finding(&rows, a, f, brief, brief ? sum->findings - 1 : 0, page);
        sum->findings = 0;
    }
    audit_sums_release(&sums);
    if (count)
        page_fill(out, page, "findings", {"rows", strbuf_str(&rows)});
}

static void add_parts(struct strbuf *out, const struct audited *a, const char *id, const struct page *page)
{
    bool environment = a->kind == AUDITED_ENVIRONMENT;
    struct html_table t = {.page = page};
    AUTO_FREE char *table = xstrf("p-%s", id);
    HEAD(&t, "Library", "Version", environment ? "Distribution" : "Told by", "File");
    for (size_t i = 0; i < a->part_count; i++) {
        html_cell(&t, "", a->parts[i].name);
        html_cell(&t, "", a->parts[i].version);
        html_cell(&t, "", a->parts[i].source);
        html_cell(&t, "mono", a->parts[i].subject);
        html_row(&t, "");
    }
    html_table_put(out, &t, table, environment ? "Who carries what" : "What is inside", NULL);
}

static void add_symbol(
    struct html_table *t, const struct audit_table_row *r, const struct audit_report *module)
{
    html_cell(t, "mono", r->symbol);
    html_cell(t, "whole", r->defined ? "defines" : r->weak ? "may use" : "needs");
    html_cell(t, "whole", r->version);
    html_cell(t, "whole", r->library);
    html_cell(t, "whole", r->policy);
    html_cell(t, "", path_base(module->subject));
    html_row(t, "");
}

/* Those that hold the file where it is come first. */
static size_t add_symbols_where(struct html_table *t, const struct audited *a, bool limiting, size_t shown)
{
    for (size_t i = 0; i < a->module_count; i++)
        for (size_t k = 0; k < a->modules[i].table_count; k++) {
            const struct audit_table_row *r = &a->modules[i].table[k];
            bool limits = a->has_earned && r->policy && strcmp(r->policy, a->earned.name) == 0;
            if (limits != limiting || shown == SYMBOLS_MAX)
                continue;
            add_symbol(t, r, &a->modules[i]);
            shown++;
        }
    return shown;
}

static void add_symbols(struct strbuf *out, const struct audited *a, const char *id, const struct page *page)
{
    size_t total = 0;
    for (size_t i = 0; i < a->module_count; i++)
        total += a->modules[i].table_count;
    if (!total)
        return;
    struct html_table t = {.page = page};
    HEAD(&t, "Symbol", "Way", "Version", "Library", "First platform", "Module");
    size_t shown = add_symbols_where(&t, a, true, 0);
    shown = add_symbols_where(&t, a, false, shown);
    AUTO_FREE char *table = xstrf("t-%s", id);
    AUTO_FREE char *hint = xstrf("Filter %zu symbols: memcpy, GLIBC_2.34, defines …", shown);
    html_table_put(out, &t, table, "Symbols", hint);
    if (shown < total) {
        AUTO_FREE char *text = xstrf("%zu more symbols are not shown.", total - shown);
        page_fill(out, page, "paragraph", {"text", text});
    }
}

void draw_html(struct strbuf *out, const struct audited *a, const struct audit_drawing *d)
{
    char id[14];
    bool brief = d->many && !d->explain;
    AUTO(strbuf) struct strbuf facts = {0};
    AUTO(strbuf) struct strbuf body = {0};
    make_id(id, a->path);
    add_facts(&facts, a, d->page);
    add_findings(&body, a, brief, d->page);
    if (!brief) {
        draw_dependencies(&body, a, d->page);
        draw_sizes(&body, a, d->page);
    }
    add_parts(&body, a, id, d->page);
    if (!brief)
        add_symbols(&body, a, id, d->page);
    page_fill(out, d->page, "file", {"id", id}, {"open", d->many ? "" : " open"}, {"path", a->path},
        {"state", state_of(a)}, {"verdict", verdict_of(a)}, {"kind", audited_kind_name(a->kind)},
        {"facts", strbuf_str(&facts)}, {"body", strbuf_str(&body)});
}

void index_html(struct strbuf *rows, const struct audited *a, const struct page *page)
{
    char id[14];
    struct html_table t = {.page = page};
    make_id(id, a->path);
    page_fill(&t.cells, page, "linked-cell", {"id", id}, {"text", a->path});
    page_fill(&t.cells, page, "badge-cell", {"state", state_of(a)}, {"text", verdict_of(a)});
    html_cell(&t, "", earned_of(a));
    html_count(&t, a->errors);
    html_count(&t, a->warnings);
    html_row(&t, "");
    strbuf_add(rows, strbuf_str(&t.rows), t.rows.len);
    strbuf_release(&t.cells);
    strbuf_release(&t.rows);
}

/* Of the rules with errors: what each would mend if it alone were seen to, and how. */
static void add_todo(struct strbuf *out, const struct audit_totals *t, const struct page *page)
{
    struct html_table table = {.page = page};
    AUTO_FREE const struct audit_sum **order = audit_sums_ordered(&t->sums);
    HEAD(&table, "Rule", "Files that pass then", "Files", "Findings", "What to do");
    for (size_t i = 0; order[i] && order[i]->severity == SEVERITY_ERROR; i++) {
        html_cell(&table, "mono", order[i]->rule->id);
        html_count(&table, order[i]->alone);
        html_count(&table, order[i]->files);
        html_count(&table, order[i]->findings);
        html_cell(&table, "", order[i]->remedy ? order[i]->remedy : order[i]->rule->help);
        html_row(&table, "");
    }
    AUTO(strbuf) struct strbuf body = {0};
    html_table_put(&body, &table, "todo-table", "By what is gained", NULL);
    if (body.len)
        page_fill(out, page, "block", {"id", "todo"}, {"title", "What to do"}, {"body", body.ptr});
}

static void add_rules(struct strbuf *out, const struct audit_totals *t, const struct page *page)
{
    struct html_table table = {.page = page};
    AUTO_FREE const struct audit_sum **order = audit_sums_ordered(&t->sums);
    HEAD(&table, "Rule", "Severity", "Findings", "Files", "What it looks for", "What to do");
    for (size_t i = 0; order[i]; i++) {
        html_cell(&table, "mono", order[i]->rule->id);
        page_fill(&table.cells, page, "badge-cell", {"state", severity_name(order[i]->severity)},
            {"text", severity_name(order[i]->severity)});
        html_count(&table, order[i]->findings);
        html_count(&table, order[i]->files);
        html_cell(&table, "", order[i]->rule->help);
        html_cell(&table, "", order[i]->remedy ? order[i]->remedy : "");
        html_row(&table, "");
    }
    html_table_put(out, &table, "rules-table", "Findings by rule", NULL);
}

/* Failing files first. */
static void add_index(struct strbuf *out, const struct audit_totals *t, const struct audit_index *index,
    const struct audit_drawing *d)
{
    struct html_table table = {.page = d->page};
    AUTO(strbuf) struct strbuf body = {0};
    if (t->files < 2)
        return;
    add_rules(&body, t, d->page);
    HEAD(&table, "File", "Verdict", "Earns", "Errors", "Warnings");
    strbuf_add(&table.rows, strbuf_str(&index->failing), index->failing.len);
    strbuf_add(&table.rows, strbuf_str(&index->passing), index->passing.len);
    html_table_put(
        &body, &table, "files-table", "Files", "Filter files: does not pass, numpy, manylinux_2_28 …");
    if (!d->explain)
        page_fill(&body, d->page, "paragraph",
            {"text", "Pictures and symbols are on the page of a single file, and with --explain here too."});
    page_fill(out, d->page, "block", {"id", "files"}, {"title", "All files"}, {"body", body.ptr});
}

static void add_unread(struct strbuf *out, const struct audit_totals *t, const struct page *page)
{
    AUTO(strbuf) struct strbuf rows = {0};
    for (size_t i = 0; i < t->unread.len; i++)
        page_fill(&rows, page, "unread-row", {"why", t->unread.items[i]});
    if (t->unread.len)
        page_fill(out, page, "unread", {"rows", strbuf_str(&rows)});
}

void frame_html(struct strbuf *before, struct strbuf *after, const struct audit_totals *t,
    const struct audit_index *index, const struct audit_drawing *d)
{
    bool passes = !t->failed && !t->unread.len;
    AUTO_FREE char *verdict =
        t->failed ? xstrf("%zu of %zu file%s not pass", t->failed, t->files, t->files == 1 ? " does" : "s do")
        : t->unread.len ? xstrf("%zu not read", t->unread.len)
        : t->files == 1 ? xstrdup("The file passes")
                        : xstrf("All %zu files pass", t->files);
    AUTO_FREE char *summary =
        xstrf("%zu error%s, %zu warning%s, %zu note%s", t->errors, t->errors == 1 ? "" : "s", t->warnings,
            t->warnings == 1 ? "" : "s", t->notes, t->notes == 1 ? "" : "s");
    page_begin(before, d->page, "staticbuild audit");
    page_fill(before, d->page, "verdict", {"state", passes ? "good" : "bad"}, {"verdict", verdict},
        {"summary", summary});
    add_todo(before, t, d->page);
    add_unread(before, t, d->page);
    add_index(before, t, index, d);
    page_end(after, d->page);
}
