/* Choosing: one version, with one set of features, of everything that is linked together. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "recipe/mistakes.h"
#include "recipe/version.h"
#include "resolve/internal.h"

enum { ROUNDS_MAX = 64 };

struct choice *domain_get(const struct domain *d, const char *name)
{
    return map_get(&d->by_name, name);
}

void domain_release(struct domain *d)
{
    if (!d)
        return;
    vec_each (&d->list, it)
        vec_release(&(*it)->demands);
    vec_release(&d->list);
    map_release(&d->by_name);
}

bool requirement_holds(const struct requirement *r, const struct recipe *recipe)
{
    if (!version_satisfies(recipe->version, r->constraint))
        return false;
    for (size_t i = 0; i < r->feature_count; i++)
        if (texts_have(&recipe->features, r->features[i].name) != r->features[i].on)
            return false;
    return true;
}

static bool satisfies_all(struct choice *c, const char *version)
{
    vec_each (&c->demands, it)
        if (!version_satisfies(version, it->requirement->constraint))
            return false;
    return true;
}

/* The one that is preferred when it will do, else the default one, else the newest that does; NULL when none
 * does. */
static const char *choose_version(const struct graph_request *request, struct choice *c)
{
    struct texts versions = recipe_file_versions(c->file);
    const char *chosen = NULL;
    for (size_t i = 0; i < versions.len; i++) {
        if (!satisfies_all(c, versions.items[i]))
            continue;
        if (!request->prefers_version)
            return versions.items[i];
        if (request->prefers_version(
                request->arg, recipe_file_kind(c->file), recipe_file_name(c->file), versions.items[i]))
            return versions.items[i];
        chosen = chosen ? chosen : versions.items[i];
    }
    return chosen;
}

/* Who asks for the feature to be on, or off; NULL when nobody does. */
static const struct demand *feature_demand(struct choice *c, const char *feature, bool on)
{
    vec_each (&c->demands, it)
        for (size_t i = 0; i < it->requirement->feature_count; i++)
            if (it->requirement->features[i].on == on &&
                strcmp(it->requirement->features[i].name, feature) == 0)
                return it;
    return NULL;
}

/* A feature is on when somebody asks for it, or when it is so by default and nobody refuses it. */
static struct texts choose_features(struct arena *a, struct choice *c)
{
    struct texts all = recipe_file_features(c->file);
    struct texts on = {arena_alloc(a, all.len * sizeof *on.items), 0};
    for (size_t i = 0; i < all.len; i++)
        if (feature_demand(c, all.items[i], true) ||
            (recipe_file_feature_default(c->file, all.items[i]) && !feature_demand(c, all.items[i], false)))
            on.items[on.len++] = all.items[i];
    return on;
}

/* Variants are decoded once: the same one is the same pointer. */
static const struct recipe *variant(
    struct resolver *r, struct recipe_file *file, const char *version, struct texts features)
{
    AUTO(strbuf) struct strbuf key = {0};
    strbuf_addf(&key, "%s %s", recipe_file_path(file), version);
    for (size_t i = 0; i < features.len; i++)
        strbuf_addf(&key, " %s", features.items[i]);
    const struct recipe *recipe = map_getn(&r->variants, key.ptr, key.len);
    if (recipe)
        return recipe;
    AUTO(err) struct err e = ERR_INIT;
    recipe = recipe_variant(r->arena, file, version, features, r->request->target, &e);
    if (!recipe)
        resolver_fail_with(r, &e);
    else
        map_setn(&r->variants, key.ptr, key.len, (void *)recipe);
    return recipe;
}

/* Says who asks for what. */
static void list_demands(struct strbuf *out, struct choice *c)
{
    vec_each (&c->demands, it) {
        const struct position *at = &it->requirement->at;
        strbuf_addf(out, "\n  %s%s%s (%s:%d:%d)", it->chain, *it->chain ? " -> " : "", it->requirement->text,
            at->file, at->line, at->column);
    }
}

static void tell_versions(struct resolver *r, struct choice *c)
{
    AUTO(strbuf) struct strbuf has = {0}, demands = {0};
    struct texts versions = recipe_file_versions(c->file);
    strbuf_add_joined(&has, &versions, "", ", ");
    list_demands(&demands, c);
    resolver_fail(r, "%s: no version answers everyone who needs it; there is %s%s", recipe_file_path(c->file),
        strbuf_str(&has), strbuf_str(&demands));
}

static void tell_features(struct resolver *r, struct choice *c)
{
    struct texts all = recipe_file_features(c->file);
    for (size_t i = 0; i < all.len; i++)
        if (feature_demand(c, all.items[i], true) && feature_demand(c, all.items[i], false)) {
            AUTO(strbuf) struct strbuf demands = {0};
            list_demands(&demands, c);
            resolver_fail(r, "%s: the feature \"%s\" of %s is asked for and refused%s",
                recipe_file_path(c->file), all.items[i], c->name, strbuf_str(&demands));
        }
}

/* Features that the recipe does not have. */
static void tell_unknown_features(struct resolver *r, struct choice *c)
{
    struct texts all = recipe_file_features(c->file);
    vec_each (&c->demands, it)
        for (size_t i = 0; i < it->requirement->feature_count; i++) {
            struct guess guess = {.word = it->requirement->features[i].name};
            if (texts_have(&all, guess.word))
                continue;
            for (size_t k = 0; k < all.len; k++)
                guess_consider(&guess, all.items[k]);
            const struct position *at = &it->requirement->at;
            resolver_fail_at(
                r, at, "%s has no feature \"%s\"%s", c->name, guess.word, guess_text(r->arena, &guess));
        }
}

/* Chooses anew from all demands; true when that changed something. What cannot be satisfied is told only when
 * nothing changes any more: who asks may go away in the next round. */
static bool choose(struct resolver *r, struct choice *c)
{
    const char *version = choose_version(r->request, c);
    if (!version)
        version = c->recipe ? c->recipe->version : recipe_file_versions(c->file).items[0];
    const struct recipe *before = c->recipe;
    c->recipe = variant(r, c->file, version, choose_features(r->arena, c));
    return c->recipe != before;
}

static struct choice *add_choice(struct domain *d, const char *name, const char *path, const char *chain)
{
    struct choice *c = arena_new(d->resolver->arena, struct choice);
    c->name = name;
    c->chain = chain;
    c->file = path ? resolver_load(d->resolver, path) : NULL;
    vec_push(&d->list, c);
    /* An extension, or a tool, may be called like the library in it: nothing links them. */
    if (!c->file || recipe_file_kind(c->file) == RECIPE_LIBRARY)
        map_set(&d->by_name, name, c);
    return c;
}

/* The choice for a library that from asks for; looked up when it is new. */
static struct choice *find_library(
    struct domain *d, const struct choice *from, const struct requirement *want)
{
    struct choice *c = domain_get(d, want->name);
    if (c)
        return c;
    struct resolver *r = d->resolver;
    const struct position *at = &want->at;
    AUTO_FREE char *path = resolver_locate(r, FOR_LIBRARY, d->project, want);
    c = add_choice(d, want->name, path, arena_strf(r->arena, "%s -> %s", from->chain, want->name));
    if (c->file && strcmp(recipe_file_name(c->file), want->name) != 0)
        resolver_fail_at(
            r, at, "%s calls itself %s, so it cannot be found by its name", path, recipe_file_name(c->file));
    return c;
}

/* Collects the demands of everything that can be reached from the root. */
static void walk(struct domain *d, const struct requirement *root_demand, const char *chain)
{
    vec_each (&d->list, it) {
        (*it)->reached = false;
        (*it)->demands.len = 0;
    }
    VEC(struct choice *) queue = {0};
    struct choice *root = d->list.items[0];
    root->reached = true;
    if (root_demand)
        vec_push(&root->demands, ((struct demand){root_demand, chain}));
    vec_push(&queue, root);
    for (size_t i = 0; i < queue.len; i++) {
        struct choice *c = queue.items[i];
        if (!c->file)
            continue;
        if (!c->recipe)
            choose(d->resolver, c);
        for (size_t k = 0; c->recipe && k < c->recipe->libraries.len; k++) {
            const struct requirement *want = &c->recipe->libraries.items[k];
            struct choice *library = find_library(d, c, want);
            vec_push(&library->demands, ((struct demand){want, c->chain}));
            if (!library->reached) {
                library->reached = true;
                vec_push(&queue, library);
            }
        }
    }
    vec_release(&queue);
}

struct domain *domain_settle(struct resolver *r, const char *project, const char *path,
    const struct requirement *demand, const char *chain)
{
    struct domain *d = arena_new(r->arena, struct domain);
    d->resolver = r;
    d->project = project;
    struct recipe_file *file = resolver_load(r, path);
    if (!file)
        return NULL;
    const char *name = recipe_file_name(file);
    add_choice(d, name, path, *chain ? arena_strf(r->arena, "%s -> %s", chain, name) : name);

    bool changed = true;
    for (unsigned round = 0; changed && round < ROUNDS_MAX; round++) {
        walk(d, demand, chain);
        changed = false;
        vec_each (&d->list, it)
            if ((*it)->reached && (*it)->file)
                changed |= choose(r, *it);
    }
    if (changed)
        resolver_fail(r, "%s: what its libraries ask of each other never settles", path);
    vec_each (&d->list, it) {
        struct choice *c = *it;
        if (!c->reached || !c->file)
            continue;
        tell_unknown_features(r, c);
        if (choose_version(r->request, c))
            tell_features(r, c);
        else
            tell_versions(r, c);
    }
    if (!r->errors.text)
        return d;
    domain_release(d);
    return NULL;
}
