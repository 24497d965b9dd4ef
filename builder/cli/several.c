/* A run for several targets is a run for each, one after another: every one has a compiler, a kit and
 * libraries of its own, and what they have in common the store has after the first. */
#include "cli/several.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

bool several_targets(const char *target)
{
    return target && strchr(target, ',');
}

static int read_list(struct strvec *out, const char *targets, struct err *e)
{
    for (struct slice rest = slice_of(targets); rest.ptr;) {
        struct slice item = slice_trim(slice_cut(&rest, ','));
        if (!item.len)
            return err_set(e, ERR_USAGE, "--target %s: has an empty part", targets);
        AUTO_FREE char *name = xstrf("%.*s", (int)item.len, item.ptr);
        if (strvec_has(out, name))
            return err_set(e, ERR_USAGE, "--target %s: has %s twice", targets, name);
        strvec_push(out, name);
    }
    return 0;
}

int several_run(struct invocation *inv, enum pipeline_goal goal, const struct session_place *place,
    const char *targets, struct pipeline_result *result, struct err *e)
{
    AUTO(strvec) struct strvec list = {0};
    AUTO(err) struct err failures = ERR_INIT;
    if (read_list(&list, targets, e) < 0)
        return -1;
    if (inv->python_root)
        return err_set(e, ERR_USAGE,
            "--python-root %s: is one system, and --target names %zu: run once for each, or name versions "
            "with "
            "--python that recipes have the headers of",
            inv->python_root, list.len);
    for (size_t i = 0; i < list.len; i++) {
        struct session_place one = *place;
        struct pipeline_result part = {0};
        one.target = list.items[i];
        int failed = session_run_at(inv, goal, &one, &part, e);
        pipeline_result_join(result, &part);
        if (!failed)
            continue;
        if (!inv->keep_going || e->kind == ERR_INTERRUPTED)
            break;
        err_wrap(e, "%s", list.items[i]);
        err_join(&failures, e);
    }
    if (!failures.kind)
        return e->kind ? -1 : 0;
    if (e->kind)
        err_join(&failures, e);
    return err_move(e, &failures);
}
