/* `staticbuild plan`: what would be done, and what each key is made of. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/session.h"
#include "ui/run/report.h"

static void print(struct strbuf *out, const struct invocation *inv, const struct pipeline_result *result)
{
    for (size_t i = 0; i < result->durations.len; i++)
        strbuf_addf(out, "%s\n", result->durations.items[i]);
    if (inv->print_durations)
        return;
    if (result->shards)
        shard_print(out, result->plan, result->shards, result->shard, inv->with_keys);
    else
        plan_print(out, result->plan, inv->with_keys);
    report_skipped(out, result);
}

int cmd_plan(struct invocation *inv, struct err *e)
{
    if (inv->format == FORMAT_JSON)
        return session_show(inv, GOAL_PLAN, e);
    struct pipeline_result result = {0};
    int status = session_run(inv, GOAL_PLAN, &result, e);
    if (status == 0) {
        AUTO(strbuf) struct strbuf out = {0};
        print(&out, inv, &result);
        status = output_put(&out, e);
    }
    pipeline_result_release(&result);
    return status;
}

static const struct flag *const options[] = {
    &option_python,
    &option_python_root,
    &option_with,
    &option_sandbox,
    OPTION(.name = "keys", .kind = FLAG_YES, .help = "print also the facts that each step depends on",
        .at = AT(with_keys)),
    OPTIONS_OF_SHARDS,
    OPTION(.name = "print-durations", .kind = FLAG_YES,
        .help =
            "print how long each step took when it was made the last time, as far as the cache has it, for "
            "--durations",
        .at = AT(print_durations)),
    &option_locked,
    &option_target,
    &option_format,
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
    .about =
        "Prints the steps in order and what each needs. Nothing is fetched or built. A step's key is "
        "the hash of everything its result depends on; --keys prints that list of facts.\n\n"
        "--shard I/N prints one of N parts that several machines make side by side: `run` and `wheel` make "
        "it when they are asked for the same. Goals that share libraries are in one part; what several "
        "parts need is part 0, made first, and taken from --share by all others.",
    .examples = {{"plan zmq --keys", "the steps, and what each depends on"},
        {"plan zmq yaml plyvel --shard 1/3", "the first of three parts"},
        {"plan zmq yaml --print-durations", "for --durations"}},
    .options = options,
    .run = cmd_plan,
};
