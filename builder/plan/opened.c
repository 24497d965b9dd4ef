/* A wheel that others made: taken apart once, and one wheel made of it for all interpreters that its name is
 * for. */
#include "base/vec.h"
#include "plan/internal.h"
#include "python/fits.h"

void plan_opened(struct planner *p, size_t node)
{
    const struct interpreters *pythons = &p->facts->pythons[node];
    const struct recipe *r = p->graph->nodes[node].recipe;
    const char *file = p->graph->nodes[node].sources[0]->name;
    VEC(const struct interpreter *) fitting = {0};
    for (size_t i = 0; i < pythons->len; i++)
        if (wheel_file_fits(file, &pythons->items[i]))
            vec_push(&fitting, &pythons->items[i]);
    if (fitting.len) {
        size_vec needs = {0};
        planner_downloads(p, node, &needs);
        struct step *opened = planner_add_step(p, STEP_OPENED, node, NULL);
        opened->python = fitting.items[0];
        planner_set_needs(p, opened, needs.items, needs.len);
        vec_release(&needs);
        key_of_opened(p, opened);
        size_t made = planner_index(p, opened);
        planner_wheel(p, node, NULL, made, made, fitting.items, fitting.len, (struct python_abi){0});
    } else {
        err_set(p->error, ERR_ENVIRONMENT,
            "%s: %s is for none of the interpreters that are chosen here: install the one that it is named "
            "for",
            r->file, file);
    }
    vec_release(&fitting);
}
