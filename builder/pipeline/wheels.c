/* Wheels of other recipes: what modules are compiled with, and what a wheel is tried with. They lie in the
 * store, and are unpacked into the folder of the step that needs them. */
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/wheel.h"

int wheel_unpack(
    struct run *r, size_t node, const struct interpreter *python, const char *folder, struct err *e)
{
    const struct step *made = plan_wheel_for(r->plan, node, python);
    AUTO_FREE char *tree = step_tree(r, made);
    AUTO_FREE char *parent = path_dir(folder);
    struct wheel_result w;
    if (step_wheel_result(&w, r, made, e) < 0)
        return -1;
    AUTO_FREE char *path = path_join(tree, w.file_name);
    AUTO(wheel) struct wheel wheel = {0};
    return folder_make(parent, e) < 0 || wheel_open(&wheel, path, 0, e) < 0
               ? -1
               : wheel_install(&wheel, folder, NULL, e);
}

const char *try_lacks(struct run *r, const struct step *s, const struct interpreter *python)
{
    const struct node *n = &r->graph->nodes[s->node];
    if (python->is_absent)
        return "there are its headers and no interpreter to try it with";
    if (n->untried_without.len)
        return arena_strf(
            r->arena, "the test requires %s, and no recipe makes it", n->untried_without.items[0]);
    for (size_t i = 0; i < n->tried_with.len; i++)
        if (!plan_wheel_for(r->plan, n->tried_with.items[i], python))
            return arena_strf(r->arena, "the test requires %s, whose recipe makes no wheel for it",
                r->graph->nodes[n->tried_with.items[i]].recipe->name);
    return NULL;
}
