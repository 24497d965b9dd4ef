/* `staticbuild fetch`: a run that ends when all sources are there. */
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/session.h"

static int run(struct invocation *inv, struct err *e)
{
    return session_show(inv, GOAL_FETCH, e);
}

static const struct flag *const options[] = {
    &option_python,
    &option_python_root,
    &option_jobs,
    &option_keep_going,
    OPTIONS_OF_PLACES,
    &option_target,
    OPTIONS_OF_REPORTS,
    NULL,
};

const struct subcommand subcommand_fetch = {
    .name = "fetch",
    .summary = "fetch the sources alone",
    .arguments = "RECIPE...",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_RECIPES,
    .about = "Brings every source of the recipes and what they require into the cache, so that a later run "
             "can do with --offline.",
    .examples = {{"fetch zmq yaml", "all sources of two extensions"}},
    .options = options,
    .run = run,
};
