/* One self-contained page (templates/audit.html). */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "hash/hash.h"
#include "sys/path.h"
#include "ui/page/page.h"
#include "ui/audit/pictures.h"
#include "ui/audit/internal.h"

enum { SYMBOLS_SHOWN = 5000 };

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

static void add_fact(struct strbuf *out, const struct page *page, const char *name, const char *value)
{
    if (value && *value)
        page_fill(out, page, "fact", {"name", name}, {"value", value});
}

static void add_facts(struct strbuf *out, const struct audited *a, const struct page *page)
{
    AUTO(strbuf) struct strbuf obstacles = {0};
    AUTO(strbuf) struct strbuf limit = {0};
    AUTO(strbuf) struct strbuf size = {0};
    obstacles_add(&obstacles, a);
    limit_add(&limit, a);
    if (a->size)
        size_add(&size, a->size);
    add_fact(out, page, "Earns", earned_of(a));
    add_fact(out, page, "Claims", a->claim);
    add_fact(out, page, "Stands between", obstacles.len ? obstacles.ptr : a->claim ? "nothing" : "");
    add_fact(out, page, "Held there by", strbuf_str(&limit));
    add_fact(out, page, "Architecture", a->module_count ? a->modules[0].machine : "");
    add_fact(out, page, "Size", strbuf_str(&size));
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

static void add_findings(struct strbuf *out, const struct audited *a, const struct page *page)
{
    size_t len;
    AUTO_FREE struct placed_finding *all = audited_findings(a, &len);
    AUTO(strbuf) struct strbuf rows = {0};
    for (size_t i = 0; i < len; i++) {
        const struct finding *f = all[i].finding;
        AUTO(strbuf) struct strbuf remedy = {0};
        AUTO(strbuf) struct strbuf evidence = {0};
        if (f->remedy)
            page_fill(&remedy, page, "remedy", {"text", f->remedy});
        add_evidence(&evidence, f, page);
        page_fill(&rows, page, "finding", {"severity", severity_name(f->severity)}, {"rule", f->rule->id},
            {"subject", strcmp(f->subject, a->path) == 0 ? "" : f->subject}, {"message", f->message},
            {"remedy", strbuf_str(&remedy)}, {"evidence", strbuf_str(&evidence)});
    }
    if (len)
        page_fill(out, page, "findings", {"rows", strbuf_str(&rows)});
}

static void add_parts(struct strbuf *out, const struct audited *a, const struct page *page)
{
    if (!a->part_count)
        return;
    bool environment = a->kind == AUDITED_ENVIRONMENT;
    AUTO(strbuf) struct strbuf rows = {0};
    for (size_t i = 0; i < a->part_count; i++)
        page_fill(&rows, page, "parts-row", {"name", a->parts[i].name}, {"version", a->parts[i].version},
            {"source", a->parts[i].source}, {"subject", a->parts[i].subject});
    page_fill(out, page, "parts", {"title", environment ? "Who carries what" : "What is inside"},
        {"source", environment ? "Distribution" : "Told by"}, {"rows", strbuf_str(&rows)});
}

static void add_symbol(struct strbuf *rows, const struct audit_table_row *r,
    const struct audit_report *module, const struct page *page)
{
    page_fill(rows, page, "symbols-row", {"symbol", r->symbol},
        {"way", r->defined ? "defines"
                : r->weak  ? "may use"
                           : "needs"},
        {"version", r->version}, {"library", r->library}, {"policy", r->policy},
        {"module", path_base(module->subject)});
}

/* Those that hold the file where it is come first. */
static size_t add_symbols_where(
    struct strbuf *rows, const struct audited *a, const struct page *page, bool limiting, size_t shown)
{
    for (size_t i = 0; i < a->module_count; i++)
        for (size_t k = 0; k < a->modules[i].table_count; k++) {
            const struct audit_table_row *r = &a->modules[i].table[k];
            bool limits = a->has_earned && r->policy && strcmp(r->policy, a->earned.name) == 0;
            if (limits != limiting || shown == SYMBOLS_SHOWN)
                continue;
            add_symbol(rows, r, &a->modules[i], page);
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
    AUTO(strbuf) struct strbuf rows = {0};
    AUTO(strbuf) struct strbuf more = {0};
    size_t shown = add_symbols_where(&rows, a, page, true, 0);
    shown = add_symbols_where(&rows, a, page, false, shown);
    AUTO_FREE char *count = xstrf("%zu", shown);
    if (shown < total) {
        AUTO_FREE char *text = xstrf("%zu more symbols are not shown.", total - shown);
        page_fill(&more, page, "more", {"text", text});
    }
    page_fill(out, page, "symbols", {"count", count}, {"id", id}, {"rows", strbuf_str(&rows)},
        {"more", strbuf_str(&more)});
}

void draw_html(struct strbuf *out, const struct audited *a, const struct audit_drawing *d)
{
    char id[14];
    AUTO(strbuf) struct strbuf facts = {0};
    AUTO(strbuf) struct strbuf body = {0};
    make_id(id, a->path);
    add_facts(&facts, a, d->page);
    add_findings(&body, a, d->page);
    draw_dependencies(&body, a, d->page);
    draw_sizes(&body, a, d->page);
    add_parts(&body, a, d->page);
    add_symbols(&body, a, id, d->page);
    page_fill(out, d->page, "file", {"id", id}, {"path", a->path}, {"state", state_of(a)},
        {"verdict", verdict_of(a)}, {"kind", audited_kind_name(a->kind)}, {"facts", strbuf_str(&facts)},
        {"body", strbuf_str(&body)});
}

void index_html(struct strbuf *out, const struct audited *a, const struct page *page)
{
    char id[14];
    make_id(id, a->path);
    AUTO_FREE char *errors = xstrf("%zu", a->errors);
    AUTO_FREE char *warnings = xstrf("%zu", a->warnings);
    page_fill(out, page, "index-row", {"id", id}, {"path", a->path}, {"state", state_of(a)},
        {"verdict", verdict_of(a)}, {"earned", earned_of(a)}, {"errors", errors}, {"warnings", warnings});
}

static void add_unread(struct strbuf *out, const struct audit_totals *t, const struct page *page)
{
    AUTO(strbuf) struct strbuf rows = {0};
    for (size_t i = 0; i < t->unread.len; i++)
        page_fill(&rows, page, "unread-row", {"why", t->unread.items[i]});
    if (t->unread.len)
        page_fill(out, page, "unread", {"rows", strbuf_str(&rows)});
}

int frame_html(struct strbuf *before, struct strbuf *after, const struct audit_totals *t,
    const struct audit_drawing *d, struct err *e)
{
    (void)e;
    AUTO(strbuf) struct strbuf index = {0};
    AUTO(strbuf) struct strbuf unread = {0};
    bool passes = !t->failed && !t->unread.len;
    AUTO_FREE char *verdict =
        t->failed ? xstrf("%zu of %zu file%s not pass", t->failed, t->files, t->files == 1 ? " does" : "s do")
        : t->unread.len ? xstrf("%zu not read", t->unread.len)
        : t->files == 1 ? xstrdup("The file passes")
                        : xstrf("All %zu files pass", t->files);
    AUTO_FREE char *summary =
        xstrf("%zu error%s, %zu warning%s, %zu note%s", t->errors, t->errors == 1 ? "" : "s", t->warnings,
            t->warnings == 1 ? "" : "s", t->notes, t->notes == 1 ? "" : "s");
    if (t->files > 1)
        page_fill(&index, d->page, "index", {"rows", strbuf_str(&t->index)});
    add_unread(&unread, t, d->page);
    page_fill(before, d->page, "head", {"title", "staticbuild audit"}, {"state", passes ? "good" : "bad"},
        {"verdict", verdict}, {"summary", summary}, {"index", strbuf_str(&index)},
        {"unread", strbuf_str(&unread)});
    page_fill(after, d->page, "tail", {"program", "staticbuild " STATICBUILD_VERSION});
    return 0;
}
