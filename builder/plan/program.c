/* A program: built as a library is, and what that installs becomes one wheel for every Python, since nothing
 * in it is imported. One of them tries it. */
#include "plan/internal.h"

void plan_program(struct planner *p, size_t node)
{
    const struct interpreters *pythons = &p->facts->pythons[node];
    if (!pythons->len) {
        err_set(p->error, ERR_ENVIRONMENT, "%s: no interpreter is chosen here that could try it",
            p->graph->nodes[node].recipe->file);
        return;
    }
    planner_build(p, node);
    size_t built = p->made[node];
    struct edges closure = graph_link_order(p->arena, p->graph, node);
    struct step *program = planner_add_step(p, STEP_PROGRAM, node, NULL);
    program->python = &pythons->items[0];
    size_vec needs = {0};
    vec_push(&needs, built);
    planner_need_made(p, closure, &needs);
    planner_set_needs(p, program, needs.items, needs.len);
    vec_release(&needs);
    key_of_program(p, program, &p->plan->steps[built], closure);
    size_t made = planner_index(p, program);
    const struct interpreter *const tried[] = {&pythons->items[0]};
    planner_wheel(p, node, NULL, made, made, tried, COUNT(tried), (struct python_abi){0});
}
