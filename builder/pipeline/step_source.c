/* An extension's source, ready to compile: unpacked, patched, Cython translated once for all interpreters. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/cythonize.h"
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
    struct cythonize_request request = {
        .recipe = recipe,
        .src = s->src,
        .home = home,
        .path = r->build_path,
        .logs = s->draft.logs,
        .python = r->tool_python ? r->tool_python->path : NULL,
        .source_date_epoch = step_epoch(s),
    };
    request.inputs = step_inputs(r, s->step, &request.inputs_len);
    for (size_t i = 0; i < recipe->modules_len; i++) {
        request.module = &recipe->modules[i];
        if (cythonize_commands(&request, more, e) < 0)
            return -1;
    }
    return 0;
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    if (s->phase == 1) {
        if (cythonize(s, more, e) < 0)
            return -1;
        if (more->len)
            return 0;
    }
    AUTO_FREE char *kept = path_join(s->draft.stage, "src");
    AUTO_FREE char *epoch_file = path_join(s->draft.stage, ".staticbuild/epoch");
    AUTO_FREE char *epoch = xstrf("%lld\n", (long long)step_epoch(s));
    if (file_rename(s->src, kept, e) < 0 || file_write(epoch_file, epoch, strlen(epoch), 0644, e) < 0)
        return -1;
    return step_commit(s, e);
}

const struct step_hooks step_source_hooks = {prepare, finish, 1, ERR_BUILD};

const struct step *step_source_of(const struct run *r, const struct step *s)
{
    for (size_t i = 0; i < s->needs_len; i++)
        if (r->plan->steps[s->needs[i]].kind == STEP_SOURCE)
            return &r->plan->steps[s->needs[i]];
    return NULL;
}

int64_t step_source_epoch(const struct run *r, const struct step *source, struct err *e)
{
    if (r->source_date_epoch >= 0)
        return r->source_date_epoch;
    AUTO_FREE char *tree = step_tree(r, source);
    AUTO_FREE char *path = path_join(tree, ".staticbuild/epoch");
    AUTO(strbuf) struct strbuf text = {0};
    if (file_read(&text, path, 64, e) < 0)
        return -1;
    return strtoll(strbuf_str(&text), NULL, 10);
}
