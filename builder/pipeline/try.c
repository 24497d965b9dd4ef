/* The smoke test of a packed wheel: installed into an empty folder, imported by every interpreter it is for.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "project/unpacked.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/wheel.h"

static char *try_path(const struct step_run *s, size_t i, const char *what)
{
    return xstrf("%s/smoke/%zu/%s", s->draft.work, i, what);
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
static int find_imports(struct step_run *s, const struct built *b, const char *site, struct texts *out,
    bool *guessed, struct err *e)
{
    const struct test_spec *test = &s->run->graph->nodes[s->step->node].recipe->test;
    bool is_project = step_has_wheel(step_made_of(s->run, s->step));
    AUTO(strvec) struct strvec files = {0};
    *guessed = is_project && !test->imports.len && !test->script && !test->command.len;
    *out = (struct texts){arena_alloc(s->run->arena, (b->count + 1) * sizeof *out->items), 0};
    for (size_t i = 0; i < b->count && !is_project; i++)
        if (!b->items[i].shared_copy)
            out->items[out->len++] = b->items[i].name;
    if (*guessed && tree_list(site, NULL, NULL, &files, e) < 0)
        return -1;
    if (*guessed)
        *out = unpacked_imports(s->run->arena, &files);
    return 0;
}

int smoke_begin(
    struct step_run *s, struct wheel_result *w, const struct built *b, struct commands *out, struct err *e)
{
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    AUTO_FREE char *site = path_join(s->draft.work, "smoke/site");
    AUTO_FREE char *parent = path_dir(site);
    AUTO(wheel) struct wheel wheel = {0};
    if (folder_make(parent, e) < 0 || wheel_open(&wheel, w->path, 0, e) < 0 ||
        wheel_install(&wheel, site, NULL, e) < 0)
        return -1;
    struct texts modules;
    bool guessed;
    if (find_imports(s, b, site, &modules, &guessed, e) < 0)
        return -1;
    s->tries = arena_alloc(s->run->arena, (s->step->run_with_count + 1) * sizeof *s->tries);
    for (size_t i = 0; i < s->step->run_with_count; i++) {
        AUTO_FREE char *scratch = try_path(s, i, "scratch");
        AUTO_FREE char *log = xstrf("%s/smoke-%s.log", s->draft.logs, s->step->run_with[i]->version);
        struct texts with;
        if (try_lacks(s->run, s->step, s->step->run_with[i]))
            continue;
        if (folder_make(scratch, e) < 0 || unpack_others(s, s->step->run_with[i], i, &with, e) < 0)
            return -1;
        struct command *c = commands_add(out, "import");
        const struct smoke_request request = {.python = s->step->run_with[i],
            .test = &recipe->test,
            .modules = modules.items,
            .module_count = modules.len,
            .guessed = guessed,
            .site = site,
            .with = with,
            .scratch = scratch,
            .log = log,
            .end = &s->tries[i]};
        if (smoke_command(c, &request, e) < 0)
            return -1;
    }
    return 0;
}

int smoke_end(struct step_run *s, struct wheel_result *w, struct err *e)
{
    const char *script = s->run->graph->nodes[s->step->node].recipe->test.script;
    if (script && s->step->run_with_count && local_file_check(s->run, script, e) < 0)
        return -1;
    w->smoke_count = s->step->run_with_count;
    w->smoke = arena_alloc(s->run->arena, (w->smoke_count + 1) * sizeof *w->smoke);
    for (size_t i = 0; i < w->smoke_count; i++) {
        const struct interpreter *python = s->step->run_with[i];
        AUTO_FREE char *log = xstrf("%s/smoke-%s.log", s->draft.logs, python->version);
        struct smoke_result *r = &w->smoke[i];
        *r = (struct smoke_result){.python = python->version, .path = python->path};
        r->why = try_lacks(s->run, s->step, python);
        r->outcome = r->why ? SMOKE_NOT_RUN : smoke_read(s->run->arena, &s->tries[i], log, &r->why);
        if (r->outcome == SMOKE_FAILED)
            err_add(e, ERR_FINDINGS, "%s: the smoke test failed with Python %s (%s): %s\nlog: %s",
                w->file_name, python->version, python->path, r->why, log);
    }
    return e->text ? -1 : 0;
}
