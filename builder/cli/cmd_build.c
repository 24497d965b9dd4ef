/* `staticbuild build`: a run that ends before wheels. */
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/session.h"

static int run(struct invocation *inv, struct err *e)
{
    return session_show(inv, GOAL_BUILD, e);
}

static const struct flag *const options[] = {
    OPTIONS_OF_BUILDING,
    OPTIONS_OF_PLACES,
    &option_target,
    OPTIONS_OF_REPORTS,
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
