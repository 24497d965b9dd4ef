/* `staticbuild tree`: what a recipe is made of. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/session.h"
#include "ui/run/report.h"

static int run(struct invocation *inv, struct err *e)
{
    struct pipeline_result result = {0};
    int status = session_run(inv, GOAL_RESOLVE, &result, e);
    if (status == 0) {
        AUTO(strbuf) struct strbuf out = {0};
        if (inv->format == FORMAT_JSON)
            report_graph_json(&out, result.graph);
        else
            report_graph(&out, result.graph, style_of(stdout));
        status = output_put(&out, e);
    }
    pipeline_result_release(&result);
    return status;
}

static const struct flag *const options[] = {
    &option_with,
    &option_format,
    &option_verbose,
    &option_quiet,
    NULL,
};

const struct subcommand subcommand_tree = {
    .name = "tree",
    .summary = "show what a recipe requires",
    .arguments = "RECIPE...",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_RECIPES,
    .about = "Prints what was asked for and, below it, the libraries, build tools and host tools it "
             "requires, in the versions and with the features that a run would take.",
    .examples = {{"tree zmq", "libzmq with libsodium, and Cython to build with"}},
    .options = options,
    .run = run,
};
