/* Which files of an extension may be compiled once for all interpreters: those that need none of an
 * interpreter's headers. What a file reads is known once it was compiled, so here is only said where it is
 * worth a look. */
#include <string.h>

#include "plan/internal.h"

/* What names the interpreter is another for each. */
static bool names_interpreter(const struct texts *texts)
{
    for (size_t i = 0; i < texts->len; i++)
        if (strstr(texts->items[i], "{python}"))
            return true;
    return false;
}

/* A file that is alone has the entry point, and with it Python.h; what Cython makes has it too. */
bool module_may_share_objects(const struct module_spec *m)
{
    bool alike = !names_interpreter(&m->defines) && !names_interpreter(&m->cflags), has_plain = false,
         has_pattern = false;
    for (size_t i = 0; i < m->file_count; i++)
        alike = alike && !names_interpreter(&m->files[i].defines) && !names_interpreter(&m->files[i].cflags);
    for (size_t i = 0; i < m->sources.len; i++) {
        has_plain = has_plain || !source_is_cython(m->sources.items[i]);
        has_pattern = has_pattern || strpbrk(m->sources.items[i], "*?[");
    }
    return alike && has_plain && (m->sources.len > 1 || has_pattern);
}

/* Up to 3.8 all files are compiled so that what they define is exported. */
bool python_takes_objects(const struct interpreter *python)
{
    return python->abi.minor >= 9;
}

static bool is_worth_a_look(const struct node *n, const struct interpreters *pythons)
{
    const struct recipe *r = n->recipe;
    bool own_steps = r->build.system == BUILD_COMMANDS && r->build.step_count;
    size_t users = 0;
    for (size_t i = 0; i < pythons->len; i++)
        users += python_takes_objects(&pythons->items[i]);
    if (users < 2 || r->python.abi3 || r->python.abi3t || own_steps || n->wheels.len)
        return false;
    for (size_t i = 0; i < r->module_count; i++)
        if (module_may_share_objects(&r->modules[i]))
            return true;
    return false;
}

size_t plan_objects(struct planner *p, size_t node, size_t source)
{
    struct edges closure = graph_link_order(p->arena, p->graph, node);
    if (!is_worth_a_look(&p->graph->nodes[node], &p->facts->pythons[node]) || sharing_of(p, node, closure) ||
        p->error->text)
        return NO_STEP;
    size_vec needs = {0};
    planner_need_to_compile(p, node, source, closure, &needs);
    struct step *s = planner_add_step(p, STEP_OBJECTS, node, NULL);
    planner_set_needs(p, s, needs.items, needs.len);
    vec_release(&needs);
    key_of_objects(p, s, &p->plan->steps[source], closure);
    return planner_index(p, s);
}
