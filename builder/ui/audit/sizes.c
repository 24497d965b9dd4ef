/* Draws what a wheel's bytes are, as a map of areas. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "sys/path.h"
#include "ui/audit/pictures.h"
#include "ui/text/layout.h"
#include "ui/page/treemap.h"

enum { WIDTH = 1060, MODULES_DRAWN = 60, CELLS_DRAWN = 80, LEAST_LABEL = 46, LETTER = 7 };

/* Something with a size. */
struct thing {
    const char *name, *class;
    uint64_t size;
};

/* Things that are drawn in one box, the largest first; the smallest together when there are many. */
struct things {
    VEC(struct thing) list;
    struct treemap_cell *cells;
};

static int by_size(const void *a, const void *b)
{
    const struct thing *x = a, *y = b;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void lay_out(struct things *t, size_t most, struct box box)
{
    if (t->list.len)
        qsort(t->list.items, t->list.len, sizeof *t->list.items, by_size);
    while (t->list.len > most) {
        t->list.len--;
        t->list.items[most - 1].size += t->list.items[t->list.len].size;
        t->list.items[most - 1].name = "others";
        t->list.items[most - 1].class = "rest";
    }
    if (t->list.len)
        qsort(t->list.items, t->list.len, sizeof *t->list.items, by_size);
    t->cells = xcalloc(t->list.len + 1, sizeof *t->cells);
    for (size_t i = 0; i < t->list.len; i++)
        t->cells[i].value = (double)t->list.items[i].size;
    treemap_layout(t->cells, t->list.len, box);
}

static void things_release(struct things *t)
{
    vec_release(&t->list);
    free(t->cells);
}

static void number(char out[24], double value)
{
    snprintf(out, 24, "%.1f", value);
}

/* more: what stands behind the text where there is room for it; or NULL. */
static void draw_label(
    struct strbuf *out, struct box b, const char *text, const char *more, const struct page *page)
{
    if (b.w < LEAST_LABEL || b.h < 18)
        return;
    char x[24], y[24];
    AUTO(strbuf) struct strbuf label = {0};
    size_t room = (size_t)((b.w - 10) / LETTER);
    bool whole = more && text_columns(text) + 2 + text_columns(more) <= room;
    text_add_safe(&label, text, whole ? 0 : room);
    if (whole)
        strbuf_addf(&label, "  %s", more);
    number(x, b.x + 6);
    number(y, b.y + 15);
    page_fill(out, page, "cell-label", {"x", x}, {"y", y}, {"label", strbuf_str(&label)});
}

static void draw_cell(
    struct strbuf *out, struct box b, const struct thing *t, const char *owner, const struct page *page)
{
    char x[24], y[24], w[24], h[24];
    AUTO(strbuf) struct strbuf size = {0};
    AUTO(strbuf) struct strbuf name = {0};
    AUTO_FREE char *full = owner ? xstrf("%s in %s", t->name, owner) : xstrdup(t->name);
    text_add_safe(&name, full, 0);
    size_add(&size, t->size);
    number(x, b.x);
    number(y, b.y);
    number(w, b.w);
    number(h, b.h);
    page_fill(out, page, "cell", {"name", strbuf_str(&name)}, {"size", strbuf_str(&size)},
        {"class", t->class}, {"x", x}, {"y", y}, {"w", w}, {"h", h});
    if (!owner)
        draw_label(out, b, t->name, strbuf_str(&size), page);
}

static void draw_group(struct strbuf *out, struct box b, const char *name, const struct page *page)
{
    char x[24], y[24], w[24], h[24];
    number(x, b.x);
    number(y, b.y);
    number(w, b.w);
    number(h, b.h);
    page_fill(out, page, "group", {"x", x}, {"y", y}, {"w", w}, {"h", h});
    draw_label(out, b, name, NULL, page);
}

/* Which of the colours a section has. */
static const char *class_of(const char *name)
{
    static const struct {
        const char *prefix, *class;
    } known[] = {{".text", "code"}, {".plt", "code"}, {".init", "code"}, {".fini", "code"}, {"code ", "code"},
        {".rodata", "const"}, {".eh_frame", "const"}, {".gcc_except", "const"}, {"constant ", "const"},
        {".data.rel.ro", "data"}, {".data", "data"}, {".tdata", "data"}, {"data ", "data"}, {".got", "data"},
        {".dyn", "table"}, {".rel", "table"}, {".gnu.hash", "table"}, {".gnu.version", "table"},
        {".hash", "table"}, {".symtab", "table"}, {".strtab", "table"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_starts(name, known[i].prefix))
            return known[i].class;
    return "debug";
}

static void draw_sections_of(struct strbuf *out, const struct audit_report *r, struct box box,
    const char *owner, const struct page *page)
{
    struct things t = {0};
    for (size_t i = 0; i < r->section_count; i++)
        if (r->sections[i].size)
            vec_push(&t.list,
                ((struct thing){r->sections[i].name, class_of(r->sections[i].name), r->sections[i].size}));
    lay_out(&t, CELLS_DRAWN, box);
    for (size_t i = 0; i < t.list.len; i++)
        draw_cell(out, t.cells[i].box, &t.list.items[i], owner, page);
    things_release(&t);
}

static const struct audit_report *report_of(const struct audited *a, const char *subject)
{
    for (size_t i = 0; i < a->module_count; i++)
        if (a->modules[i].subject == subject)
            return &a->modules[i];
    return NULL;
}

static void draw_modules(struct strbuf *out, const struct audited *a, double height, const struct page *page)
{
    struct things t = {0};
    for (size_t i = 0; i < a->module_count; i++)
        if (a->modules[i].section_count)
            vec_push(&t.list, ((struct thing){a->modules[i].subject, "own", a->modules[i].size}));
    lay_out(&t, MODULES_DRAWN, (struct box){0, 0, WIDTH, height});
    for (size_t i = 0; i < t.list.len; i++) {
        const struct audit_report *r = report_of(a, t.list.items[i].name);
        if (r)
            draw_sections_of(out, r, t.cells[i].box, path_base(r->subject), page);
        else
            draw_cell(out, t.cells[i].box, &t.list.items[i], NULL, page);
        draw_group(out, t.cells[i].box, r ? path_base(r->subject) : "", page);
    }
    things_release(&t);
}

static void draw_sections(struct strbuf *out, const struct audited *a, const struct page *page)
{
    AUTO(strbuf) struct strbuf cells = {0};
    AUTO(strbuf) struct strbuf key = {0};
    char h[24];
    double height = a->module_count > 1 ? 420 : 260;
    bool any = false;
    for (size_t i = 0; i < a->module_count; i++)
        any |= a->modules[i].section_count > 0;
    if (!any)
        return;
    if (a->module_count > 1)
        draw_modules(&cells, a, height, page);
    else
        draw_sections_of(&cells, &a->modules[0], (struct box){0, 0, WIDTH, height}, NULL, page);
    number(h, height);
    page_fill(&key, page, "sizes-key", {"", ""});
    page_fill(out, page, "sizes", {"title", "Sections by size"}, {"height", h}, {"cells", strbuf_str(&cells)},
        {"key", strbuf_str(&key)});
}

/* Libraries by the link map, or by our SBOM, and what is left of the file. */
static void draw_libraries(struct strbuf *out, const struct audited *a, const struct page *page)
{
    struct things t = {0};
    uint64_t libraries = 0, all = 0;
    for (size_t i = 0; i < a->module_count; i++) {
        all += a->modules[i].size;
        for (size_t k = 0; k < a->modules[i].inside_count; k++)
            if (a->modules[i].inside[k].size)
                vec_push(&t.list, ((struct thing){path_base(a->modules[i].inside[k].archive), "part",
                                      a->modules[i].inside[k].size}));
    }
    bool by_map = t.list.len;
    for (size_t i = 0; !by_map && i < a->part_count; i++)
        if (a->parts[i].size)
            vec_push(&t.list, ((struct thing){a->parts[i].name, "part", a->parts[i].size}));
    vec_each (&t.list, thing)
        libraries += thing->size;
    if (!libraries) {
        things_release(&t);
        return;
    }
    if (all > libraries)
        vec_push(&t.list, ((struct thing){"its own code, tables and data", "own", all - libraries}));
    AUTO(strbuf) struct strbuf cells = {0};
    lay_out(&t, CELLS_DRAWN, (struct box){0, 0, WIDTH, 220});
    for (size_t i = 0; i < t.list.len; i++)
        draw_cell(&cells, t.cells[i].box, &t.list.items[i], NULL, page);
    page_fill(out, page, "sizes", {"title", "Static libraries by size"}, {"height", "220"},
        {"cells", strbuf_str(&cells)}, {"key", ""});
    things_release(&t);
}

void draw_sizes(struct strbuf *out, const struct audited *a, const struct page *page)
{
    draw_sections(out, a, page);
    draw_libraries(out, a, page);
}
