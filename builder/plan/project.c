/* An extension that its own backend builds: what that requires is asked for first, and is a lock; from there
 * on the environment, the build in it and the wheel are planned. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "plan/internal.h"

/* For a mirror: the same that an environment gets. */
static void packages_step(struct planner *p, size_t environment)
{
    const struct step *of = &p->plan->steps[environment];
    const char *slot = of->slot + strlen(step_kind_name(STEP_ENVIRONMENT)), *lock = of->lock;
    const struct interpreter *python = of->python;
    struct step *s = planner_new_step(p, STEP_PACKAGES, NO_NODE);
    s->python = python;
    s->lock = lock;
    s->label = s->slot = arena_strf(p->arena, "%s%s", step_kind_name(STEP_PACKAGES), slot);
    s->name = arena_strf(p->arena, "packages-%s", python->abi_tag);
    key_of_packages(p, s);
}

/* One environment for all that have the same lock. */
static size_t environment_step(struct planner *p, const struct step *asked, const char *lock)
{
    const struct interpreter *python = asked->python;
    AUTO_FREE char *key = xstrf("%s\n%s", python->path, lock);
    size_t known = (uintptr_t)map_get(&p->environments, key);
    if (known)
        return known - 1;
    const char *slot = p->graph->nodes[asked->node].recipe->name;
    struct step *s = planner_new_step(p, STEP_ENVIRONMENT, NO_NODE);
    s->python = python;
    s->lock = arena_strdup(p->arena, lock);
    s->label = s->slot = arena_strf(p->arena, "environment %s %s", slot, python->abi_tag);
    s->name = arena_strf(p->arena, "environment-%s", python->abi_tag);
    key_of_environment(p, s);
    size_t made = planner_index(p, s);
    map_set(&p->environments, key, (void *)(uintptr_t)(made + 1));
    if (p->facts->mirrors && *lock)
        packages_step(p, made);
    return made;
}

/* NULL, counted, when it has to be made first. */
static const char *lock_of(struct planner *p, size_t asked)
{
    const struct plan_facts *facts = p->facts;
    const char *lock = facts->requirements ? facts->requirements(facts->arg, &p->plan->steps[asked]) : NULL;
    if (!lock)
        p->plan->asking++;
    return lock;
}

/* Whether an environment of that lock has a backend that calls cargo. */
static bool lock_calls_cargo(const char *lock)
{
    static const char *const backends[] = {"maturin", "setuptools-rust"};
    struct slice rest = slice_of(lock);
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        struct slice name = slice_cut(&line, '=');
        for (size_t i = 0; i < COUNT(backends); i++)
            if (slice_is(name, backends[i]))
                return true;
    }
    return false;
}

static size_t backend_step(
    struct planner *p, size_t node, size_t source, const struct interpreter *python, const char *suffix)
{
    struct step *s = planner_add_step(p, STEP_BACKEND, node, suffix);
    s->python = python;
    planner_set_needs(p, s, &source, 1);
    key_of_backend(p, s, &p->plan->steps[source]);
    return planner_index(p, s);
}

/* What is built, or looks for what it will be built with, needs its libraries, and the kit; crates are
 * NO_STEP where it has none. */
static void need_libraries(struct planner *p, struct step *s, size_t source, size_t environment, size_t kit,
    size_t crates, struct edges closure)
{
    size_vec needs = {0};
    vec_push(&needs, source);
    vec_push(&needs, environment);
    if (kit != NO_STEP)
        vec_push(&needs, kit);
    if (crates != NO_STEP)
        vec_push(&needs, crates);
    planner_need_made(p, closure, &needs);
    planner_set_needs(p, s, needs.items, needs.len);
    vec_release(&needs);
}

static size_t requirements_step(struct planner *p, size_t node, size_t source, size_t environment,
    const struct interpreter *python, const char *suffix)
{
    const char *lock = p->plan->steps[environment].lock;
    struct edges closure = graph_link_order(p->arena, p->graph, node);
    size_t kit = closure.len ? planner_kit(p) : NO_STEP;
    struct step *s = planner_add_step(p, STEP_REQUIREMENTS, node, suffix);
    s->python = python;
    need_libraries(p, s, source, environment, kit, NO_STEP, closure);
    key_of_requirements(p, s, &p->plan->steps[source], lock, closure);
    return planner_index(p, s);
}

/* One for all interpreters. */
static size_t crates_step(struct planner *p, size_t node, size_t source)
{
    AUTO_FREE char *key = xstrf("%zu", node);
    size_t known = (uintptr_t)map_get(&p->crates, key);
    if (known)
        return known - 1;
    struct step *s = planner_add_step(p, STEP_CRATES, node, NULL);
    planner_set_needs(p, s, &source, 1);
    key_of_crates(p, s, &p->plan->steps[source]);
    map_set(&p->crates, key, (void *)(uintptr_t)p->plan->len);
    return planner_index(p, s);
}

/* NULL when the lock has nobody who calls it, or with the planner's error. */
static const struct rust *rust_of(struct planner *p, size_t node, const char *lock)
{
    const struct plan_facts *facts = p->facts;
    if (!facts->rust || !lock_calls_cargo(lock))
        return NULL;
    const struct rust *rust = facts->rust(facts->arg, p->error);
    if (!rust)
        err_wrap(p->error, "%s is built with cargo", p->graph->nodes[node].recipe->name);
    return rust;
}

/* Built for the first, tried with all. */
static void plan_for(struct planner *p, size_t node, size_t source, const struct interpreter *const *run_with,
    size_t run_with_count)
{
    const struct interpreter *python = run_with[0];
    const char *suffix = arena_strf(p->arena, " %s", python->abi_tag);
    size_t backend = backend_step(p, node, source, python, suffix);
    const char *first = lock_of(p, backend);
    if (!first)
        return;
    size_t own = environment_step(p, &p->plan->steps[backend], first);
    size_t asked = requirements_step(p, node, source, own, python, suffix);
    const char *lock = lock_of(p, asked);
    if (!lock)
        return;
    size_t environment = environment_step(p, &p->plan->steps[asked], lock);
    struct edges closure = graph_link_order(p->arena, p->graph, node);
    size_t kit = planner_kit(p);
    const struct rust *rust = rust_of(p, node, lock);
    size_t crates = rust ? crates_step(p, node, source) : NO_STEP;
    if (p->error->text)
        return;
    struct step *project = planner_add_step(p, STEP_PROJECT, node, suffix);
    project->python = python;
    need_libraries(p, project, source, environment, kit, crates, closure);
    key_of_project(p, project, &p->plan->steps[source], lock, rust, closure);
    planner_wheel(
        p, node, suffix, source, planner_index(p, project), run_with, run_with_count, (struct python_abi){0});
}

void plan_project(struct planner *p, size_t node)
{
    const struct interpreters *pythons = &p->facts->pythons[node];
    const char *abi3 = p->graph->nodes[node].recipe->python.abi3;
    if (p->facts->surround) {
        planner_kit(p);
        return;
    }
    size_t source = planner_source(p, node);
    struct python_abi stable;
    bool has_abi3 = abi3 && python_abi_parse(&stable, slice_of(abi3));
    VEC(const struct interpreter *) shared = {0};
    for (size_t i = 0; i < pythons->len; i++) {
        const struct interpreter *python = &pythons->items[i];
        if (has_abi3 && python->abi.minor >= stable.minor && !python->abi.free_threaded)
            vec_push(&shared, python);
        else
            plan_for(p, node, source, &python, 1);
    }
    for (size_t i = 1; i < shared.len; i++)
        if (shared.items[i]->abi.minor < shared.items[0]->abi.minor) {
            const struct interpreter *older = shared.items[i];
            shared.items[i] = shared.items[0];
            shared.items[0] = older;
        }
    if (shared.len)
        plan_for(p, node, source, shared.items, shared.len);
    vec_release(&shared);
}
