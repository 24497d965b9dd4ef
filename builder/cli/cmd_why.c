/* `why`: plans, and holds the plan against what the store has of the last time. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/session.h"
#include "ui/run/report.h"

static int run(struct invocation *inv, struct err *e)
{
    struct pipeline_result result = {0};
    int status = session_run(inv, GOAL_WHY, &result, e);
    if (status == 0) {
        AUTO(strbuf) struct strbuf out = {0};
        report_why(&out, &result, style_of(stdout));
        report_skipped(&out, &result);
        status = output_put(&out, e);
    }
    pipeline_result_release(&result);
    return status;
}

static const struct flag *const options[] = {
    &option_python,
    &option_python_root,
    &option_sandbox,
    &option_with,
    &option_target,
    NULL,
};

const struct subcommand subcommand_why = {
    .name = "why",
    .summary = "say why something is made again",
    .arguments = "RECIPE...",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_RECIPES,
    .about =
        "Holds each step of a run against what the cache has of the same thing from the last time, and "
        "prints the facts that differ: an option in a recipe, a patch, a compiler, an interpreter. Of what "
        "is finished it says when it was made, and what had changed then. Nothing is fetched or built.",
    .examples = {{"why zmq", "what a run would make, and because of what"}},
    .options = options,
    .run = run,
};
