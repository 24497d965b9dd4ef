/* `staticbuild env`: a command of the user's, with what a project's own backend would find. */
#include <string.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/session.h"
#include "sched/process.h"

static void print(const struct strvec *env)
{
    for (size_t i = 0; i < env->len; i++)
        puts(env->items[i]);
}

/* The first argument is the project, the others are the command's. */
static int run(struct invocation *inv, struct err *e)
{
    AUTO(strvec) struct strvec command = {0};
    AUTO(strvec) struct strvec env = {0};
    struct pipeline_result result = {0};
    for (size_t i = 1; i < inv->arguments.len; i++)
        strvec_push(&command, inv->arguments.items[i]);
    while (inv->arguments.len > 1)
        free(inv->arguments.items[--inv->arguments.len]);
    inv->arguments.items[1] = NULL;
    int failed = session_run(inv, GOAL_SURROUND, &result, e);
    strvec_push_all(&env, &result.surroundings);
    pipeline_result_release(&result);
    if (failed)
        return -1;
    if (!command.len) {
        print(&env);
        return 0;
    }
    return process_become(command.items, env.items, ".", e);
}

static const struct flag *const options[] = {
    &option_python,
    OPTIONS_OF_BUILDING,
    OPTIONS_OF_PLACES,
    &option_library,
    &option_target,
    &option_progress,
    &option_verbose,
    &option_quiet,
    NULL,
};

const struct subcommand subcommand_env = {
    .name = "env",
    .summary = "run any command with the compilers and libraries of a project",
    .arguments = "PROJECT [-- COMMAND...]",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_FILES,
    .about =
        "Builds the libraries that the project is linked with, as `wheel` would, and starts the command in "
        "this "
        "folder, in your own environment, with what a backend finds: compilers and linkers for the target "
        "first in PATH and in CC, CXX and their like, pkg-config, CMake and cargo that find those libraries. "
        "CFLAGS, LDFLAGS and search paths of yours are left out. The status is that of the command. Without "
        "one the environment is printed.\n\n"
        "The command is not confined, may take what it likes from the network, and what it makes is not "
        "proved: `staticbuild finish` does that.",
    .examples = {{"env . -- python -m build",
                     "another frontend, then: staticbuild finish dist/*.whl -o wheels"},
        {"env . -- pip install -e .", "an editable install with the same compilers"},
        {"env . --library zlib -- make", "any build that compiles"}},
    .projects = true,
    .builds = true,
    .options = options,
    .run = run,
};
