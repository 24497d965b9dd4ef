/* The modules of one extension for one interpreter (or one for all that share abi3): compile, link, audit. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/backend.h"
#include "link/link.h"
#include "pipeline/internal.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

/* Exports the entry point and what the recipe lists; everything else becomes local. */
static int write_version_script(const struct module_spec *m, const char *path, struct err *e)
{
    AUTO_FREE char *folder = dirs_data("templates");
    AUTO_FREE char *template = folder ? path_join(folder, "module.map") : NULL;
    if (!template)
        return err_set(e, ERR_ENVIRONMENT, "the templates folder that comes with staticbuild is not there");
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO_FREE char *symbols = module_version_symbols(m);
    if (file_read(&text, template, 65536, e) < 0)
        return -1;
    AUTO(map) struct map values = {0};
    template_set(&values, "symbols", symbols);
    struct slice whole = {strbuf_str(&text), text.len};
    if (template_fill(&out, template, whole, &values, TEMPLATE_PLAIN, e) < 0)
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

static int add_module(struct step_run *s, const struct module_spec *m, const char *src,
    const char *python_headers, const struct strvec *env, struct commands *out, struct err *e)
{
    struct run *r = s->run;
    AUTO_FREE char *file = module_file_name(m->name, s->step->python, s->step->abi3);
    AUTO_FREE char *work = xstrf("%s/obj/%s", s->draft.work, m->name);
    AUTO_FREE char *made = xstrf("%s/modules/%s", s->draft.stage, file);
    AUTO_FREE char *made_in = path_dir(made);
    AUTO_FREE char *maps = path_join(s->draft.stage, "maps");
    AUTO_FREE char *map = xstrf("%s/%s.map", maps, m->name);
    AUTO_FREE char *script = xstrf("%s/exports.map", work);
    AUTO_FREE char *debug = path_join(work, MODULE_DEBUG);
    if (folder_make(work, e) < 0 || folder_make(made_in, e) < 0 || folder_make(maps, e) < 0 ||
        write_version_script(m, script, e) < 0)
        return -1;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    struct link_request request = {
        .recipe = recipe,
        .module = m,
        .toolchain = &r->toolchain,
        .python = s->step->python,
        .python_headers = python_headers,
        .limited_api = s->step->abi3 ? recipe->python.abi3 : m->limited_api,
        .src = src,
        .work = work,
        .out = made,
        .map = map,
        .debug = debug,
        .version_script = script,
        .logs = s->draft.logs,
    };
    request.libraries = inputs_of(s, &request.libraries_len);
    return link_commands(&request, env, out, e);
}

static bool has_steps(const struct recipe *recipe)
{
    return recipe->build.system == BUILD_COMMANDS && recipe->build.steps_len;
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
    steps.inputs = inputs_of(s, &steps.inputs_len);
    steps.python = s->run->tool_python ? s->run->tool_python->path : NULL;
    return backend_commands(&steps, s->slots, out, e);
}

static int add_modules(struct step_run *s, struct commands *out, struct err *e)
{
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    s->attempts = arena_alloc(s->run->arena, (recipe->modules_len + 1) * sizeof *s->attempts);
    AUTO_FREE char *linked = path_join(s->draft.work, "python");
    AUTO_FREE char *headers = step_python_headers(s->step->python, linked, e);
    if (!headers)
        return -1;
    for (size_t i = 0; i < recipe->modules_len; i++) {
        size_t first = out->len;
        if (add_module(s, &recipe->modules[i], s->src, headers, &s->environment, out, e) < 0)
            return -1;
        attempt_watch(s, i, out, first);
    }
    return 0;
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
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
        .toolchain = &r->toolchain,
        .src = src,
        .work = s->draft.work,
        .home = home,
        .source_date_epoch = epoch,
        .path = r->build_path};
    backend_environment(&environment, &s->environment);
    if (has_steps(recipe))
        return add_steps(s, &environment, out, e);
    s->src = xstrdup(src);
    return add_modules(s, out, e);
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    if (s->phase == 1 && has_steps(s->run->graph->nodes[s->step->node].recipe))
        return add_modules(s, more, e);
    struct wheel_result result = {0};
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    if (attempts_end(s, e) < 0)
        return -1;
    for (size_t i = 0; i < recipe->modules_len; i++) {
        AUTO_FREE char *work = xstrf("%s/obj/%s", s->draft.work, recipe->modules[i].name);
        if (!s->attempts[i].why && module_entry_check(recipe, &recipe->modules[i], work, e) < 0)
            return -1;
    }
    struct built built;
    if (built_find(&built, s, e) < 0 || judge_modules(s, &result, &built, s->draft.stage, e) < 0)
        return -1;
    built_put(s->draft.facts, &built);
    json_set_text(s->draft.facts, "policy", result.policy);
    return step_commit(s, e);
}

/* The files of a module are compiled side by side. A pattern may stand for any number. */
static unsigned module_width(const struct run *r, const struct step *s, unsigned slots)
{
    const struct recipe *recipe = r->graph->nodes[s->node].recipe;
    size_t most = 1;
    for (size_t i = 0; i < recipe->modules_len; i++) {
        const struct texts *sources = &recipe->modules[i].sources;
        most = sources->len > most ? sources->len : most;
        for (size_t k = 0; k < sources->len; k++)
            if (strpbrk(sources->items[k], "*?["))
                most = slots;
    }
    return most < slots ? (unsigned)most : slots;
}

const struct step_hooks step_module_hooks = {
    .prepare = prepare, .finish = finish, .width = module_width, .failure = ERR_PACKAGE};
