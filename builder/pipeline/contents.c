/* What is inside the modules of one extension, archive by archive, as their manifest has it. */
#include <stdlib.h>
#include <string.h>

#include "audit/bom.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/dirs.h"
#include "sys/path.h"

static struct component *find(struct contents *c, const char *name)
{
    for (size_t i = 0; i < c->len; i++)
        if (strcmp(c->items[i].name, name) == 0)
            return &c->items[i];
    return NULL;
}

static const char COMPAT[] = "staticbuild-compat";

/* "/usr/lib/gcc/x86_64-linux-gnu/12/libgcc.a" -> "libgcc"; the parts of libgcc are one component. */
static const char *runtime_of(const char *archive)
{
    const char *base = path_base(archive);
    if (str_starts(base, "libgcc"))
        return "libgcc";
    if (str_starts(base, "libstaticbuild_"))
        return COMPAT;
    if (str_starts(base, "libstdc++") || str_starts(base, "libsupc++"))
        return "libstdc++";
    return NULL;
}

static struct component *component_of_archive(struct contents *c, struct run *r,
    const struct build_input *inputs, size_t len, const struct built_archive *archive)
{
    for (size_t i = 0; i < len; i++)
        if (built_archive_lies_in(archive, inputs[i].tree))
            return find(c, inputs[i].name);
    const char *runtime = runtime_of(archive->path);
    if (!runtime)
        return NULL;
    struct component *known = find(c, runtime);
    if (known)
        return known;
    struct component *fresh = &c->items[c->len++];
    if (runtime == COMPAT)
        component_from_compat(fresh);
    else
        component_from_runtime(
            fresh, runtime, runtime_version(r->arena, archive->path, r->machine.toolchain.version));
    AUTO_FREE char *templates = dirs_data("templates");
    if (templates)
        fresh->license_folder = arena_strf(r->arena, "%s/licenses", templates);
    return fresh;
}

/* What else is in a shared copy was only asked for by that. */
static bool is_shared(const struct sharing *sharing, const char *name)
{
    return sharing && texts_have(&sharing->names, name);
}

static const char *borrowed_from(struct arena *a, const struct recipe *recipe, const char *library)
{
    unsigned floor = recipe_borrow_floor(recipe, library);
    return arena_strf(a, "%u.%u.%u", floor / 1000000, floor / 1000 % 1000, floor % 1000);
}

static void tell_choices(struct contents *c, struct arena *a, const struct recipe *recipe)
{
    for (size_t i = 0; i < c->len; i++) {
        enum sharing_choice choice = recipe_sharing(recipe, c->items[i].name);
        if (choice == SHARING_DUPLICATE)
            c->items[i].duplicated = recipe_sharing_reason(recipe);
        if (choice == SHARING_BORROW)
            c->items[i].borrowed = borrowed_from(a, recipe, c->items[i].name);
    }
}

static void add_module(struct contents *c, struct run *r, const struct step *s, const struct built_module *m)
{
    size_t len;
    struct build_input *inputs = step_inputs(r, s, &len);
    for (size_t i = 0; i < m->archive_count; i++) {
        const struct built_archive *archive = &m->archives[i];
        struct component *component = component_of_archive(c, r, inputs, len, archive);
        if (!component)
            continue;
        c->members[component - c->items] += archive->members;
        texts_add_once(&component->modules, r->arena, m->file);
        component->linked_bytes += archive->size_bytes;
        if (m->shared_copy &&
            (is_shared(s->sharing, component->name) || texts_have(&m->shares, component->name)))
            component->shared_copy = m->file;
        if (archive->writable_bytes)
            texts_add_once(&component->stateful, r->arena, m->file);
    }
}

/* Drops what gave no member, and turns the graph's edges into indices of what is left. */
static void keep_linked(struct contents *c, struct run *r, const size_t *node_of, size_t nodes)
{
    size_t *new_index = arena_alloc(r->arena, (c->len + 1) * sizeof *new_index);
    size_t kept = 0;
    for (size_t i = 0; i < c->len; i++)
        new_index[i] = c->members[i] ? kept++ : SIZE_MAX;
    for (size_t i = 0; i < nodes; i++) {
        const struct node *n = &r->graph->nodes[node_of[i]];
        size_t *needs = arena_alloc(r->arena, (n->libraries.len + 1) * sizeof *needs);
        for (size_t k = 0; k < n->libraries.len; k++)
            for (size_t j = 0; j < nodes; j++)
                if (node_of[j] == n->libraries.items[k] && new_index[j] != SIZE_MAX)
                    needs[c->items[i].need_count++] = new_index[j];
        c->items[i].needs = needs;
    }
    for (size_t i = 0; i < c->len; i++) {
        if (new_index[i] == SIZE_MAX)
            continue;
        c->items[new_index[i]] = c->items[i];
        c->members[new_index[i]] = c->members[i];
    }
    c->len = kept;
}

static void tell_licences(struct contents *c, struct arena *a, const char *tree, const struct built *b)
{
    for (size_t i = 0; i < b->library_count; i++) {
        const struct built_library *library = &b->libraries[i];
        struct component *component = find(c, library->name);
        if (!component)
            continue;
        component->version = library->version;
        component->license_folder = arena_strf(a, "%s/" LICENCES_PATH "/%s", tree, library->name);
        component->license_files = library->license_files;
    }
}

/* Which module each is in is not known, where there are several. */
static void add_crates(struct contents *c, struct arena *a, const char *tree, const struct built *b)
{
    for (size_t i = 0; i < b->crate_count; i++) {
        const struct built_crate *crate = &b->crates[i];
        struct component *fresh = &c->items[c->len++];
        *fresh = (struct component){.name = crate->name,
            .version = crate->version,
            .license = crate->license,
            .crate = true,
            .license_folder = arena_strf(a, "%s/" CRATE_LICENCES "/%s-%s", tree, crate->name, crate->version),
            .license_files = crate->license_files};
        if (b->count == 1)
            texts_add(&fresh->modules, a, b->items[0].file);
    }
}

void contents_of(
    struct contents *c, struct run *r, const struct step *s, const char *tree, const struct built *b)
{
    enum { RUNTIMES = 3 };
    struct edges closure = step_links(r, s);
    c->items = arena_alloc(r->arena, (closure.len + b->crate_count + RUNTIMES) * sizeof *c->items);
    c->members = arena_alloc(r->arena, (closure.len + b->crate_count + RUNTIMES) * sizeof *c->members);
    for (size_t i = 0; i < closure.len; i++)
        component_from_node(&c->items[c->len++], &r->graph->nodes[closure.items[i]]);
    tell_licences(c, r->arena, tree, b);
    for (size_t i = 0; i < b->count; i++)
        add_module(c, r, s, &b->items[i]);
    tell_choices(c, r->arena, r->graph->nodes[s->node].recipe);
    keep_linked(c, r, closure.items, closure.len);
    add_crates(c, r->arena, tree, b);
}

struct component *contents_grow(struct contents *c, struct arena *a, size_t members)
{
    c->items = arena_regrow(a, c->items, c->len, c->len + 1, sizeof *c->items);
    c->members = arena_regrow(a, c->members, c->len, c->len + 1, sizeof *c->members);
    c->members[c->len] = members;
    return &c->items[c->len++];
}

void contents_tell(struct wheel_result *w, struct arena *a, const struct contents *c)
{
    w->inside = arena_alloc(a, (c->len + 1) * sizeof *w->inside);
    w->inside_count = c->len;
    for (size_t i = 0; i < c->len; i++) {
        const char *license = c->items[i].license ? c->items[i].license : ""; /* of what is recognised */
        w->inside[i] = (struct inside){arena_strdup(a, c->items[i].name),
            arena_strdup(a, c->items[i].version), arena_strdup(a, license), c->members[i]};
    }
}

void contents_add_recognised(
    struct contents *c, struct arena *a, const char *module, const struct audit_embedded *found)
{
    struct component *known = NULL;
    if (!found->name || found->tool || !found->witness_count)
        return;
    for (size_t i = 0; i < c->len && !known; i++)
        if (bom_component_is(&c->items[i], found))
            known = &c->items[i];
    if (!known) {
        struct texts witnesses = {0};
        for (size_t i = 0; i < found->witness_count; i++)
            texts_add(&witnesses, a, arena_strdup(a, found->witnesses[i]));
        known = contents_grow(c, a, 0);
        *known = (struct component){.name = arena_strdup(a, found->name),
            .version = "",
            .witnesses = witnesses.items,
            .witness_count = witnesses.len};
    }
    if (!known->witness_count)
        return; /* of a recipe: the link maps know more */
    texts_add_once(&known->modules, a, arena_strdup(a, module));
    if (!*known->version && *found->version) {
        known->version = arena_strdup(a, found->version);
        known->likely = found->likely;
    }
}
