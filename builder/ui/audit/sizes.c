/* Draws what a wheel's bytes are, as a map of areas. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "sys/path.h"
#include "ui/audit/pictures.h"
#include "ui/text/layout.h"

enum { MODULES_DRAWN = 60, CELLS_DRAWN = 80, LEAST_LABEL = 46, LETTER = 7 };

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

/* more: what stands behind the text where there is room for it; or NULL. */
static void label_box(
    struct strbuf *out, struct box b, const char *text, const char *more, const struct page *page)
{
    if (b.w < LEAST_LABEL || b.h < 18)
        return;
    AUTO(strbuf) struct strbuf label = {0};
    size_t room = (size_t)((b.w - 10) / LETTER);
    bool whole = more && text_columns(text) + 2 + text_columns(more) <= room;
    text_add_safe(&label, text, whole ? 0 : room);
    if (whole)
        strbuf_addf(&label, "  %s", more);
    draw_label(out, page, "in", b.x + 6, b.y + 15, strbuf_str(&label));
}

static void draw_cell(
    struct strbuf *out, struct box b, const struct thing *t, const char *owner, const struct page *page)
{
    AUTO(strbuf) struct strbuf size = {0};
    AUTO(strbuf) struct strbuf name = {0};
    AUTO_FREE char *full = owner ? xstrf("%s in %s: ", t->name, owner) : xstrf("%s: ", t->name);
    AUTO_FREE char *class = xstrf("cell %s", t->class);
    text_add_safe(&name, full, 0);
    size_add(&size, t->size);
    strbuf_adds(&name, size.ptr);
    draw_shape(out, page, name.ptr, class, b);
    if (!owner)
        label_box(out, b, t->name, size.ptr, page);
}

static void draw_group(struct strbuf *out, struct box b, const char *name, const struct page *page)
{
    struct drawn_number x = drawn_number(b.x), y = drawn_number(b.y), w = drawn_number(b.w),
                        h = drawn_number(b.h);
    page_fill(out, page, "group", {"x", x.text}, {"y", y.text}, {"w", w.text}, {"h", h.text});
    label_box(out, b, name, NULL, page);
}

/* The colours of sections. */
static const struct {
    const char *class, *name;
} classes[] = {{"code", "code"}, {"const", "constants"}, {"variables", "variables"},
    {"symbols", "symbols and relocations"}, {"rest", "debug information and other"}};

/* Which of them a section has. */
static const char *class_of(const char *name)
{
    static const struct {
        const char *prefix, *class;
    } known[] = {{".text", "code"}, {".plt", "code"}, {".init", "code"}, {".fini", "code"}, {"code ", "code"},
        {".rodata", "const"}, {".eh_frame", "const"}, {".gcc_except", "const"}, {"constant ", "const"},
        {".data.rel.ro", "variables"}, {".data", "variables"}, {".tdata", "variables"},
        {"data ", "variables"}, {".got", "variables"}, {".dyn", "symbols"}, {".rel", "symbols"},
        {".gnu.hash", "symbols"}, {".gnu.version", "symbols"}, {".hash", "symbols"}, {".symtab", "symbols"},
        {".strtab", "symbols"}};
    for (size_t i = 0; i < COUNT(known); i++)
        if (str_starts(name, known[i].prefix))
            return known[i].class;
    return "rest";
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
    lay_out(&t, MODULES_DRAWN, (struct box){0, 0, DRAW_WIDTH, height});
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
    double height = a->module_count > 1 ? 420 : 260;
    bool any = false;
    for (size_t i = 0; i < a->module_count; i++)
        any |= a->modules[i].section_count > 0;
    if (!any)
        return;
    if (a->module_count > 1)
        draw_modules(&cells, a, height, page);
    else
        draw_sections_of(&cells, &a->modules[0], (struct box){0, 0, DRAW_WIDTH, height}, NULL, page);
    for (size_t i = 0; i < COUNT(classes); i++)
        draw_key(&key, page, classes[i].class, classes[i].name);
    draw_picture(out, page, "Sections by size", "sections by size", height, &cells, &key);
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
                vec_push(&t.list, ((struct thing){path_base(a->modules[i].inside[k].archive), "inside",
                                      a->modules[i].inside[k].size}));
    }
    bool by_map = t.list.len;
    for (size_t i = 0; !by_map && i < a->part_count; i++)
        if (a->parts[i].size)
            vec_push(&t.list, ((struct thing){a->parts[i].name, "inside", a->parts[i].size}));
    vec_each (&t.list, thing)
        libraries += thing->size;
    if (!libraries) {
        things_release(&t);
        return;
    }
    if (all > libraries)
        vec_push(&t.list, ((struct thing){"its own code, tables and data", "own", all - libraries}));
    AUTO(strbuf) struct strbuf cells = {0};
    lay_out(&t, CELLS_DRAWN, (struct box){0, 0, DRAW_WIDTH, 220});
    for (size_t i = 0; i < t.list.len; i++)
        draw_cell(&cells, t.cells[i].box, &t.list.items[i], NULL, page);
    AUTO(strbuf) struct strbuf key = {0};
    draw_key(&key, page, "inside", "a library");
    draw_key(&key, page, "own", "the file's own");
    draw_picture(out, page, "Static libraries by size", "static libraries by size", 220, &cells, &key);
    things_release(&t);
}

void draw_sizes(struct strbuf *out, const struct audited *a, const struct page *page)
{
    draw_sections(out, a, page);
    draw_libraries(out, a, page);
}
