#include "resolve/graph.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "resolve/internal.h"

const char *node_label(struct arena *a, const struct node *n)
{
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_addf(&text, "%s %s", n->recipe->name, n->recipe->version);
    for (size_t i = 0; i < n->recipe->features.len; i++)
        strbuf_addf(&text, "%s%s", i ? "," : " [", n->recipe->features.items[i]);
    if (n->recipe->features.len)
        strbuf_addc(&text, ']');
    return arena_strdup(a, text.ptr);
}

/* The chosen alternative of each `into`: the first that is preferred, else the first. */
static void choose_sources(struct resolver *r, struct node *n)
{
    const struct recipe *recipe = n->recipe;
    n->sources = arena_alloc(r->arena, (recipe->sources_len + 1) * sizeof *n->sources);
    for (size_t i = 0; i < recipe->sources_len; i++) {
        const struct source *s = &recipe->sources[i];
        size_t group = 0;
        while (group < n->sources_len && strcmp(n->sources[group]->into, s->into) != 0)
            group++;
        bool preferred = r->request->prefers && r->request->prefers(r->request->arg, s);
        if (group == n->sources_len)
            n->sources[n->sources_len++] = s;
        else if (preferred && !r->request->prefers(r->request->arg, n->sources[group]))
            n->sources[group] = s;
    }
}

static struct edges edges_of(struct resolver *r, struct pending *const *to, size_t len)
{
    struct edges e = {arena_alloc(r->arena, (len + 1) * sizeof *e.items), 0};
    for (size_t i = 0; i < len; i++) {
        bool known = false;
        for (size_t k = 0; k < e.len; k++)
            known |= e.items[k] == to[i]->node - 1;
        if (!known)
            e.items[e.len++] = to[i]->node - 1;
    }
    return e;
}

/* Name, version, features and what it stands on: two links share a node only when all of it agrees. */
static char *identity_of(struct resolver *r, const struct node *n)
{
    struct strbuf id = {0};
    strbuf_addf(&id, "%s|%s", n->recipe->file, node_label(r->arena, n));
    const struct edges *groups[] = {&n->libraries, &n->builds, &n->tools};
    for (size_t g = 0; g < 3; g++)
        for (size_t i = 0; i < groups[g]->len; i++)
            strbuf_addf(&id, "%s%zu", i ? "," : "|", groups[g]->items[i]);
    return strbuf_steal(&id);
}

static void add_node(struct resolver *r, struct pending *p)
{
    struct node n = {.recipe = p->recipe, .host = p->host, .host_len = p->host_len};
    n.libraries = edges_of(r, p->libraries, p->libraries_len);
    n.builds = edges_of(r, p->builds, p->builds_len);
    n.tools = edges_of(r, p->tools, p->tools_len);
    AUTO_FREE char *identity = identity_of(r, &n);
    size_t known = (size_t)(uintptr_t)map_get(&r->identities, identity);
    if (known) {
        p->node = known;
        return;
    }
    choose_sources(r, &n);
    vec_push(&r->nodes, n);
    p->node = r->nodes.len;
    map_set(&r->identities, identity, (void *)(uintptr_t)p->node);
    vec_push(&r->order, p->node - 1);
}

static void tell_cycle(
    struct resolver *r, struct pending *const *way, size_t len, const struct pending *again)
{
    size_t first = 0;
    while (first < len && way[first] != again)
        first++;
    AUTO(strbuf) struct strbuf text = {0};
    for (size_t i = first; i < len; i++)
        strbuf_addf(&text, "%s -> ", way[i]->name);
    err_add(r->error, ERR_RECIPE,
        "%s: needs itself: %s%s; turn a feature off on the way, or move what only the configure step needs "
        "to [requires] build",
        recipe_file_path(again->file), strbuf_str(&text), again->name);
}

/* Adds p after everything it needs. way: the recipes between the root and p, for telling a cycle. */
static int visit(struct resolver *r, struct pending *p, struct pending **way, size_t depth)
{
    enum { DEEPEST = 200 };
    if (p->color == 2)
        return 0;
    if (p->color == 1) {
        tell_cycle(r, way, depth, p);
        return -1;
    }
    if (depth == DEEPEST)
        return err_add(
            r->error, ERR_RECIPE, "%s: more than %d recipes that need each other in a row", p->name, DEEPEST);
    p->color = 1;
    way[depth] = p;
    struct {
        struct pending **items;
        size_t len;
    } groups[] = {{p->libraries, p->libraries_len}, {p->builds, p->builds_len}, {p->tools, p->tools_len}};
    for (size_t g = 0; g < 3; g++)
        for (size_t i = 0; i < groups[g].len; i++)
            if (visit(r, groups[g].items[i], way, depth + 1) < 0)
                return -1;
    p->color = 2;
    add_node(r, p);
    return 0;
}

static int resolve_one(struct resolver *r, const char *asked)
{
    AUTO_FREE char *path = recipe_locate(r->request, NULL, asked);
    if (!path) {
        bool is_path = strchr(asked, '/') || str_ends(asked, ".toml");
        return err_add(r->error, ERR_RECIPE,
            is_path ? "%s: there is no such recipe"
                    : "there is no recipe named \"%s\"; `staticbuild list` shows those there are",
            asked);
    }
    struct pending *root = unify(r, path);
    struct pending *way[201];
    if (!root || visit(r, root, way, 0) < 0)
        return -1;
    r->nodes.items[root->node - 1].asked_for = true;
    return 0;
}

static struct graph *finish(struct resolver *r)
{
    struct graph *g = arena_new(r->arena, struct graph);
    g->len = r->nodes.len;
    g->nodes = arena_memdup(r->arena, r->nodes.items, r->nodes.len * sizeof *g->nodes);
    g->order = arena_memdup(r->arena, r->order.items, r->order.len * sizeof *g->order);
    return g;
}

struct graph *graph_resolve(struct arena *a, const struct graph_request *request, struct err *e)
{
    struct resolver r = {.arena = a, .request = request, .error = e};
    for (size_t i = 0; i < request->recipes_len; i++)
        resolve_one(&r, request->recipes[i]); /* all mistakes of all recipes are told together */
    struct graph *g = e->text ? NULL : finish(&r);
    map_release(&r.files);
    map_release(&r.pending);
    map_release(&r.identities);
    vec_release(&r.nodes);
    vec_release(&r.order);
    return g;
}

static void link_visit(const struct graph *g, size_t node, bool *seen, size_t *out, size_t *len)
{
    if (seen[node])
        return;
    seen[node] = true;
    const struct edges *libraries = &g->nodes[node].libraries;
    for (size_t i = libraries->len; i-- > 0;) /* backwards: the list is turned round at the end */
        link_visit(g, libraries->items[i], seen, out, len);
    out[(*len)++] = node;
}

struct edges graph_link_order(struct arena *a, const struct graph *g, size_t node)
{
    bool *seen = arena_alloc(a, g->len * sizeof *seen);
    size_t *visited = arena_alloc(a, g->len * sizeof *visited);
    size_t len = 0;
    link_visit(g, node, seen, visited, &len);
    struct edges order = {arena_alloc(a, len * sizeof *order.items), 0};
    for (size_t i = len - 1; i-- > 0;) /* without the node itself, which is last */
        order.items[order.len++] = visited[i];
    return order;
}
