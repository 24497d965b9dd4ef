/* What the steps that compile the modules of an extension have in common: the environment, the recipe's own
 * steps, and a request for each module. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/backend.h"
#include "link/link.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

/* Exports the entry point and what the recipe lists; everything else becomes local. */
static int write_version_script(const struct module_spec *m, const char *path, struct err *e)
{
    AUTO_FREE char *template = template_path("module.map", e);
    AUTO(strbuf) struct strbuf out = {0};
    AUTO_FREE char *symbols = module_version_symbols(m);
    AUTO(map) struct map values = {0};
    template_set(&values, "symbols", symbols);
    if (!template || template_add(&out, template, &values, e) < 0)
        return -1;
    return file_write(path, out.ptr, out.len, 0644, e);
}

static char *wheel_folder(const struct step_run *s, const struct recipe *other)
{
    return xstrf("%s/wheels/%s", s->draft.work, other->name);
}

/* Libraries and headers, and wheels that are compiled with. */
static struct build_input *inputs_of(struct step_run *s, size_t *len)
{
    const struct graph *g = s->run->graph;
    const struct edges *wheels = &g->nodes[s->step->node].wheels;
    struct build_input *trees = step_inputs(s->run, s->step, len);
    struct build_input *all = arena_alloc(s->run->arena, (*len + wheels->len + 1) * sizeof *all);
    if (*len)
        memcpy(all, trees, *len * sizeof *all);
    for (size_t i = 0; i < wheels->len; i++) {
        const struct recipe *other = g->nodes[wheels->items[i]].recipe;
        AUTO_FREE char *folder = wheel_folder(s, other);
        all[(*len)++] =
            (struct build_input){other->name, arena_strdup(s->run->arena, folder), other, INPUT_WHEEL};
    }
    return all;
}

static int unpack_wheels(struct step_run *s, struct err *e)
{
    const struct graph *g = s->run->graph;
    const struct edges *wheels = &g->nodes[s->step->node].wheels;
    for (size_t i = 0; i < wheels->len; i++) {
        AUTO_FREE char *folder = wheel_folder(s, g->nodes[wheels->items[i]].recipe);
        if (wheel_unpack(s->run, wheels->items[i], s->step->python, folder, e) < 0)
            return -1;
    }
    return 0;
}

/* What was compiled for all interpreters, in the arena; NULL when nothing was. */
static const char *common_of(struct run *r, const struct step *s, const struct module_spec *m)
{
    for (size_t i = 0; i < s->need_count; i++) {
        const struct step *need = &r->plan->steps[s->needs[i]];
        AUTO_FREE char *tree = need->kind == STEP_OBJECTS ? step_tree(r, need) : NULL;
        if (tree && module_may_share_objects(m))
            return arena_strf(r->arena, "%s/" COMMON_OBJECTS "/%s", tree, m->name);
    }
    return NULL;
}

const char *step_limited_api(const struct step *s, const struct recipe *recipe, const struct module_spec *m)
{
    return s->stable.kind == PYTHON_ABI_STABLE_T ? recipe->python.abi3t
           : s->stable.kind == PYTHON_ABI_STABLE ? recipe->python.abi3
                                                 : m->limited_api;
}

static int fill_request(struct step_run *s, const struct module_spec *m, const char *headers,
    struct link_request *request, struct err *e)
{
    struct run *r = s->run;
    struct arena *a = r->arena;
    AUTO_FREE char *file = module_file_name(m->name, s->step->python, &s->step->stable);
    const char *work = arena_strf(a, "%s/obj/%s", s->draft.work, m->name);
    const char *made = arena_strf(a, "%s/modules/%s", s->draft.stage, file);
    const char *script = arena_strf(a, "%s/exports.map", work);
    AUTO_FREE char *made_in = path_dir(made);
    AUTO_FREE char *maps = path_join(s->draft.stage, "maps");
    if (folder_make(work, e) < 0 || folder_make(made_in, e) < 0 || folder_make(maps, e) < 0 ||
        write_version_script(m, script, e) < 0)
        return -1;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    *request = (struct link_request){
        .recipe = recipe,
        .module = m,
        .toolchain = &r->machine.toolchain,
        .python = s->step->python,
        .python_headers = headers,
        .common = common_of(r, s->step, m),
        .limited_api = step_limited_api(s->step, recipe, m),
        .abi3t = s->step->stable.kind == PYTHON_ABI_STABLE_T,
        .src = s->src,
        .work = work,
        .out = made,
        .map = arena_strf(a, "%s/%s.map", maps, m->name),
        .debug = arena_strf(a, "%s/" MODULE_DEBUG, work),
        .version_script = script,
        .logs = s->draft.logs,
    };
    request->libraries = inputs_of(s, &request->library_count);
    return 0;
}

struct link_request *module_requests(struct step_run *s, struct err *e)
{
    struct run *r = s->run;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    struct link_request *requests = arena_alloc(r->arena, (recipe->module_count + 1) * sizeof *requests);
    AUTO_FREE char *linked = path_join(s->draft.work, "python");
    AUTO_FREE char *headers = step_python_headers(s->step->python, linked, e);
    if (!headers)
        return NULL;
    const char *kept = arena_strdup(r->arena, headers);
    for (size_t i = 0; i < recipe->module_count; i++)
        if (fill_request(s, &recipe->modules[i], kept, &requests[i], e) < 0)
            return NULL;
    return requests;
}

const bool *shared_libraries(struct step_run *s)
{
    const struct sharing *sharing = s->step->sharing;
    size_t len;
    inputs_of(s, &len); /* what is linked comes first, in link order */
    bool *shared = arena_alloc(s->run->arena, len + 1);
    memcpy(shared, sharing->libraries, sharing->closure.len);
    return shared;
}

bool module_has_steps(const struct step_run *s)
{
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    return recipe->build.system == BUILD_COMMANDS && recipe->build.step_count;
}

/* [build] steps, run in a copy of the source: what they leave is for the modules of this interpreter alone.
 */
static int add_steps(struct step_run *s, struct build_request *request, struct commands *out, struct err *e)
{
    AUTO_FREE char *work = path_join(s->draft.work, "build");
    AUTO_FREE char *dest = path_join(s->draft.work, "dest");
    AUTO_FREE char *prefix = xstrf(BUILD_PREFIX "/%s", request->recipe->name);
    struct build_request steps = *request;
    s->src = path_join(s->draft.work, "src");
    if (tree_copy(request->src, s->src, e) < 0 || folder_make(work, e) < 0 || folder_make(dest, e) < 0)
        return -1;
    steps.src = s->src;
    steps.work = work;
    steps.destdir = dest;
    steps.prefix = prefix;
    steps.logs = s->draft.logs;
    steps.inputs = inputs_of(s, &steps.input_count);
    steps.python = s->run->machine.tool_python ? s->run->machine.tool_python->path : NULL;
    return backend_commands(&steps, s->slots, out, e);
}

int module_begin(struct step_run *s, bool compiles, struct commands *out, struct err *e)
{
    struct run *r = s->run;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    const struct step *source = step_source_of(r, s->step);
    AUTO_FREE char *tree = step_tree(r, source);
    AUTO_FREE char *src = path_join(tree, "src");
    AUTO_FREE char *home = path_join(s->draft.work, "home");
    int64_t epoch = step_source_epoch(r, source, e);
    if (epoch < 0 || folder_make(home, e) < 0 || unpack_wheels(s, e) < 0)
        return -1;
    struct build_request environment = {.recipe = recipe,
        .toolchain = &r->machine.toolchain,
        .src = src,
        .work = s->draft.work,
        .home = home,
        .source_date_epoch = epoch,
        .path = r->machine.build_path,
        .tools = &r->machine.tools};
    backend_environment(&environment, &s->environment);
    if (compiles && module_has_steps(s))
        return add_steps(s, &environment, out, e);
    s->src = xstrdup(src);
    return 0;
}

int module_check_entries(struct step_run *s, struct err *e)
{
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    for (size_t i = 0; i < recipe->module_count; i++) {
        AUTO_FREE char *work = xstrf("%s/obj/%s", s->draft.work, recipe->modules[i].name);
        bool absent = s->attempts && s->attempts[i].why;
        if (!absent && module_entry_check(recipe, &recipe->modules[i], work, e) < 0)
            return -1;
    }
    return 0;
}

/* The files of all modules are compiled side by side. A pattern may stand for any number. */
unsigned module_width(const struct run *r, const struct step *s, unsigned slots)
{
    const struct recipe *recipe = r->graph->nodes[s->node].recipe;
    size_t most = 0;
    for (size_t i = 0; i < recipe->module_count; i++) {
        const struct texts *sources = &recipe->modules[i].sources;
        most += sources->len;
        for (size_t k = 0; k < sources->len; k++)
            if (strpbrk(sources->items[k], "*?["))
                most += slots;
    }
    most = most ? most : 1;
    return most < slots ? (unsigned)most : slots;
}
