/* The libraries below a node in the order of a link line. */
#include "base/str.h"
#include "base/vec.h"
#include "base/cleanup.h"
#include "resolve/graph.h"

struct link_walk {
    const struct graph *graph;
    bool *seen;
    VEC(size_t) out; /* each node after all it needs: the other way round */
};

/* As deep as the graph, whose depth graph_resolve limits. */
static void visit(struct link_walk *w, size_t node)
{
    if (w->seen[node])
        return;
    w->seen[node] = true;
    const struct edges *libraries = &w->graph->nodes[node].libraries;
    for (size_t i = libraries->len; i-- > 0;)
        visit(w, libraries->items[i]);
    vec_push(&w->out, node);
}

/* What was visited last comes first. */
static struct edges order_of(
    struct arena *a, const struct graph *g, size_t node, const struct edges *built_in)
{
    AUTO_FREE bool *seen = xcalloc(g->len, sizeof *seen);
    struct link_walk w = {g, seen, {0}};
    visit(&w, node);
    w.out.len--; /* the last is node itself: it needs all the others */
    for (size_t i = 0; i < built_in->len; i++) {
        const struct edges *libraries = &g->nodes[built_in->items[i]].libraries;
        for (size_t k = libraries->len; k-- > 0;)
            visit(&w, libraries->items[k]);
    }
    struct edges order = {arena_alloc(a, w.out.len * sizeof *order.items), w.out.len};
    for (size_t i = 0; i < order.len; i++)
        order.items[i] = w.out.items[order.len - 1 - i];
    vec_release(&w.out);
    return order;
}

struct edges graph_link_order(struct arena *a, const struct graph *g, size_t node)
{
    return order_of(a, g, node, &(struct edges){0});
}

struct edges graph_program_link_order(struct arena *a, const struct graph *g, size_t node)
{
    return order_of(a, g, node, &g->nodes[node].built_in);
}

const char *node_label(struct arena *a, const struct node *n)
{
    AUTO(strbuf) struct strbuf label = {0};
    strbuf_addf(&label, "%s %s", n->recipe->name, n->recipe->version);
    for (size_t i = 0; i < n->recipe->features.len; i++)
        strbuf_addf(&label, "%s%s", i ? "," : " [", n->recipe->features.items[i]);
    if (n->recipe->features.len)
        strbuf_addc(&label, ']');
    return arena_strdup(a, strbuf_str(&label));
}
