/* Orders a graph into steps, and prints them. */
#include "plan/plan.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "plan/internal.h"

static const struct {
    const char *word, *suffix;
    bool travels;
} kinds[] = {
#define STEP(id, hooks, word, suffix, travels) [STEP_##id] = {word, suffix, travels},
#include "plan/steps.def"
#undef STEP
};

const char *step_kind_name(enum step_kind kind)
{
    return kinds[kind].word;
}

bool step_travels(const struct step *s)
{
    return kinds[s->kind].travels;
}

struct step *planner_new_step(struct planner *p, enum step_kind kind, size_t node)
{
    if (p->plan->len == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 2 * p->graph->len + 32; /* most are libraries, each with a download */
        p->plan->steps = arena_regrow(p->arena, p->plan->steps, p->plan->len, p->cap, sizeof *p->plan->steps);
    }
    struct step *s = &p->plan->steps[p->plan->len++];
    *s = (struct step){.kind = kind, .node = node};
    return s;
}

struct step *planner_add_step(struct planner *p, enum step_kind kind, size_t node, const char *suffix)
{
    const struct node *n = &p->graph->nodes[node];
    struct step *s = planner_new_step(p, kind, node);
    s->label =
        arena_strf(p->arena, "%s %s%s", step_kind_name(kind), node_label(p->arena, n), suffix ? suffix : "");
    s->slot = arena_strf(p->arena, "%s %s%s", step_kind_name(kind), n->recipe->name, suffix ? suffix : "");
    s->name = arena_strf(p->arena, "%s-%s%s", n->recipe->name, n->recipe->version, kinds[kind].suffix);
    return s;
}

size_t planner_index(const struct planner *p, const struct step *s)
{
    return (size_t)(s - p->plan->steps);
}

static int compare_sizes(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

size_t planner_kit(struct planner *p)
{
    if (p->kit != NO_STEP || !p->facts->kit_facts)
        return p->kit;
    struct step *s = planner_new_step(p, STEP_KIT, NO_NODE);
    s->label = s->slot = arena_strf(p->arena, "toolchain %s", p->facts->target);
    s->name = arena_strf(p->arena, "kit-%s", p->facts->target);
    p->kit = planner_index(p, s);
    key_of_kit(p, s);
    return p->kit;
}

void planner_set_needs(struct planner *p, struct step *s, size_t *needs, size_t len)
{
    s->needs = arena_memdup(p->arena, needs, len * sizeof *needs);
    if (len)
        qsort(s->needs, len, sizeof *needs, compare_sizes);
    size_t kept = 0;
    for (size_t i = 0; i < len; i++)
        if (!kept || s->needs[kept - 1] != s->needs[i])
            s->needs[kept++] = s->needs[i];
    s->need_count = kept;
}

void planner_need_made(const struct planner *p, struct edges nodes, size_vec *needs)
{
    for (size_t i = 0; i < nodes.len; i++)
        vec_push(needs, p->made[nodes.items[i]]);
}

void planner_build(struct planner *p, size_t node)
{
    const struct node *n = &p->graph->nodes[node];
    size_t kit = n->recipe->kind == RECIPE_TOOL ? NO_STEP : planner_kit(p);
    size_vec needs = {0};
    planner_downloads(p, node, &needs);
    struct step *s = planner_add_step(p, STEP_BUILD, node, NULL);
    if (kit != NO_STEP)
        vec_push(&needs, kit);
    struct edges closure = graph_link_order(p->arena, p->graph, node);
    planner_need_made(p, closure, &needs);
    planner_need_made(p, n->builds, &needs);
    planner_need_made(p, n->tools, &needs);
    planner_set_needs(p, s, needs.items, needs.len);
    vec_release(&needs);
    key_of_build(p, s, closure);
    p->made[node] = planner_index(p, s);
}

size_t planner_source(struct planner *p, size_t node)
{
    const struct node *n = &p->graph->nodes[node];
    size_vec needs = {0};
    planner_downloads(p, node, &needs);
    struct step *s = planner_add_step(p, STEP_SOURCE, node, NULL);
    planner_need_made(p, n->tools, &needs);
    planner_set_needs(p, s, needs.items, needs.len);
    vec_release(&needs);
    key_of_source(p, s);
    return planner_index(p, s);
}

const struct step *plan_wheel_for(const struct plan *p, size_t node, const struct interpreter *python)
{
    for (size_t i = 0; i < p->len; i++)
        for (size_t k = 0; p->steps[i].node == node && k < p->steps[i].run_with_count; k++)
            if (strcmp(p->steps[i].run_with[k]->path, python->path) == 0)
                return step_wheel_of(&p->steps[i]);
    return NULL;
}

const struct step *step_try_of(const struct step *wheel)
{
    assert(wheel->kind == STEP_WHEEL && wheel[1].kind == STEP_TRY);
    return wheel + 1;
}

const struct step *step_wheel_of(const struct step *try)
{
    assert(try->kind == STEP_TRY && try[-1].kind == STEP_WHEEL);
    return try - 1;
}

/* What is used of others was tried itself first. */
static void need_wheel(struct planner *p, const struct step *wheel, size_vec *needs)
{
    vec_push(needs, planner_index(p, wheel));
    vec_push(needs, planner_index(p, step_try_of(wheel)));
}

/* Wheels of others that the modules are compiled with. False when one is not made for the interpreter. */
static bool need_wheels(
    struct planner *p, const struct node *n, const struct interpreter *python, size_vec *needs)
{
    for (size_t i = 0; i < n->wheels.len; i++) {
        const struct step *wheel = plan_wheel_for(p->plan, n->wheels.items[i], python);
        const struct recipe *other = p->graph->nodes[n->wheels.items[i]].recipe;
        if (!wheel) {
            err_set(p->error, ERR_RECIPE,
                "%s: its modules are compiled with the wheel of %s %s, which is not made for Python %s (its "
                "recipe requires %s)",
                n->recipe->file, other->name, other->version, python->version,
                other->python.requires ? other->python.requires : "any");
            return false;
        }
        need_wheel(p, wheel, needs);
    }
    return true;
}

static void plan_try(struct planner *p, size_t wheel, const char *tag,
    const struct interpreter *const *run_with, size_t run_with_count)
{
    size_t node = p->plan->steps[wheel].node;
    const struct edges *with = &p->graph->nodes[node].tried_with;
    struct step *s = planner_add_step(p, STEP_TRY, node, tag);
    s->run_with = arena_memdup(p->arena, run_with, run_with_count * sizeof *run_with);
    s->run_with_count = run_with_count;
    size_vec needs = {0};
    vec_push(&needs, wheel);
    for (size_t i = 0; i < with->len; i++)
        for (size_t k = 0; k < run_with_count; k++) {
            const struct step *other = plan_wheel_for(p->plan, with->items[i], run_with[k]);
            if (other)
                need_wheel(p, other, &needs);
        }
    planner_set_needs(p, s, needs.items, needs.len);
    vec_release(&needs);
    key_of_try(p, s, &p->plan->steps[wheel]);
}

void planner_wheel(struct planner *p, size_t node, const char *tag, size_t source, size_t made,
    const struct interpreter *const *run_with, size_t run_with_count, struct python_abi stable)
{
    struct edges closure = graph_link_order(p->arena, p->graph, node);
    struct step *wheel = planner_add_step(p, STEP_WHEEL, node, tag);
    wheel->python = run_with[0];
    wheel->stable = stable;
    size_t needs[] = {source, made};
    planner_set_needs(p, wheel, needs, COUNT(needs));
    key_of_wheel(p, wheel, &p->plan->steps[made], closure);
    plan_try(p, planner_index(p, wheel), tag, run_with, run_with_count);
}

size_t planner_pack(const struct planner *p, const struct interpreter *python)
{
    size_t node = python->pack ? graph_python_abi(p->graph, python->pack) : NO_NODE;
    return node == NO_NODE ? NO_STEP : p->made[node];
}

void planner_need_to_compile(
    struct planner *p, size_t node, size_t source, struct edges closure, size_vec *needs)
{
    size_t kit = planner_kit(p);
    if (kit != NO_STEP)
        vec_push(needs, kit);
    vec_push(needs, source);
    planner_need_made(p, closure, needs);
    planner_need_made(p, p->graph->nodes[node].builds, needs);
}

/* What an extension is compiled from, and for. */
struct module_plan {
    size_t node, source;
    size_t objects; /* the step that compiles what needs no interpreter, or NO_STEP */
    const struct interpreter *python;
    struct python_abi stable;
    const char *tag;
    struct edges closure;
    const struct sharing *sharing;
};

static struct step *add_compiling(
    struct planner *p, const struct module_plan *c, enum step_kind kind, const size_vec *needs)
{
    struct step *s = planner_add_step(p, kind, c->node, c->tag);
    s->python = c->python;
    s->stable = c->stable;
    s->sharing = c->sharing;
    planner_set_needs(p, s, needs->items, needs->len);
    return s;
}

/* The step of the modules, and the shared copy before it where there is something to share. */
static size_t add_modules(struct planner *p, const struct module_plan *c, size_vec *needs)
{
    size_t copy = NO_STEP;
    if (c->sharing) {
        struct step *shared = add_compiling(p, c, STEP_SHARED, needs);
        key_of_shared(p, shared, &p->plan->steps[c->source], c->closure);
        copy = planner_index(p, shared);
        vec_push(needs, copy);
    }
    if (c->objects != NO_STEP && python_takes_objects(c->python))
        vec_push(needs, c->objects);
    struct step *module = add_compiling(p, c, STEP_MODULE, needs);
    key_of_module(
        p, module, &p->plan->steps[c->source], copy == NO_STEP ? NULL : &p->plan->steps[copy], c->closure);
    return planner_index(p, module);
}

/* Adds the steps of the modules and of the wheel for one interpreter, or for all that a wheel of the stable
 * ABI serves. */
static void plan_wheel(struct planner *p, size_t node, size_t source, size_t objects,
    const struct interpreter *const *run_with, size_t run_with_count, struct python_abi stable)
{
    struct module_plan c = {
        .node = node, .source = source, .objects = objects, .python = run_with[0], .stable = stable};
    c.tag = stable.kind == PYTHON_ABI_VERSION
                ? arena_strf(p->arena, " %s", c.python->abi_tag)
                : arena_strf(p->arena, " cp3%d-%s", stable.minor, python_abi_wheel_tag(&stable));
    c.closure = graph_link_order(p->arena, p->graph, node);
    c.sharing = sharing_of(p, node, c.closure);
    size_vec needs = {0};
    if (!p->error->text)
        planner_need_to_compile(p, node, source, c.closure, &needs);
    size_t pack = planner_pack(p, c.python);
    if (pack != NO_STEP)
        vec_push(&needs, pack);
    if (!p->error->text && need_wheels(p, &p->graph->nodes[node], c.python, &needs)) {
        size_t made = add_modules(p, &c, &needs);
        planner_wheel(p, node, c.tag, source, made, run_with, run_with_count, stable);
    }
    vec_release(&needs);
}

static void plan_extension(struct planner *p, size_t node)
{
    const struct interpreters *pythons = &p->facts->pythons[node];
    const struct recipe *r = p->graph->nodes[node].recipe;
    if (r->build.system == BUILD_PEP517) {
        plan_project(p, node);
        return;
    }
    if (r->build.system == BUILD_WHEEL) {
        plan_opened(p, node);
        return;
    }
    size_t source = planner_source(p, node), objects = plan_objects(p, node, source);
    const struct python_abi one = {0};
    struct {
        struct python_abi abi;
        VEC(const struct interpreter *) users;
    } shared[] = {
        {.abi = recipe_abi3t(r)}, {.abi = recipe_abi3(r)}}; /* the first that serves an interpreter */
    for (size_t i = 0; i < pythons->len; i++) {
        const struct interpreter *python = &pythons->items[i];
        size_t k = 0;
        while (k < COUNT(shared) && !python_abi_serves(&shared[k].abi, &python->abi))
            k++;
        if (k < COUNT(shared))
            vec_push(&shared[k].users, python);
        else
            plan_wheel(p, node, source, objects, &python, 1, one);
    }
    for (size_t k = COUNT(shared); k-- > 0;) {
        if (shared[k].users.len)
            plan_wheel(p, node, source, objects, shared[k].users.items, shared[k].users.len, shared[k].abi);
        vec_release(&shared[k].users);
    }
}

/* What is configured is so with the compiler that modules are made with; what was packed by others is as it
 * is. */
static void plan_python_abi(struct planner *p, size_t node)
{
    size_vec needs = {0};
    bool configured = p->graph->nodes[node].recipe->build.system != BUILD_NONE;
    size_t kit = configured ? planner_kit(p) : NO_STEP;
    planner_downloads(p, node, &needs);
    if (kit != NO_STEP)
        vec_push(&needs, kit);
    struct step *s = planner_add_step(p, STEP_PYTHON_ABI, node, NULL);
    planner_set_needs(p, s, needs.items, needs.len);
    vec_release(&needs);
    key_of_python_abi(p, s);
    p->made[node] = planner_index(p, s);
}

static void plan_node(struct planner *p, size_t node)
{
    switch (p->graph->nodes[node].recipe->kind) {
    case RECIPE_LIBRARY:
    case RECIPE_TOOL:
        planner_build(p, node);
        break;
    case RECIPE_EXTENSION:
        plan_extension(p, node);
        break;
    case RECIPE_PROGRAM:
        plan_program(p, node);
        break;
    case RECIPE_PYTHON_ABI:
        plan_python_abi(p, node);
        break;
    case RECIPE_INTERPRETER:
        plan_interpreter(p, node);
        break;
    }
}

struct plan *plan_make(struct arena *a, const struct graph *g, const struct plan_facts *facts, struct err *e)
{
    struct planner p = {.arena = a, .graph = g, .facts = facts, .kit = NO_STEP, .error = e};
    p.plan = arena_new(a, struct plan);
    p.made = arena_alloc(a, g->len * sizeof *p.made);
    p.said = arena_alloc(a, g->len * sizeof *p.said);
    planner_read_toolchains(&p);
    for (size_t i = 0; i < g->len && !e->text; i++)
        plan_node(&p, g->order[i]);
    map_release(&p.downloads);
    map_release(&p.environments);
    map_release(&p.crates);
    return e->text ? NULL : p.plan;
}

static void print_sharing(struct strbuf *out, const struct step *s)
{
    strbuf_adds(out, "   of");
    for (size_t i = 0; i < s->sharing->names.len; i++)
        strbuf_addf(out, " %s", s->sharing->names.items[i]);
    strbuf_addc(out, '\n');
}

void step_print(struct strbuf *out, const struct plan *p, size_t step, bool with_key)
{
    const struct step *s = &p->steps[step];
    strbuf_addf(out, "%zu. %s\n", step + 1, s->label);
    if (s->need_count) {
        strbuf_adds(out, "   needs");
        for (size_t k = 0; k < s->need_count; k++)
            strbuf_addf(out, " %zu", s->needs[k] + 1);
        strbuf_addc(out, '\n');
    }
    if (s->kind == STEP_SHARED)
        print_sharing(out, s);
    if (s->run_with_count) {
        strbuf_adds(out, "   runs with");
        for (size_t k = 0; k < s->run_with_count; k++)
            strbuf_addf(out, " %s%s", s->run_with[k]->version,
                s->run_with[k]->is_absent ? " (not here: not tried)" : "");
        strbuf_addc(out, '\n');
    }
    if (!with_key)
        return;
    strbuf_addf(out, "   key %s\n", s->key.digest.hex);
    for (struct slice rest = slice_of(s->key.text); rest.len;) {
        struct slice line = slice_cut(&rest, '\n');
        strbuf_addf(out, "     %.*s\n", (int)line.len, line.ptr);
    }
}

void plan_print(struct strbuf *out, const struct plan *p, bool with_keys)
{
    for (size_t i = 0; i < p->len; i++)
        step_print(out, p, i, with_keys);
}
