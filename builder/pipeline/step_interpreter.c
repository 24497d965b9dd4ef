/* A Python of one's own: linked again from what its build left and from the modules that are built in, laid
 * out, judged, tried where it was not made, and packed. What becomes of the standard library is the work of a
 * Python program (templates/interpreter/finish.py), which the interpreter that was built runs. */
#include <string.h>

#include "archive/pack.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/built_in.h"
#include "pipeline/interpreter.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

enum { FINISH_SECONDS = 600 };

const char *interpreter_file(const struct step_run *s)
{
    const struct recipe *r = step_recipe(s);
    bool single = r->interpreter.layout == LAYOUT_SINGLE;
    return arena_strf(
        s->run->arena, "%s-%s-%s%s", r->name, r->version, s->wheel->policy, single ? "" : ".tar.zst");
}

const struct step *interpreter_built_in(const struct step_run *s, size_t extension)
{
    for (size_t i = 0; i < s->step->need_count; i++) {
        const struct step *need = &s->run->plan->steps[s->step->needs[i]];
        if (need->kind == STEP_BUILT_IN && need->node == extension)
            return need;
    }
    return NULL;
}

/* MODULE("yaml._yaml", PyInit_yaml_d__yaml) for each. */
static int write_main(const struct step_run *s, const char *path, struct err *e)
{
    const struct edges *built_in = &step_node(s)->built_in;
    AUTO_FREE char *template = template_path("interpreter/main.c.in", e);
    AUTO(strbuf) struct strbuf modules = {0}, text = {0};
    AUTO(map) struct map values = {0};
    for (size_t i = 0; i < built_in->len; i++) {
        const struct recipe *r = s->run->graph->nodes[built_in->items[i]].recipe;
        for (size_t k = 0; k < r->module_count; k++) {
            AUTO_FREE char *entry = built_in_entry(r->modules[k].name);
            strbuf_addf(&modules, " \\\n    MODULE(\"%s\", %s)", r->modules[k].name, entry);
        }
    }
    template_set(&values, "modules", strbuf_str(&modules));
    if (!template || template_add(&text, template, &values, e) < 0)
        return -1;
    return file_write(path, text.ptr, text.len, 0644, e);
}

static bool gather_objects(const struct step_run *s, struct strvec *out)
{
    const struct edges *built_in = &step_node(s)->built_in;
    bool cxx = false;
    for (size_t i = 0; i < built_in->len; i++) {
        const struct recipe *r = s->run->graph->nodes[built_in->items[i]].recipe;
        AUTO_FREE char *tree = step_tree(s->run, interpreter_built_in(s, built_in->items[i]));
        for (size_t k = 0; k < r->module_count; k++) {
            strvec_pushf(out, "%s/" BUILT_IN_OBJECTS "/%s.o", tree, r->modules[k].name);
            cxx |= module_has_cxx(&r->modules[k]);
        }
    }
    return cxx;
}

/* What its build left comes before what that needs. */
static struct build_input *inputs_of(struct step_run *s, size_t *len)
{
    struct build_input *trees = step_inputs(s->run, s->step, len);
    struct build_input *all = arena_alloc(s->run->arena, (*len + 1) * sizeof *all);
    AUTO_FREE char *own = step_tree(s->run, step_that_builds(s->run, s->step->node));
    all[0] = (struct build_input){
        step_recipe(s)->name, arena_strdup(s->run->arena, own), step_recipe(s), INPUT_LIBRARY};
    memcpy(all + 1, trees, *len * sizeof *all);
    ++*len;
    return all;
}

static int begin_environment(struct step_run *s, struct err *e)
{
    struct run *r = s->run;
    AUTO_FREE char *home = path_join(s->draft.work, "home");
    int64_t epoch = step_source_epoch(r, step_that_builds(r, s->step->node), e);
    if (epoch < 0 || folder_make(home, e) < 0)
        return -1;
    const struct build_request environment = {.recipe = step_recipe(s),
        .toolchain = &r->machine.toolchain,
        .src = s->draft.work,
        .work = s->draft.work,
        .home = home,
        .source_date_epoch = epoch,
        .path = r->machine.build_path,
        .tools = &r->machine.tools};
    backend_environment(&environment, &s->environment);
    return 0;
}

static int add_link(struct step_run *s, const char *program, struct commands *out, struct err *e)
{
    struct arena *a = s->run->arena;
    const struct interpreter_spec *spec = &step_recipe(s)->interpreter;
    AUTO(strvec) struct strvec objects = {0}, defines = {0};
    AUTO_FREE char *exports = template_path("interpreter/exports.list", e);
    struct program_request request = {.recipe = step_recipe(s),
        .toolchain = &s->run->machine.toolchain,
        .python = s->step->python,
        .source = arena_strf(a, "%s/main.c", s->draft.work),
        .defines = &defines,
        .objects = &objects,
        .has_cxx = gather_objects(s, &objects),
        .pie = spec->pie,
        .exports = exports,
        .work = s->draft.work,
        .logs = s->draft.logs,
        .out = program,
        .map = arena_strf(a, "%s/" INTERPRETER_MAP, s->draft.stage),
        .debug = arena_strf(a, "%s/" MODULE_DEBUG, s->draft.work)};
    AUTO_FREE char *maps = path_dir(request.map);
    if (spec->layout == LAYOUT_SINGLE)
        strvec_push(&defines, "IN_ONE_FILE");
    request.libraries = inputs_of(s, &request.library_count);
    if (!exports || program_check_collisions(&request, e) < 0 || folder_make(maps, e) < 0 ||
        write_main(s, request.source, e) < 0)
        return -1;
    return program_commands(&request, &s->environment, out, e);
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    AUTO_FREE char *program = path_join(s->draft.work, INTERPRETER_PROGRAM);
    AUTO_FREE char *folder = path_dir(program);
    s->wheel = arena_new(s->run->arena, struct wheel_result);
    s->wheel->extension = step_recipe(s)->name;
    if (folder_make(folder, e) < 0 || begin_environment(s, e) < 0)
        return -1;
    return add_link(s, program, out, e);
}

/* The interpreter that was built does it: of the same version, and there before the new one can start. */
static int add_finish(struct step_run *s, struct commands *out, struct err *e)
{
    const struct interpreter_spec *spec = &step_recipe(s)->interpreter;
    AUTO_FREE char *driver = template_path("interpreter/finish.py", e);
    AUTO_FREE char *built = step_tree(s->run, step_that_builds(s->run, s->step->node));
    if (!driver)
        return -1;
    struct command *c = commands_add(out, "finish");
    strvec_push_all(&c->env, &s->environment);
    environment_python(&c->env);
    c->dir = xstrdup(s->draft.work);
    c->log = xstrf("%s/finish.log", s->draft.logs);
    c->timeout_ms = FINISH_SECONDS * 1000;
    strvec_pushf(&c->argv, "%s/%s", built, step_recipe(s)->provides.programs.items[0]);
    strvec_push(&c->argv, "-B"); /* PYTHONHASHSEED has to count: no -I */
    strvec_push(&c->argv, "-s");
    strvec_push(&c->argv, driver);
    strvec_push(&c->argv, spec->layout == LAYOUT_SINGLE ? "single" : "tree");
    strvec_pushf(&c->argv, "%s/" INTERPRETER_TREE, s->draft.work);
    strvec_pushf(&c->argv, BUILD_PREFIX "/%s", step_recipe(s)->name);
    strvec_pushf(&c->argv, "%s/" INTERPRETER_ZIP, s->draft.work);
    strvec_push(&c->argv, spec->compressed ? "deflated" : "stored");
    strvec_push(&c->argv, spec->sources ? "sources" : "bytecode");
    strvec_push(&c->argv, s->run->store.root);
    return 0;
}

static int add_pack(struct step_run *s, struct commands *out, struct err *e)
{
    const struct recipe *r = step_recipe(s);
    AUTO_FREE char *tree = path_join(s->draft.work, INTERPRETER_TREE);
    AUTO_FREE char *archive = path_join(s->draft.stage, interpreter_file(s));
    AUTO_FREE char *top = xstrf("%s-%s", r->name, r->version);
    (void)e;
    archive_command(commands_add(out, "pack"), &(struct archive_request){tree, top, archive});
    return 0;
}

/* Where debuggers and profilers look for it by the program's build id. */
static int keep_symbols(struct step_run *s, struct err *e)
{
    AUTO_FREE char *program = path_join(s->draft.work, INTERPRETER_PROGRAM);
    AUTO_FREE char *taken = path_join(s->draft.work, MODULE_DEBUG);
    AUTO_FREE char *folder = path_join(s->draft.stage, INTERPRETER_DEBUG);
    AUTO_FREE char *below = NULL;
    if (debug_file_place(&below, program, taken, folder, e) < 0)
        return -1;
    json_set_text(s->draft.facts, INTERPRETER_DEBUG, below);
    return 0;
}

static int commit(struct step_run *s, struct err *e)
{
    struct wheel_result *w = s->wheel;
    if (keep_symbols(s, e) < 0)
        return -1;
    AUTO_FREE char *made = path_join(s->draft.stage, interpreter_file(s));
    if (wheel_result_describe(w, s->run, made, s->step->python->python_tag, s->step->python->abi_tag, e) < 0)
        return -1;
    struct json *facts = json_set_object(s->draft.facts, "wheel");
    wheel_result_put(facts, w);
    wheel_tries_put(s->draft.facts, w);
    return step_commit(s, e);
}

/* Linked; finished; tried; and packed, where it is a tree. */
static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    bool single = step_recipe(s)->interpreter.layout == LAYOUT_SINGLE;
    switch (s->phase) {
    case 1:
        return interpreter_judge(s, e) < 0 || interpreter_lay_out(s, e) < 0 ? -1 : add_finish(s, more, e);
    case 2:
        if (single && interpreter_join(s, e) < 0)
            return -1;
        return interpreter_add_tries(s, more, e);
    case 3:
        if (interpreter_read_tries(s, e) < 0)
            return -1;
        return single ? commit(s, e) : add_pack(s, more, e);
    default:
        return commit(s, e);
    }
}

const struct step_hooks step_interpreter_hooks = {
    .prepare = prepare, .finish = finish, .widest = 1, .apart = true, .failure = ERR_PACKAGE};
