/* `shell`: the place where a step failed, to look around in. */
#include <string.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/made.h"
#include "pipeline/shell.h"
#include "sched/process.h"
#include "sys/read.h"

/* What a terminal asks for that a build does not have. */
static void add_terminal(struct strvec *env)
{
    const char *term = getenv("TERM");
    if (term)
        strvec_pushf(env, "TERM=%s", term);
    strvec_pushf(env, "PS1=staticbuild:\\w$ ");
}

/* Words that keep a build from its terminal; a shell is there for one. */
static bool is_for_builds(const char *word)
{
    return strcmp(word, "--new-session") == 0;
}

static void fill(struct strvec *argv, const struct stand *stand, const struct strvec *asked)
{
    AUTO(err) struct err ignored = ERR_INIT;
    for (size_t i = 0; i < stand->before.len; i++)
        if (!is_for_builds(stand->before.items[i]))
            strvec_push(argv, stand->before.items[i]);
    for (size_t i = 1; i < asked->len; i++)
        strvec_push(argv, asked->items[i]);
    if (asked->len > 1)
        return;
    bool has_bash = path_is_file("/bin/bash", &ignored) == 1;
    strvec_push(argv, has_bash ? "/bin/bash" : "/bin/sh");
    if (has_bash)
        strvec_push(argv, "--norc");
    strvec_push(argv, "-i");
}

static int run(struct invocation *inv, struct err *e)
{
    AUTO(made) struct made made = {.arena = {0}};
    AUTO(stand) struct stand stand = {.dir = NULL};
    AUTO(strvec) struct strvec argv = {0};
    const char *name = inv->arguments.items[0];
    AUTO_FREE char *record = NULL;
    if (made_open(&made, e) < 0)
        return -1;
    if (!made_find(&made, name, NULL, SHELL_FILE, &record))
        return err_set(e, ERR_USAGE,
            "no work folder of \"%s\" is kept: one is after a failure, or with --keep-work", name);
    if (stand_read(&stand, record, e) < 0)
        return -1;
    AUTO_FREE char *words = process_words(stand.argv.items);
    if (inv->arguments.len == 1) {
        fprintf(stderr, "folder: %s\ncommand: %s\n", stand.dir, words);
        add_terminal(&stand.env);
    }
    fill(&argv, &stand, &inv->arguments);
    return process_become(argv.items, stand.env.items, stand.dir, e);
}

const struct subcommand subcommand_shell = {
    .name = "shell",
    .summary = "look around where a build failed",
    .arguments = "NAME [-- COMMAND...]",
    .least = 1,
    .most = ANY_NUMBER,
    .about =
        "Starts a shell in the folder of the command that failed last under that name, with its environment, "
        "and confined as it was: it sees what the build saw. With COMMAND that is run instead. The status "
        "is that of the shell or the command. The folder is kept until the same is built again, or other "
        "failures need the room; with --keep-work it is kept without a failure too.",
    .examples = {{"shell zlib", "where its build failed"}, {"shell zlib -- make V=1", "one command there"}},
    .completes = COMPLETE_RECIPES,
    .run = run,
};
