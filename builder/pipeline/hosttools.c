/* What the wanted steps need of the machine: checked before anything is fetched, all that is missing at once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "link/link.h"
#include "pipeline/internal.h"
#include "sys/path.h"

struct wants {
    struct host_need *items;
    size_t len, cap;
};

static const char *asked_by(struct run *r, const struct recipe *recipe, const struct position *at)
{
    if (at && at->line)
        return arena_strf(r->arena, "%s (%s:%d:%d)", recipe->name, at->file, at->line, at->column);
    return arena_strf(r->arena, "%s (%s)", recipe->name, recipe->file);
}

static void add_node(struct run *r, const struct node *n, struct wants *wants)
{
    for (size_t i = 0; i < n->host_count; i++)
        vec_push(wants, ((struct host_need){
                            n->host[i].name, n->host[i].constraint, asked_by(r, n->recipe, &n->host[i].at)}));
    const char *const *tools = backend_tools(n->recipe);
    for (size_t i = 0; tools && tools[i]; i++)
        vec_push(wants, ((struct host_need){tools[i], "", asked_by(r, n->recipe, NULL)}));
    if (n->recipe->patch_count)
        vec_push(wants, ((struct host_need){"patch", "", asked_by(r, n->recipe, &n->recipe->patches[0].at)}));
}

static bool is_cxx(const struct recipe *r)
{
    const struct texts *names = &r->provides.system_libraries;
    for (size_t i = 0; i < names->len; i++)
        if (strcmp(names->items[i], "stdc++") == 0)
            return true;
    for (size_t i = 0; i < r->module_count; i++)
        if (module_has_cxx(&r->modules[i]))
            return true;
    return false;
}

/* Told before an hour was spent on what does not need it. */
static int check_cxx(struct run *r, struct err *e)
{
    for (size_t i = 0; i < r->plan->len; i++) {
        const struct step *s = &r->plan->steps[i];
        if (!r->wanted[i] || (s->kind != STEP_BUILD && s->kind != STEP_MODULE && s->kind != STEP_BUILT_IN))
            continue;
        const struct recipe *recipe = r->graph->nodes[s->node].recipe;
        if (is_cxx(recipe) && toolchain_require_cxx(step_toolchain(r, s), e) < 0)
            return err_wrap(e, "%s is C++", recipe->name);
    }
    return 0;
}

int run_check_host_tools(struct run *r, struct err *e)
{
    if (check_cxx(r, e) < 0)
        return -1;
    struct wants wants = {0};
    for (size_t i = 0; i < r->plan->len; i++) {
        const struct step *s = &r->plan->steps[i];
        if (r->wanted[i] && step_hooks_of(s)->unpacks)
            add_node(r, &r->graph->nodes[s->node], &wants);
    }
    struct host_tools tools = {0};
    if (wants.len && backend_check_path(r->store.root, "the cache", e) < 0) {
        vec_release(&wants);
        return -1;
    }
    int failed = host_tools_check(&tools, r->arena, wants.items, wants.len, NULL, &r->machine.memory, e);
    vec_release(&wants);
    if (failed)
        return -1;
    r->machine.tools = tools;
    AUTO_FREE char *farm = path_join(r->store.root, "tools");
    strvec_clear(&r->machine.host_path);
    if (host_path(&r->machine.host_path, &tools, farm, e) < 0)
        return -1;
    free(r->machine.build_path);
    r->machine.build_path = host_path_join(&r->machine.host_path);
    return 0;
}
