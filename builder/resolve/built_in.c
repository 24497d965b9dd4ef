/* The extensions that are built into an interpreter: their nodes, and that all of it can be one link. */
#include <string.h>

#include "base/cleanup.h"
#include "recipe/requirement.h"
#include "resolve/internal.h"

/* What the command line names is found as anything else there; what the recipe names, as wheels are. */
static size_t asked_node(const struct domain *d, const char *text, const struct frame *frame, bool *fine)
{
    struct resolver *r = d->resolver;
    struct requirement *want = arena_new(r->arena, struct requirement);
    AUTO_FREE char *path = NULL;
    size_t node = 0;
    bool is_path = strchr(text, '/') || str_ends(text, ".toml");
    const char *wrong = is_path ? NULL : requirement_parse(r->arena, text, want);
    want->at.file = "--with";
    if (is_path)
        *want = (struct requirement){.text = text, .name = text, .constraint = "", .at = {.file = "--with"}};
    if (wrong)
        resolver_fail(r, "--with: \"%s\" %s", text, wrong);
    else if (is_path && (path = recipe_locate(r->request, text)))
        node = node_apart(r, path, path, want, frame);
    else if (!is_path)
        node = wheel_node(d, want, frame, fine);
    if (!node && *fine && !wrong && !(is_path && path))
        resolver_fail(r, "--with: there is no recipe of an extension \"%s\"%s", text,
            recipe_meant(r->arena, r->request, text));
    *fine &= node != 0;
    return node;
}

static size_t required_node(
    const struct domain *d, const struct requirement *want, const struct frame *frame, bool *fine)
{
    size_t node = wheel_node(d, want, frame, fine);
    if (!node && *fine)
        resolver_fail_at(d->resolver, &want->at, "there is no recipe for the extension %s%s", want->name,
            recipe_meant(d->resolver->arena, d->resolver->request, want->name));
    *fine &= node != 0;
    return node;
}

/* Its own backend would link it; what is opened was linked long ago; and of what it is compiled with there is
 * only a wheel. */
static bool is_fit(struct resolver *r, size_t node)
{
    const struct node *n = &r->nodes.items[node - 1];
    if (n->recipe->kind != RECIPE_EXTENSION || !n->recipe->module_count) {
        resolver_fail(r,
            "%s: only the modules of an extension's recipe ([[module]]) can be built into an interpreter",
            n->recipe->file);
        return false;
    }
    if (n->wheels.len) {
        resolver_fail(r,
            "%s: is compiled with the wheel of %s, and an interpreter has what is built in before there are "
            "wheels",
            n->recipe->file, r->nodes.items[n->wheels.items[0]].recipe->name);
        return false;
    }
    return true;
}

/* Of every library that is linked: who brought it in. */
struct program_libraries {
    struct resolver *resolver;
    struct map by_name; /* name -> its node's index + 1 */
    struct map brought; /* name -> text */
    bool fine;
};

static void gather(struct program_libraries *g, const struct node *of, const char *who)
{
    for (size_t i = 0; i < of->libraries.len; i++) {
        size_t index = of->libraries.items[i];
        const struct node *n = &g->resolver->nodes.items[index];
        size_t known = (size_t)map_get(&g->by_name, n->recipe->name);
        if (known == index + 1)
            continue;
        if (known) {
            resolver_fail(g->resolver, "%s and %s cannot be in one program: %s links %s, and %s links %s",
                (const char *)map_get(&g->brought, n->recipe->name), who,
                (const char *)map_get(&g->brought, n->recipe->name),
                node_label(g->resolver->arena, &g->resolver->nodes.items[known - 1]), who,
                node_label(g->resolver->arena, n));
            g->fine = false;
            continue;
        }
        map_set(&g->by_name, n->recipe->name, (void *)(index + 1));
        map_set(&g->brought, n->recipe->name, (void *)who);
        gather(g, n, who);
    }
}

static bool is_one_link(struct resolver *r, const struct node *n)
{
    struct program_libraries g = {.resolver = r, .fine = true};
    gather(&g, n, n->recipe->name);
    for (size_t i = 0; i < n->built_in.len; i++) {
        const struct node *extension = &r->nodes.items[n->built_in.items[i]];
        gather(&g, extension, extension->recipe->name);
    }
    map_release(&g.by_name);
    map_release(&g.brought);
    return g.fine;
}

bool built_in_nodes(const struct domain *d, const struct frame *frame, struct node *n)
{
    struct resolver *r = d->resolver;
    const struct requirements *own = &n->recipe->interpreter.with;
    bool fine = true;
    n->built_in.items = arena_alloc(r->arena, (own->len + r->request->with_count + 1) * sizeof(size_t));
    for (size_t i = 0; i < own->len + r->request->with_count; i++) {
        bool made = true;
        size_t node = i < own->len ? required_node(d, &own->items[i], frame, &made)
                                   : asked_node(d, r->request->with[i - own->len], frame, &made);
        made = made && is_fit(r, node);
        if (made)
            edges_add(&n->built_in, node);
        fine &= made;
    }
    return fine && is_one_link(r, n);
}
