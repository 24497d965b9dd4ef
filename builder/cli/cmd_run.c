/* `staticbuild NAME`, the main job: from recipes to wheels that were tried. */
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/session.h"

int cmd_run(struct invocation *inv, struct err *e)
{
    return inv->dry_run ? cmd_plan(inv, e) : session_show(inv, GOAL_WHEEL, e);
}

static const struct flag *const options[] = {
    &option_output,
    &option_debug_files,
    &option_with,
    &option_python,
    &option_python_root,
    OPTIONS_OF_BUILDING,
    &option_require_tried,
    OPTIONS_OF_PLACES,
    OPTIONS_OF_SHARDS,
    &option_dry_run,
    &option_target,
    OPTIONS_OF_REPORTS,
    NULL,
};

const struct subcommand subcommand_run = {
    .name = "run",
    .summary = "make verified wheels from recipes; meant when no command is named",
    .arguments = "RECIPE...",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_RECIPES,
    .about =
        "Fetches what each recipe and everything it requires is made of, builds the libraries as static "
        "archives, links the extension modules, audits them, packs one wheel for each interpreter, installs "
        "and imports it, and puts it into dist. A wheel that does not pass is not made. One that could not "
        "be tried, because its test requires a distribution that no recipe makes, is told of, and refused "
        "with --require-tried.\n\n"
        "Everything is compiled and linked for the target, so that it loads on systems much older than this "
        "one.\n\n"
        "RECIPE is a file, or a name that is looked for in recipe/ of the working folder and among the "
        "recipes that came with the program. What was done before and has not changed is not done again.",
    .examples = {{"recipes/zmq.toml", "wheels of pyzmq for every CPython found here, in dist/"},
        {"zmq --python 3.9,3.11 -o wheels", "for two interpreters, in wheels/"},
        {"zmq --dry-run", "what would be done"},
        {"zmq --target manylinux_2_28", "for systems with glibc 2.28 and later"},
        {"zmq --target manylinux_2_17_x86_64,manylinux_2_17_aarch64", "for two architectures, every Python"},
        {"zmq --offline --format json", "from what was fetched before; the result as JSON"}},
    .builds = true,
    .options = options,
    .run = cmd_run,
};
