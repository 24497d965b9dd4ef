/* A Python of one's own: built as a library is, then linked again with the modules of the extensions that are
 * built in. What these are compiled for is what that build gives. */
#include "plan/internal.h"

/* It is there already where a wheel is made of it too. */
static size_t source_of(struct planner *p, size_t node)
{
    for (size_t i = 0; i < p->plan->len; i++)
        if (p->plan->steps[i].kind == STEP_SOURCE && p->plan->steps[i].node == node)
            return i;
    return planner_source(p, node);
}

static size_t plan_built_in(struct planner *p, size_t node, size_t build, const struct interpreter *python)
{
    size_t source = source_of(p, node);
    struct edges closure = graph_link_order(p->arena, p->graph, node);
    size_vec needs = {0};
    planner_need_to_compile(p, node, source, closure, &needs);
    vec_push(&needs, build);
    struct step *s = planner_add_step(p, STEP_BUILT_IN, node, arena_strf(p->arena, " %s", python->abi_tag));
    s->python = python;
    planner_set_needs(p, s, needs.items, needs.len);
    vec_release(&needs);
    key_of_built_in(p, s, &p->plan->steps[source], &p->plan->steps[build], closure);
    return planner_index(p, s);
}

void plan_interpreter(struct planner *p, size_t node)
{
    const struct interpreters *pythons = &p->facts->pythons[node];
    const struct edges *built_in = &p->graph->nodes[node].built_in;
    size_vec needs = {0};
    planner_build(p, node);
    size_t build = p->made[node], kit = planner_kit(p);
    if (!pythons->len)
        return; /* the tree alone is asked for */
    vec_push(&needs, build);
    if (kit != NO_STEP)
        vec_push(&needs, kit);
    planner_need_made(p, graph_program_link_order(p->arena, p->graph, node), &needs);
    for (size_t i = 0; i < built_in->len; i++)
        vec_push(&needs, plan_built_in(p, built_in->items[i], build, &pythons->items[0]));
    struct step *s = planner_add_step(p, STEP_INTERPRETER, node, NULL);
    s->python = &pythons->items[0];
    planner_set_needs(p, s, needs.items, needs.len);
    vec_release(&needs);
    key_of_interpreter(p, s, &p->plan->steps[build]);
}
