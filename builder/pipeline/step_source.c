/* An extension's source, ready to compile: unpacked, patched, Cython translated once for all interpreters. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/link.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    return step_unpack(s, out, e);
}

static int cythonize(struct step_run *s, struct commands *more, struct err *e)
{
    struct run *r = s->run;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    AUTO_FREE char *home = path_join(s->draft.work, "home");
    if (folder_make(home, e) < 0)
        return -1;
    if (!r->machine.tool_python)
        return err_set(e, ERR_MISSING,
            "%s: Cython needs a CPython 3.8 or later to run with, and none was found", recipe->file);
    struct build_request environment = {.recipe = recipe,
        .toolchain = step_toolchain(r, s->step),
        .src = s->src,
        .work = s->draft.work,
        .home = home,
        .source_date_epoch = step_epoch(s),
        .path = r->machine.build_path,
        .python = r->machine.tool_python->path};
    environment.inputs = step_inputs(r, s->step, &environment.input_count);
    backend_environment(&environment, &s->environment);
    return cythonize_commands(
        recipe, s->src, r->machine.tool_python->path, s->draft.logs, &s->environment, more, e);
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    bool has_cython = false;
    for (size_t i = 0; i < recipe->module_count; i++)
        has_cython |= module_has_cython(&recipe->modules[i]);
    if (s->phase == 1 && (step_age_patched_files(s, e) < 0 || known_in_source(recipe, s->src, e) < 0))
        return -1;
    if (s->phase == 1 && has_cython) {
        if (cythonize(s, more, e) < 0)
            return -1;
        if (more->len)
            return 0;
    }
    AUTO_FREE char *kept = path_join(s->draft.stage, "src");
    json_set_int(s->draft.facts, "epoch", step_epoch(s));
    if (file_rename(s->src, kept, e) < 0)
        return -1;
    return step_commit(s, e);
}

const struct step_hooks step_source_hooks = {
    .prepare = prepare, .finish = finish, .widest = 1, .unpacks = true, .apart = true, .failure = ERR_BUILD};

const struct step *step_source_of(const struct run *r, const struct step *s)
{
    for (size_t i = 0; i < s->need_count; i++)
        if (r->plan->steps[s->needs[i]].kind == STEP_SOURCE ||
            r->plan->steps[s->needs[i]].kind == STEP_OPENED ||
            r->plan->steps[s->needs[i]].kind == STEP_PROGRAM)
            return &r->plan->steps[s->needs[i]];
    return NULL;
}

int64_t step_source_epoch(struct run *r, const struct step *source, struct err *e)
{
    if (r->machine.source_date_epoch >= 0)
        return r->machine.source_date_epoch;
    const struct manifest *m = step_manifest(r, source, e);
    return m ? json_get_int(m->facts, "epoch", 0) : -1;
}
