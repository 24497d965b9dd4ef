/* Making the nodes: each after everything it needs. */
#include "resolve/graph.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "resolve/internal.h"
#include "sys/path.h"

enum { DEPTH_MAX = 100 };

static size_t make_node(
    struct domain *d, struct choice *c, const struct position *at, const struct frame *up);

int resolver_fail_with(struct resolver *r, struct err *e)
{
    if (!map_set(&r->told, e->text, r))
        return err_join(&r->errors, e);
    err_release(e);
    return -1;
}

int resolver_fail(struct resolver *r, const char *format, ...)
{
    struct err e = ERR_INIT;
    va_list args;
    va_start(args, format);
    AUTO_FREE char *text = xvstrf(format, args);
    va_end(args);
    err_set(&e, ERR_RECIPE, "%s", text);
    return resolver_fail_with(r, &e);
}

int resolver_fail_at(struct resolver *r, const struct position *at, const char *format, ...)
{
    struct err e = ERR_INIT;
    va_list args;
    va_start(args, format);
    err_vat(&e, ERR_RECIPE, at->file, (unsigned)at->line, (unsigned)at->column, format, args);
    va_end(args);
    return resolver_fail_with(r, &e);
}

/* A file that was read, or could not be. */
struct loaded {
    struct recipe_file *file;
};

struct recipe_file *resolver_load(struct resolver *r, const char *path)
{
    struct loaded *loaded = map_get(&r->files, path);
    if (loaded)
        return loaded->file;
    loaded = arena_new(r->arena, struct loaded);
    map_set(&r->files, path, loaded);
    AUTO(err) struct err e = ERR_INIT;
    loaded->file = r->request->load ? r->request->load(r->request->arg, r->arena, path, &e)
                                    : recipe_load(r->arena, path, &e);
    if (!loaded->file)
        resolver_fail_with(r, &e);
    return loaded->file;
}

struct kind_wanted {
    struct resolver *resolver;
    enum recipe_kind kind;
};

/* A recipe of another kind may have the same name: an extension is often called like the library in it. One
 * that cannot be read is taken, and its mistakes are told. */
static bool is_of_kind(void *arg, const char *path)
{
    const struct kind_wanted *wanted = arg;
    struct recipe_file *file = resolver_load(wanted->resolver, path);
    return !file || recipe_file_kind(file) == wanted->kind;
}

char *resolver_find(struct resolver *r, enum locate_for who, const char *project,
    const struct requirement *want, struct strbuf *places)
{
    static const enum recipe_kind kinds[] = {
        [FOR_LIBRARY] = RECIPE_LIBRARY, [FOR_TOOL] = RECIPE_TOOL, [FOR_WHEEL] = RECIPE_EXTENSION};
    struct kind_wanted wanted = {r, kinds[who]};
    return locate_name(r->request, who, project, want->at.file, want->name, is_of_kind, &wanted, places);
}

char *resolver_locate(
    struct resolver *r, enum locate_for who, const char *project, const struct requirement *want)
{
    AUTO(strbuf) struct strbuf places = {0};
    char *path = resolver_find(r, who, project, want, &places);
    if (!path && who == FOR_LIBRARY)
        resolver_fail_at(r, &want->at, "there is no recipe for the library %s; looked in %s", want->name,
            strbuf_str(&places));
    return path;
}

/* "a -> b -> a", from the outermost recipe to the one that closes the circle. */
static void tell_cycle(
    struct resolver *r, const struct frame *top, const struct recipe *closing, const struct position *at)
{
    AUTO(strbuf) struct strbuf path = {0};
    strbuf_adds(&path, closing->name);
    for (const struct frame *f = top; f; f = f->up) {
        AUTO(strbuf) struct strbuf longer = {0};
        strbuf_addf(&longer, "%s -> %s", f->recipe->name, strbuf_str(&path));
        strbuf_clear(&path);
        strbuf_adds(&path, strbuf_str(&longer));
        if (f->recipe == closing)
            break;
    }
    resolver_fail_at(r, at, "%s needs itself: %s; %s", closing->name, strbuf_str(&path),
        closing->kind == RECIPE_EXTENSION
            ? "one of them is made and tried before the other: leave it out of what that one requires"
            : "turn a feature off on the way, or move what only the configure step needs to [requires] "
              "build");
}

static bool is_open(const struct frame *top, const struct recipe *recipe)
{
    for (const struct frame *f = top; f; f = f->up)
        if (f->recipe == recipe)
            return true;
    return false;
}

/* How the recipe at the top came in. */
static const char *chain_of(struct arena *a, const struct frame *top)
{
    const char *chain = "";
    for (const struct frame *f = top; f; f = f->up)
        chain = *chain ? arena_strf(a, "%s -> %s", f->recipe->name, chain) : f->recipe->name;
    return chain;
}

size_t node_apart(struct resolver *r, const char *project, const char *path, const struct requirement *want,
    const struct frame *frame)
{
    AUTO_FREE char *key = xstrf("%s\n%s\n%s", project, path, want->text);
    size_t node = (size_t)map_get(&r->apart, key);
    if (node)
        return node;
    if (frame->depth > DEPTH_MAX)
        return resolver_fail_at(r, &want->at, "requirements nest too deeply"), 0;
    const char *kept = arena_strdup(r->arena, path);
    struct domain *own = domain_settle(r, project, kept, want, chain_of(r->arena, frame));
    if (!own)
        return 0;
    node = make_node(own, own->list.items[0], &want->at, frame);
    domain_release(own);
    if (node)
        map_set(&r->apart, key, (void *)node);
    return node;
}

/* Whether from links to, directly or not; seen are the choices looked at already. */
static bool links_to(const struct domain *d, const struct choice *from, const char *to, struct map *seen)
{
    if (strcmp(from->name, to) == 0)
        return true;
    if (map_set(seen, from->name, (void *)from))
        return false;
    for (size_t i = 0; i < from->recipe->libraries.len; i++) {
        const struct choice *next = domain_get(d, from->recipe->libraries.items[i].name);
        if (next && next->recipe && links_to(d, next, to, seen))
            return true;
    }
    return false;
}

/* What only the build of c sees is what is linked anyway when that fits; else it is made apart, so that two
 * libraries that want to see each other can. */
static size_t make_build(
    struct domain *d, const struct choice *c, const struct requirement *want, const struct frame *frame)
{
    struct choice *linked = domain_get(d, want->name);
    AUTO(map) struct map seen = {0};
    if (linked && linked->reached && linked->recipe && !linked->open &&
        requirement_holds(want, linked->recipe) && !links_to(d, linked, c->name, &seen))
        return make_node(d, linked, &want->at, frame);
    AUTO(strbuf) struct strbuf places = {0};
    AUTO_FREE char *path = resolver_find(d->resolver, FOR_LIBRARY, d->project, want, &places);
    if (!path)
        resolver_fail_at(d->resolver, &want->at, "there is no recipe for the library %s%s; looked in %s",
            c->recipe->kind == RECIPE_EXTENSION ? "or extension " : "", want->name, strbuf_str(&places));
    return path ? node_apart(d->resolver, d->project, path, want, frame) : 0;
}

static bool has_program(const struct recipe *recipe, const char *program)
{
    for (size_t i = 0; i < recipe->provides.programs.len; i++)
        if (strcmp(path_base(recipe->provides.programs.items[i]), program) == 0)
            return true;
    return false;
}

/* 1 when a recipe makes the tool (*node), 0 when the machine must have it, -1 after a failure. */
static int make_tool(
    struct domain *d, const struct requirement *want, const struct frame *frame, size_t *node)
{
    struct resolver *r = d->resolver;
    const struct position *at = &want->at;
    AUTO_FREE char *path = resolver_locate(r, want->program ? FOR_LIBRARY : FOR_TOOL, d->project, want);
    if (!path)
        return want->program ? -1 : 0;
    *node = node_apart(r, d->project, path, want, frame);
    if (!*node)
        return -1;
    const struct recipe *made = r->nodes.items[*node - 1].recipe;
    if (want->program && !has_program(made, want->program))
        return resolver_fail_at(
            r, at, "%s has no program \"%s\" in its [provides]", want->name, want->program);
    return 1;
}

static bool has_edge(const struct edges *edges, size_t node)
{
    for (size_t i = 0; i < edges->len; i++)
        if (edges->items[i] == node)
            return true;
    return false;
}

void edges_add(struct edges *edges, size_t node)
{
    if (node && !has_edge(edges, node - 1))
        edges->items[edges->len++] = node - 1;
}

static struct edges edge_room(struct arena *a, size_t len)
{
    return (struct edges){arena_alloc(a, len * sizeof(size_t)), 0};
}

static void choose_sources(struct resolver *r, struct node *n)
{
    const struct recipe *recipe = n->recipe;
    n->sources = arena_alloc(r->arena, recipe->source_count * sizeof *n->sources);
    for (size_t i = 0; i < recipe->source_count; i++) {
        const struct source *s = &recipe->sources[i];
        bool preferred = r->request->prefers && r->request->prefers(r->request->arg, recipe, s);
        size_t k = 0;
        while (k < n->source_count && strcmp(n->sources[k]->into, s->into) != 0)
            k++;
        if (k == n->source_count)
            n->sources[n->source_count++] = s;
        else if (preferred && !r->request->prefers(r->request->arg, recipe, n->sources[k]))
            n->sources[k] = s;
    }
}

/* What tells nodes apart: the recipe, its variant, and which nodes it needs. */
static void describe(struct strbuf *out, const struct node *n)
{
    strbuf_addf(out, "%s %s", n->recipe->file, n->recipe->version);
    for (size_t i = 0; i < n->recipe->features.len; i++)
        strbuf_addf(out, " %s", n->recipe->features.items[i]);
    const struct edges *all[] = {
        &n->libraries, &n->builds, &n->tools, &n->wheels, &n->built_in, &n->tried_with};
    for (size_t k = 0; k < COUNT(all); k++) {
        strbuf_addc(out, ';');
        for (size_t i = 0; i < all[k]->len; i++)
            strbuf_addf(out, " %zu", all[k]->items[i]);
    }
}

static size_t intern(struct resolver *r, struct node *n)
{
    AUTO(strbuf) struct strbuf key = {0};
    describe(&key, n);
    size_t index = (size_t)map_getn(&r->interned, key.ptr, key.len);
    if (index)
        return index;
    choose_sources(r, n);
    vec_push(&r->nodes, *n);
    map_setn(&r->interned, key.ptr, key.len, (void *)r->nodes.len);
    return r->nodes.len;
}

/* An extension may see headers of a library, and of another extension's wheel. */
static bool is_library(const struct domain *d, const struct requirement *want)
{
    AUTO_FREE char *path = resolver_find(d->resolver, FOR_LIBRARY, d->project, want, NULL);
    return path != NULL;
}

static bool make_needs(struct domain *d, const struct choice *c, const struct frame *frame, struct node *n)
{
    const struct recipe *recipe = c->recipe;
    struct arena *a = d->resolver->arena;
    bool fine = true;
    n->libraries = edge_room(a, recipe->libraries.len);
    for (size_t i = 0; i < recipe->libraries.len; i++) {
        const struct requirement *want = &recipe->libraries.items[i];
        size_t node = make_node(d, domain_get(d, want->name), &want->at, frame);
        edges_add(&n->libraries, node);
        fine &= node != 0;
    }
    n->builds = edge_room(a, recipe->build_libraries.len);
    n->wheels = edge_room(a, recipe->build_libraries.len);
    for (size_t i = 0; i < recipe->build_libraries.len; i++) {
        const struct requirement *want = &recipe->build_libraries.items[i];
        size_t wheel = 0;
        if (recipe->kind == RECIPE_EXTENSION && !is_library(d, want))
            wheel = wheel_node(d, want, frame, &fine);
        edges_add(&n->wheels, wheel);
        if (wheel)
            continue;
        size_t node = fine ? make_build(d, c, want, frame) : 0;
        edges_add(&n->builds, node);
        fine &= node != 0;
    }
    n->tools = edge_room(a, recipe->tools.len);
    n->host = arena_alloc(a, recipe->tools.len * sizeof *n->host);
    for (size_t i = 0; i < recipe->tools.len; i++) {
        const struct requirement *want = &recipe->tools.items[i];
        size_t node = 0;
        int rc = make_tool(d, want, frame, &node);
        if (rc == 0)
            n->host[n->host_count++] = (struct host_requirement){want->name, want->constraint, want->at};
        edges_add(&n->tools, rc > 0 ? node : 0);
        fine &= rc >= 0;
    }
    if (recipe->kind == RECIPE_INTERPRETER)
        fine = fine && built_in_nodes(d, frame, n);
    if (recipe->kind == RECIPE_EXTENSION)
        fine &= wheels_for_test(d, frame, n);
    return fine;
}

/* Index + 1 of the node of a choice, or 0 after a failure. at is who asks for it: NULL for the command line,
 * which closes no circle. */
static size_t make_node(struct domain *d, struct choice *c, const struct position *at, const struct frame *up)
{
    if (c->node)
        return c->node;
    if (c->open || is_open(up, c->recipe)) {
        tell_cycle(d->resolver, up, c->recipe, at);
        return 0;
    }
    struct frame frame = {c->recipe, up, up ? up->depth + 1 : 0};
    if (frame.depth > DEPTH_MAX) {
        resolver_fail_at(d->resolver, at, "requirements nest too deeply");
        return 0;
    }
    struct node n = {.recipe = c->recipe};
    c->open = true;
    if (make_needs(d, c, &frame, &n))
        c->node = intern(d->resolver, &n);
    c->open = false;
    return c->node;
}

/* What `staticbuild wheel` takes, and has no recipe. */
static bool is_project(const char *name)
{
    return str_starts(name, "pypi:") || str_ends(name, ".tar.gz") || strcmp(name, ".") == 0 ||
           strcmp(name, "..") == 0;
}

static void resolve_asked(struct resolver *r, const char *name)
{
    AUTO_FREE char *path = recipe_locate(r->request, name);
    if (!path) {
        bool is_path = strchr(name, '/') || str_ends(name, ".toml");
        if (is_project(name))
            resolver_fail(r,
                "%s is a project and no recipe: `staticbuild wheel %s` makes its wheels, with --dry-run it "
                "prints the "
                "steps",
                name, name);
        else if (is_path)
            resolver_fail(r, "%s: there is no such recipe", name);
        else
            resolver_fail(r, "there is no recipe named \"%s\"%s; `staticbuild list` shows those there are",
                name, recipe_meant(r->arena, r->request, name));
        return;
    }
    const char *kept = arena_strdup(r->arena, path);
    struct domain *d = domain_settle(r, kept, kept, NULL, "");
    if (!d)
        return;
    size_t node = make_node(d, d->list.items[0], NULL, NULL);
    if (node)
        r->nodes.items[node - 1].asked_for = true;
    domain_release(d);
}

static void resolver_release(struct resolver *r)
{
    map_release(&r->files);
    map_release(&r->variants);
    map_release(&r->interned);
    map_release(&r->apart);
    map_release(&r->told);
    vec_release(&r->nodes);
    err_release(&r->errors);
}

struct graph *graph_resolve(struct arena *a, const struct graph_request *request, struct err *e)
{
    AUTO(resolver) struct resolver r = {.arena = a, .request = request};
    for (size_t i = 0; i < request->recipe_count; i++)
        resolve_asked(&r, request->recipes[i]);
    if (r.errors.text) {
        err_move(e, &r.errors);
        return NULL;
    }
    struct graph *g = arena_new(a, struct graph);
    g->len = r.nodes.len;
    g->nodes = arena_memdup(a, r.nodes.items, g->len * sizeof *g->nodes);
    g->order = arena_alloc(a, g->len * sizeof *g->order);
    for (size_t i = 0; i < g->len; i++)
        g->order[i] = i; /* nodes are made after what they need */
    return g;
}

size_t graph_python_abi(const struct graph *g, const char *name)
{
    for (size_t i = 0; i < g->len; i++)
        if (g->nodes[i].recipe->kind == RECIPE_PYTHON_ABI && strcmp(g->nodes[i].recipe->name, name) == 0)
            return i;
    return NO_NODE;
}

size_t graph_add(
    struct arena *a, struct graph *g, const struct graph_request *request, const char *path, struct err *e)
{
    AUTO(resolver) struct resolver r = {.arena = a, .request = request};
    struct domain *d = domain_settle(&r, path, path, NULL, "");
    bool made = d && make_node(d, d->list.items[0], NULL, NULL);
    if (d)
        domain_release(d);
    if (!made || r.errors.text) {
        err_move(e, &r.errors);
        return NO_NODE;
    }
    assert(r.nodes.len == 1);
    g->nodes = arena_regrow(a, g->nodes, g->len, g->len + 1, sizeof *g->nodes);
    g->order = arena_regrow(a, g->order, g->len, g->len + 1, sizeof *g->order);
    g->nodes[g->len] = r.nodes.items[0];
    memmove(g->order + 1, g->order, g->len * sizeof *g->order);
    g->order[0] = g->len;
    return g->len++;
}
