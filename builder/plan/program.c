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
    size_t *needs = arena_alloc(p->arena, (closure.len + 1) * sizeof *needs), count = 0;
    needs[count++] = built;
    for (size_t i = 0; i < closure.len; i++)
        needs[count++] = p->made[closure.items[i]];
    planner_set_needs(p, program, needs, count);
    key_of_program(p, program, &p->plan->steps[built], closure);
    size_t made = planner_index(p, program);
    const struct interpreter *const tried[] = {&pythons->items[0]};
    planner_wheel(p, node, NULL, made, made, tried, COUNT(tried), false);
}
