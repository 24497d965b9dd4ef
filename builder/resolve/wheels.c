/* The wheels of other extensions that one is compiled or tried with: those of this run, where it makes them,
 * else of a recipe that is called so. A distribution has many spellings (PEP 503), and its recipe's file may
 * have a name of its own. */
#include <string.h>

#include "base/cleanup.h"
#include "python/pep508.h"
#include "resolve/internal.h"
#include "sys/path.h"

static bool same_distribution(const char *a, const char *b)
{
    AUTO_FREE char *one = python_name_normalise(a), *other = python_name_normalise(b);
    return strcmp(one, other) == 0;
}

/* What this run was asked to make, by that name; the caller frees it. */
static char *find_asked(struct resolver *r, const char *name)
{
    for (size_t i = 0; i < r->request->recipe_count; i++) {
        char *path = recipe_locate(r->request, r->request->recipes[i]);
        struct recipe_file *file = path ? resolver_load(r, path) : NULL;
        AUTO_FREE char *stem = path ? xstrndup(path_base(path), strcspn(path_base(path), ".")) : NULL;
        if (file && recipe_file_kind(file) == RECIPE_EXTENSION &&
            (same_distribution(recipe_file_name(file), name) || same_distribution(stem, name)))
            return path;
        free(path);
    }
    return NULL;
}

/* A recipe's file is called as the distribution is written, or as it is normalised. */
static char *find_named(const struct domain *d, const struct requirement *want)
{
    char *path = resolver_find(d->resolver, FOR_WHEEL, d->project, want, NULL);
    AUTO_FREE char *normal = python_name_normalise(want->name);
    if (path || strcmp(normal, want->name) == 0)
        return path;
    struct requirement other = *want;
    other.name = normal;
    return resolver_find(d->resolver, FOR_WHEEL, d->project, &other, NULL);
}

size_t wheel_node(
    const struct domain *d, const struct requirement *want, const struct frame *frame, bool *fine)
{
    AUTO_FREE char *asked = find_asked(d->resolver, want->name);
    AUTO_FREE char *named = asked ? NULL : find_named(d, want);
    if (!asked && !named)
        return 0;
    size_t node = node_apart(d->resolver, asked ? asked : d->project, asked ? asked : named, want, frame);
    *fine &= node != 0;
    return node;
}

static void add_lack(struct texts *lacks, const char *name)
{
    for (size_t i = 0; i < lacks->len; i++)
        if (strcmp(lacks->items[i], name) == 0)
            return;
    lacks->items[lacks->len++] = name;
}

/* What a wheel is tried with goes along with it. */
static void add_with_its_own(const struct resolver *r, struct node *n, size_t node)
{
    const struct node *wheel = &r->nodes.items[node - 1];
    edges_add(&n->tried_with, node);
    for (size_t i = 0; i < wheel->tried_with.len; i++)
        edges_add(&n->tried_with, wheel->tried_with.items[i] + 1);
    for (size_t i = 0; i < wheel->untried_without.len; i++)
        add_lack(&n->untried_without, wheel->untried_without.items[i]);
}

/* Room for everything there may be: each node, and each name that some test lacks. */
static void make_room(const struct resolver *r, struct node *n, size_t own)
{
    size_t lacks = own;
    for (size_t i = 0; i < r->nodes.len; i++)
        lacks += r->nodes.items[i].untried_without.len;
    n->tried_with.items = arena_alloc(r->arena, (r->nodes.len + 1) * sizeof(size_t));
    n->untried_without.items = arena_alloc(r->arena, (lacks + 1) * sizeof(char *));
}

bool wheels_for_test(struct domain *d, const struct frame *frame, struct node *n)
{
    struct resolver *r = d->resolver;
    const struct requirements *wants = &n->recipe->test.requires;
    size_t *nodes = arena_alloc(r->arena, (wants->len + 1) * sizeof *nodes);
    bool fine = true;
    for (size_t i = 0; i < wants->len; i++)
        nodes[i] = wheel_node(d, &wants->items[i], frame, &fine);
    if (!fine)
        return false;
    make_room(r, n, wants->len);
    for (size_t i = 0; i < n->wheels.len; i++)
        add_with_its_own(r, n, n->wheels.items[i] + 1);
    for (size_t i = 0; i < wants->len; i++)
        if (nodes[i])
            add_with_its_own(r, n, nodes[i]);
        else
            add_lack(&n->untried_without, wants->items[i].name);
    return true;
}
