/* `staticbuild plan`: what would be done, and what each key is made of. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/session.h"
#include "ui/run/report.h"

int cmd_plan(struct invocation *inv, struct err *e)
{
    struct pipeline_result result = {0};
    int status = session_run(inv, GOAL_PLAN, &result, e);
    if (status == 0) {
        AUTO(strbuf) struct strbuf out = {0};
        plan_print(&out, result.plan, inv->with_keys);
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
    OPTION(.name = "keys", .kind = FLAG_YES, .help = "print also the facts that each step depends on",
        .at = AT(with_keys)),
    &option_locked,
    &option_target,
    &option_verbose,
    &option_quiet,
    NULL,
};

const struct subcommand subcommand_plan = {
    .name = "plan",
    .summary = "print the steps that a run would take",
    .arguments = "RECIPE...",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_RECIPES,
    .about = "Prints the steps in order and what each needs. Nothing is fetched or built. A step's key is "
             "the hash of everything its result depends on; --keys prints that list of facts.",
    .examples = {{"plan zmq --keys", "the steps, and what each depends on"}},
    .options = options,
    .run = cmd_plan,
};
