/* `staticbuild build`: a run that ends before wheels. */
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/session.h"

static int run(struct invocation *inv, struct err *e)
{
    return session_show(inv, GOAL_BUILD, e);
}

static const struct flag *const options[] = {
    &option_jobs,
    &option_load_average,
    &option_keep_going,
    &option_keep_work,
    &option_offline,
    &option_sandbox,
    &option_mirror,
    &option_share,
    &option_share_read_only,
    &option_cache_sign,
    &option_cache_trust,
    &option_target,
    &option_format,
    &option_progress,
    &option_timings,
    &option_verbose,
    &option_quiet,
    NULL,
};

const struct subcommand subcommand_build = {
    .name = "build",
    .summary = "build libraries and tools alone",
    .arguments = "RECIPE...",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_RECIPES,
    .about = "Builds the libraries and tools of the recipes, checks what they promise and puts them into the "
             "cache. No extension module is linked.",
    .examples = {{"build libzmq", "libzmq and what it requires"}},
    .builds = true,
    .options = options,
    .run = run,
};
