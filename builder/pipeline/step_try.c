/* The try of a wheel: installed into an empty folder, imported by every interpreter that it is for, and its
 * recipe's test run. What stays is what came of it; the wheel is in the store whatever that is. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "pipeline/internal.h"
#include "project/unpacked.h"
#include "store/manifest.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/wheel.h"

static char *try_path(const struct step_run *s, size_t i, const char *what)
{
    return xstrf("%s/%zu/%s", s->draft.work, i, what);
}

static char *try_log(const struct step_run *s, const struct interpreter *python)
{
    return xstrf("%s/smoke-%s%s.log", s->draft.logs, python->version, python->abi.free_threaded ? "t" : "");
}

static int install(struct step_run *s, const char *site, struct err *e)
{
    const struct step *made = step_wheel_of(s->step);
    AUTO_FREE char *tree = step_tree(s->run, made);
    AUTO(wheel) struct wheel wheel = {0};
    struct wheel_result w;
    if (step_wheel_result(&w, s->run, made, e) < 0)
        return -1;
    AUTO_FREE char *path = path_join(tree, w.file_name);
    return wheel_open(&wheel, path, 0, e) < 0 ? -1 : wheel_install(&wheel, site, NULL, e);
}

/* The wheels that the test has besides, unpacked, a folder each. */
static int unpack_others(
    struct step_run *s, const struct interpreter *python, size_t i, struct texts *out, struct err *e)
{
    const struct edges *with = &s->run->graph->nodes[s->step->node].tried_with;
    *out = (struct texts){arena_alloc(s->run->arena, (with->len + 1) * sizeof *out->items), 0};
    for (size_t k = 0; k < with->len; k++) {
        const char *name = s->run->graph->nodes[with->items[k]].recipe->name;
        AUTO_FREE char *what = xstrf("with/%s", name), *folder = try_path(s, i, what);
        if (wheel_unpack(s->run, with->items[k], python, folder, e) < 0)
            return -1;
        out->items[out->len++] = arena_strdup(s->run->arena, folder);
    }
    return 0;
}

/* What is imported besides what the recipe's test says: each module of ours; of a project that says nothing,
 * what its wheel has at the top. */
static int find_imports(struct step_run *s, const char *site, struct texts *out, bool *guessed, struct err *e)
{
    struct arena *a = s->run->arena;
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    const struct test_spec *test = &recipe->test;
    const struct manifest *m = step_manifest(s->run, step_wheel_of(s->step), e);
    if (!m)
        return -1;
    const struct json *imports = json_get(m->facts, WHEEL_IMPORTS);
    *out = (struct texts){arena_alloc(a, (json_len(imports) + 1) * sizeof *out->items), 0};
    for (size_t i = 0; i < json_len(imports); i++)
        out->items[out->len++] = arena_strdup(a, json_text(json_at(imports, i)));
    *guessed = !recipe->module_count && !test->imports.len && !test->script && !test->command.len;
    if (!*guessed)
        return 0;
    AUTO(strvec) struct strvec files = {0};
    if (tree_list(site, NULL, NULL, &files, e) < 0)
        return -1;
    *out = unpacked_imports(a, &files);
    return 0;
}

static int add_try(
    struct step_run *s, size_t i, const struct smoke_request *all, struct commands *out, struct err *e)
{
    struct smoke_request request = *all;
    const struct interpreter *python = s->step->run_with[i];
    AUTO_FREE char *scratch = try_path(s, i, "scratch");
    AUTO_FREE char *log = try_log(s, python);
    if (try_lacks(s->run, s->step, python))
        return 0;
    if (folder_make(scratch, e) < 0 || unpack_others(s, python, i, &request.with, e) < 0)
        return -1;
    request.python = python;
    request.scratch = scratch;
    request.log = log;
    request.end = &s->tries[i];
    return smoke_command(commands_add(out, "import"), &request, e);
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    AUTO_FREE char *site = path_join(s->draft.work, "site");
    struct smoke_request request = {.test = &s->run->graph->nodes[s->step->node].recipe->test, .site = site};
    struct texts modules;
    if (install(s, site, e) < 0 || find_imports(s, site, &modules, &request.guessed, e) < 0)
        return -1;
    request.modules = modules.items;
    request.module_count = modules.len;
    s->tries = arena_alloc(s->run->arena, (s->step->run_with_count + 1) * sizeof *s->tries);
    for (size_t i = 0; i < s->step->run_with_count; i++)
        if (add_try(s, i, &request, out, e) < 0)
            return -1;
    return 0;
}

/* A program that the test asks for and that is nowhere is not in the wheel: that is no reason not to try. */
static enum smoke_outcome outcome_of(const struct step_run *s, size_t i, const char *log, const char **why)
{
    const struct test_spec *test = &s->run->graph->nodes[s->step->node].recipe->test;
    enum smoke_outcome outcome = smoke_read(s->run->arena, &s->tries[i], log, why);
    return s->tries[i].is_missing && test->command.len ? SMOKE_FAILED : outcome;
}

/* What came of all of them: one that failed does not hide the others. */
static void read_tries(struct step_run *s, struct wheel_result *w, struct err *e)
{
    struct run *r = s->run;
    w->smoke_count = s->step->run_with_count;
    w->smoke = arena_alloc(r->arena, (w->smoke_count + 1) * sizeof *w->smoke);
    for (size_t i = 0; i < w->smoke_count; i++) {
        const struct interpreter *python = s->step->run_with[i];
        AUTO_FREE char *log = try_log(s, python);
        const char *threaded = python->abi.free_threaded ? "t" : "";
        struct smoke_result *one = &w->smoke[i];
        *one = (struct smoke_result){
            .python = arena_strf(r->arena, "%s%s", python->version, threaded), .path = python->path};
        one->why = try_lacks(r, s->step, python);
        one->outcome = one->why ? SMOKE_NOT_RUN : outcome_of(s, i, log, &one->why);
        if (one->outcome == SMOKE_FAILED)
            err_add(e, ERR_FINDINGS, "%s: the smoke test failed with Python %s (%s): %s\nlog: %s",
                w->file_name, python->version, python->path, one->why, log);
    }
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    (void)more;
    const char *script = s->run->graph->nodes[s->step->node].recipe->test.script;
    struct wheel_result w;
    if ((script && local_file_check(s->run, script, e) < 0) ||
        step_wheel_result(&w, s->run, step_wheel_of(s->step), e) < 0)
        return -1;
    read_tries(s, &w, e);
    if (e->text)
        return -1;
    wheel_tries_put(s->draft.facts, &w);
    return step_commit(s, e);
}

const struct step_hooks step_try_hooks = {
    .prepare = prepare, .finish = finish, .widest = 1, .apart = true, .failure = ERR_FINDINGS};
