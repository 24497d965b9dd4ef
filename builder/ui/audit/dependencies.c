/* Draws who needs which library, for the page of an audit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/map.h"
#include "base/vec.h"
#include "sys/path.h"
#include "ui/audit/pictures.h"
#include "ui/text/layout.h"

enum { COLUMNS = 3, MOST_ROWS = 40, ROW = 34, BOX_HEIGHT = 26, LETTER = 7, TOP = 6 };

static const int column_x[COLUMNS] = {4, 356, 766}, column_w[COLUMNS] = {240, 300, 290};
static const int wide_x[COLUMNS] = {4, 4, 700}, wide_w[COLUMNS] = {240, 420, 356}; /* nothing is inside */

struct drawn_node {
    char *name, *note; /* owned */
    const char *class;
    size_t column, row;
};

struct edge {
    size_t from, to;
    const char *class;
};

struct dependency_drawing {
    VEC(struct drawn_node) nodes;
    VEC(struct edge) edges;
    size_t rows[COLUMNS], left_out[COLUMNS];
};

static size_t find_node(struct dependency_drawing *d, size_t column, const char *name)
{
    for (size_t i = 0; i < d->nodes.len; i++)
        if (d->nodes.items[i].column == column && strcmp(d->nodes.items[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

/* The node of this name, new where there is room; SIZE_MAX when the column is full. */
static size_t add_node(
    struct dependency_drawing *d, size_t column, const char *name, const char *note, const char *class)
{
    size_t found = find_node(d, column, name);
    if (found != SIZE_MAX)
        return found;
    if (d->rows[column] == MOST_ROWS) {
        d->left_out[column]++;
        return SIZE_MAX;
    }
    struct drawn_node n = {xstrdup(name), xstrdup(note), class, column, d->rows[column]++};
    vec_push(&d->nodes, n);
    return d->nodes.len - 1;
}

static void add_edge(struct dependency_drawing *d, size_t from, size_t to, const char *class)
{
    if (from != SIZE_MAX && to != SIZE_MAX)
        vec_push(&d->edges, ((struct edge){from, to, class}));
}

static void add_module(struct dependency_drawing *d, const struct audited *a, const struct audit_report *r)
{
    size_t module = add_node(d, 1, r->subject, "", "module");
    if (module == SIZE_MAX)
        return;
    size_t parts = 0; /* they know versions, link maps do not */
    for (size_t i = 0; i < a->part_count; i++)
        if (a->parts[i].subject && strcmp(a->parts[i].source, "file") != 0 &&
            strcmp(a->parts[i].subject, r->subject) == 0) {
            add_edge(d, add_node(d, 0, a->parts[i].name, a->parts[i].version, "part"), module, "");
            parts++;
        }
    for (size_t i = 0; !parts && i < r->inside_count; i++)
        add_edge(d, add_node(d, 0, path_base(r->inside[i].archive), "", "part"), module, "");
    for (size_t i = 0; !parts && !r->inside_count && i < r->embedded_count; i++)
        add_edge(d, add_node(d, 0, r->embedded[i].name, r->embedded[i].version, "part"), module, "");
    for (size_t i = 0; i < r->needed_count; i++) {
        const struct audit_needed *n = &r->needed[i];
        const char *class = n->beside ? "beside" : n->promised ? "promised" : "unwanted";
        AUTO_FREE char *note =
            n->symbols ? xstrf("%zu symbol%s", n->symbols, n->symbols == 1 ? "" : "s") : xstrdup("");
        bool alone = a->module_count == 1;
        add_edge(d, module, add_node(d, 2, n->library, alone ? note : "", class),
            n->beside || n->promised ? "" : class);
    }
}

static double middle(const struct dependency_drawing *d, const struct drawn_node *n, double height)
{
    double used = (double)d->rows[n->column] * ROW;
    return TOP + (height - 2 * TOP - used) / 2 + (double)n->row * ROW + BOX_HEIGHT / 2.0 +
           (ROW - BOX_HEIGHT) / 2.0;
}

static double left_of(const struct dependency_drawing *d, const struct drawn_node *n)
{
    return d->rows[0] ? column_x[n->column] : wide_x[n->column];
}

static double width_of(const struct dependency_drawing *d, const struct drawn_node *n)
{
    return d->rows[0] ? column_w[n->column] : wide_w[n->column];
}

/* "_zmq.cpython-311-x86_64-linux-gnu.so" without what all modules of a wheel have in common. */
static char *short_name(const char *path)
{
    const char *base = path_base(path), *at = strstr(base, ".cpython-");
    return at && str_ends(at, ".so") ? xstrf("%.*s.so", (int)(at - base), base) : xstrdup(base);
}

static void draw_node(struct strbuf *out, const struct dependency_drawing *d, const struct drawn_node *n,
    double height, const struct page *page)
{
    double at = middle(d, n, height), left = left_of(d, n);
    struct drawn_number x = drawn_number(left), y = drawn_number(at - BOX_HEIGHT / 2.0),
                        w = drawn_number(width_of(d, n)), tx = drawn_number(left + 10),
                        ty = drawn_number(at + 4);
    AUTO(strbuf) struct strbuf label = {0};
    AUTO_FREE char *full = *n->note ? xstrf("%s  %s", n->name, n->note) : xstrdup(n->name);
    AUTO_FREE char *shown = n->column == 1 ? short_name(n->name) : xstrdup(full);
    text_add_safe(&label, shown, (size_t)(width_of(d, n) / LETTER));
    page_fill(out, page, "node", {"name", full}, {"class", n->class}, {"x", x.text}, {"y", y.text},
        {"w", w.text}, {"tx", tx.text}, {"ty", ty.text}, {"label", strbuf_str(&label)});
}

static void draw_edge(struct strbuf *out, const struct dependency_drawing *d, const struct edge *edge,
    double height, const struct page *page)
{
    const struct drawn_node *from = &d->nodes.items[edge->from], *to = &d->nodes.items[edge->to];
    double x1 = left_of(d, from) + width_of(d, from), x2 = left_of(d, to);
    double y1 = middle(d, from, height), y2 = middle(d, to, height), half = (x1 + x2) / 2;
    char path[160];
    snprintf(
        path, sizeof path, "M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x1, y1, half, y1, half, y2, x2, y2);
    page_fill(out, page, "edge", {"class", edge->class}, {"d", path});
}

void draw_dependencies(struct strbuf *out, const struct audited *a, const struct page *page)
{
    if (!a->module_count)
        return;
    struct dependency_drawing d = {0};
    for (size_t i = 0; i < a->module_count; i++)
        add_module(&d, a, &a->modules[i]);
    size_t rows = 1;
    for (size_t i = 0; i < COLUMNS; i++)
        rows = d.rows[i] > rows ? d.rows[i] : rows;
    double height = 2 * TOP + (double)rows * ROW;
    AUTO(strbuf) struct strbuf shapes = {0};
    AUTO(strbuf) struct strbuf key = {0};
    vec_each (&d.edges, edge)
        draw_edge(&shapes, &d, edge, height, page);
    vec_each (&d.nodes, n)
        draw_node(&shapes, &d, n, height, page);
    draw_key(&key, page, "k-inside", "inside");
    draw_key(&key, page, "k-beside", "in the wheel");
    draw_key(&key, page, "k-promised", "promised by the platform");
    draw_key(&key, page, "k-unwanted", "not promised (dashed)");
    draw_picture(
        out, page, "Dependencies", "what is inside, and which libraries are needed", height, &shapes, &key);
    size_t left_out = d.left_out[0] + d.left_out[1] + d.left_out[2];
    if (left_out) {
        AUTO_FREE char *text = xstrf("%zu more are not drawn.", left_out);
        page_fill(out, page, "paragraph", {"text", text});
    }
    vec_each (&d.nodes, n) {
        free(n->name);
        free(n->note);
    }
    vec_release(&d.nodes);
    vec_release(&d.edges);
}
