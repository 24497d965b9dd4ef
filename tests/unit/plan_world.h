/* Recipes and facts in memory, as files below tests/plan write them down, and the plan they give. Nothing is
 * built and this machine is not asked. A file begins with
 *
 *     @recipe recipes/lib/a.toml      the recipe follows, up to the next line that begins with @
 *     @ask recipes/x.toml             as on the command line; may stand several times
 *     @with x                         as on the command line; may stand several times
 *     @python 3.9 3.12                the interpreters of the machine
 *     @pack recipes/python/python3.14.toml   a Python whose headers that recipe has is chosen too
 *     @target manylinux_2_17_x86_64   what is built for, with a kit; native when it is not given
 *     @fact NAME VALUE                one of those below, instead of the usual
 */
#ifndef TESTS_PLAN_WORLD_H
#define TESTS_PLAN_WORLD_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/str.h"
#include "plan/plan.h"
#include "python/pep440.h"
#include "sys/path.h"

struct world {
    struct map files; /* path -> the text of a recipe */
    struct strvec ask, with, packs;
    struct interpreters found;
    struct plan_facts facts;
    struct map
        locks; /* slot of a step that asks what is needed -> what it gave; see `@fact lock SLOT = LINES` */
    struct map digests;    /* path -> what a local file or folder has for a digest */
    struct graph *graph;   /* of the last plan */
    const char *locked;    /* of every build environment; NULL: nothing */
    const char *preferred; /* the sha256 of a source that is there already; NULL: none */
    struct arena arena;
};

enum { WORLD_PYTHONS_MAX = 16 };

static inline const char *world_digest(void *arg, const char *path)
{
    const struct world *w = arg;
    AUTO_FREE char *here = path_absolute(".");
    size_t len = strlen(here);
    bool inside = strncmp(path, here, len) == 0 && path[len] == '/';
    return map_get(&w->digests, inside ? path + len + 1 : path);
}

static inline const struct rust *world_rust(void *arg, struct err *e)
{
    static const struct rust rust = {
        "/rust/bin", "x86_64-unknown-linux-gnu", "rustc 1.95.0\nhost x86_64-unknown-linux-gnu\n"};
    (void)arg;
    (void)e;
    return &rust;
}

static inline const char *world_requirements(void *arg, const struct step *asked)
{
    return map_get(&((const struct world *)arg)->locks, asked->slot);
}

static inline const char *world_locked(
    void *arg, const struct node *project, const struct interpreter *python)
{
    (void)project;
    (void)python;
    return ((const struct world *)arg)->locked;
}

static inline void world_init(struct world *w)
{
    *w = (struct world){0};
    w->facts = (struct plan_facts){.toolchain = "cc gcc 12.2.0\nld 2.40\n",
        .place = "/cache",
        .platform = "linux-x86_64",
        .program_version = "0",
        .source_date_epoch = -1,
        .requirements = world_requirements,
        .locked = world_locked,
        .rust = world_rust,
        .local_digest = world_digest,
        .arg = w};
    w->found.items = arena_alloc(&w->arena, WORLD_PYTHONS_MAX * sizeof *w->found.items);
}

static inline void world_release(struct world *w)
{
    map_release(&w->files);
    map_release(&w->locks);
    map_release(&w->digests);
    strvec_release(&w->ask);
    strvec_release(&w->with);
    strvec_release(&w->packs);
    arena_release(&w->arena);
}

static inline struct recipe_file *world_load(void *arg, struct arena *a, const char *path, struct err *e)
{
    const struct world *w = arg;
    const char *text = map_get(&w->files, path);
    if (!text) {
        err_set(e, ERR_RECIPE, "%s: not there", path);
        return NULL;
    }
    return recipe_parse(a, path, text, strlen(text), e);
}

static inline bool world_has(void *arg, const char *path)
{
    return map_get(&((struct world *)arg)->files, path) != NULL;
}

static inline bool world_prefers(void *arg, const struct recipe *recipe, const struct source *source)
{
    (void)recipe;
    const struct world *w = arg;
    return w->preferred && source->sha256 && strcmp(source->sha256, w->preferred) == 0;
}

static inline void world_add_python(struct world *w, struct slice version)
{
    ck_assert_uint_lt(w->found.len, WORLD_PYTHONS_MAX);
    struct arena *a = &w->arena;
    struct interpreter *p = &w->found.items[w->found.len++];
    bool threaded = version.ptr[version.len - 1] == 't';
    p->version = arena_strndup(a, version.ptr, version.len);
    sscanf(p->version, "3.%d", &p->abi.minor);
    p->path = arena_strf(a, "/usr/bin/python%s", p->version);
    p->abi_tag = arena_strf(a, "cp3%d%s", p->abi.minor, threaded ? "t" : "");
    p->python_tag = arena_strf(a, "cp3%d", p->abi.minor);
    p->soabi = arena_strf(a, "cpython-3%d", p->abi.minor);
    p->abi.free_threaded = threaded;
    p->has_headers = true;
}

static inline void world_add_pythons(struct world *w, struct slice versions)
{
    w->found.len = 0;
    while (versions.ptr)
        world_add_python(w, slice_cut(&versions, ' '));
}

static inline struct interpreter *world_python(struct world *w, struct slice version)
{
    for (size_t i = 0; i < w->found.len; i++)
        if (slice_is(version, w->found.items[i].version))
            return &w->found.items[i];
    ck_abort_msg("no python %.*s", (int)version.len, version.ptr);
    return NULL;
}

/* What `@fact` and the changes set: a name and the rest of the line, in which \n begins a new line. */
static inline void world_set_fact(struct world *w, struct slice line)
{
    struct plan_facts *f = &w->facts;
    struct slice rest = line, name = slice_cut(&rest, ' ');
    AUTO(strbuf) struct strbuf text = {0};
    for (size_t i = 0; i < rest.len; i++) {
        bool escaped = rest.ptr[i] == '\\' && i + 1 < rest.len && rest.ptr[i + 1] == 'n';
        strbuf_addc(&text, escaped ? '\n' : rest.ptr[i]);
        i += escaped;
    }
    const char *value = arena_strdup(&w->arena, strbuf_str(&text));
    const struct {
        const char *name;
        const char **to;
    } texts[] = {{"toolchain", &f->toolchain}, {"tool-toolchain", &f->tool_toolchain}, {"target", &f->target},
        {"kit", &f->kit_facts}, {"platform", &f->platform}, {"program", &f->program_version},
        {"prefers", &w->preferred}, {"locked", &w->locked}};
    for (size_t i = 0; i < COUNT(texts); i++)
        if (slice_is(name, texts[i].name)) {
            *texts[i].to = value;
            return;
        }
    struct slice words = slice_of(value), first = slice_cut(&words, ' ');
    if (slice_is(name, "epoch")) {
        f->source_date_epoch = atoll(value);
    } else if (slice_is(name, "digest")) {
        map_setn(&w->digests, first.ptr, first.len, (void *)words.ptr);
    } else if (slice_is(name, "lock")) {
        const char *equals = strstr(value, " = ");
        ck_assert_ptr_nonnull(equals);
        map_setn(&w->locks, value, (size_t)(equals - value), (void *)(equals + strlen(" = ")));
    } else if (slice_is(name, "cython-python")) {
        struct interpreter *p = arena_new(&w->arena, struct interpreter);
        p->version = value;
        f->cython_python = p;
    } else if (slice_is(name, "python")) {
        world_add_pythons(w, slice_of(value));
    } else if (slice_is(name, "python-path")) {
        world_python(w, first)->path = words.ptr;
    } else if (slice_is(name, "python-version")) {
        world_python(w, first)->version = words.ptr;
    } else if (slice_is(name, "soabi")) {
        world_python(w, first)->soabi = words.ptr;
    } else {
        ck_abort_msg("no fact is called %.*s", (int)name.len, name.ptr);
    }
}

/* Takes the line when it is one of the head's; rest is what follows it. */
static inline bool world_read_line(struct world *w, struct slice line, struct slice *rest)
{
    struct slice words = line, verb = slice_cut(&words, ' ');
    if (slice_is(verb, "@ask")) {
        strvec_pushn(&w->ask, words.ptr, words.len);
    } else if (slice_is(verb, "@with")) {
        strvec_pushn(&w->with, words.ptr, words.len);
    } else if (slice_is(verb, "@pack")) {
        strvec_pushn(&w->packs, words.ptr, words.len);
    } else if (slice_is(verb, "@target")) {
        w->facts.target = arena_strndup(&w->arena, words.ptr, words.len);
        w->facts.kit_facts = "libc 0123\n";
    } else if (slice_is(verb, "@python")) {
        world_add_pythons(w, words);
    } else if (slice_is(verb, "@fact")) {
        world_set_fact(w, words);
    } else if (slice_is(verb, "@recipe")) {
        const char *begin = rest->ptr;
        while (rest->len && rest->ptr[0] != '@')
            slice_cut(rest, '\n');
        size_t len = rest->ptr ? (size_t)(rest->ptr - begin) : strlen(begin);
        map_setn(&w->files, words.ptr, words.len, arena_strndup(&w->arena, begin, len));
    } else {
        return false;
    }
    return true;
}

/* Into the graph, and among what extensions are made for. */
static inline int world_add_pack(struct world *w, const struct graph_request *request, const char *path,
    struct graph *g, struct interpreters *chosen, struct err *e)
{
    size_t node = graph_add(&w->arena, g, request, path, e);
    if (node == NO_NODE)
        return -1;
    const struct recipe *recipe = g->nodes[node].recipe;
    struct interpreter python;
    ck_assert(interpreter_of_pack(
        &python, &w->arena, recipe->name, recipe->version, recipe->file, arch_find("x86_64"), "gnu"));
    for (size_t i = 0; i < node; i++)
        if (g->nodes[i].recipe->kind == RECIPE_EXTENSION)
            chosen[i].items[chosen[i].len++] = python;
    return 0;
}

/* The plan, or NULL with *e. Graph and plan live in the world's arena. */
static inline struct plan *world_plan(struct world *w, struct err *e)
{
    struct arena *a = &w->arena;
    struct graph_request request = {.recipes = (const char *const *)w->ask.items,
        .recipe_count = w->ask.len,
        .with = (const char *const *)w->with.items,
        .with_count = w->with.len,
        .installed = "recipes",
        .target = "linux-x86_64",
        .load = world_load,
        .exists = world_has,
        .prefers = world_prefers,
        .arg = w};
    struct graph *g = graph_resolve(a, &request, e);
    if (!g)
        return NULL;
    struct interpreters *chosen = arena_alloc(a, (g->len + w->packs.len + 1) * sizeof *chosen);
    for (size_t i = 0; i < g->len; i++) {
        const struct recipe *recipe = g->nodes[i].recipe;
        chosen[i].items = arena_alloc(a, (w->found.len + w->packs.len + 1) * sizeof *chosen[i].items);
        if (recipe->kind == RECIPE_INTERPRETER)
            ck_assert(interpreter_of_version(&chosen[i].items[chosen[i].len++], a, recipe->version,
                recipe->file, arch_find("x86_64"), "gnu"));
        for (size_t k = 0; recipe_kind_has_wheel(recipe->kind) && k < w->found.len; k++) {
            const struct interpreter *p = &w->found.items[k];
            AUTO_FREE char *version = xstrf("3.%d", p->abi.minor);
            const char *takes = recipe->python.requires ? recipe->python.requires : "";
            if (pep440_satisfies(version, takes, e) == 1)
                chosen[i].items[chosen[i].len++] = *p;
        }
    }
    for (size_t i = 0; i < w->packs.len; i++)
        if (world_add_pack(w, &request, w->packs.items[i], g, chosen, e) < 0)
            return NULL;
    w->facts.pythons = chosen;
    w->graph = g;
    return plan_make(a, g, &w->facts, e);
}

#endif
