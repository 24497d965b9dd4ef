/* `staticbuild help`: pages, the manual and completions, all from the table of commands. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/help.h"

static int run(struct invocation *inv, struct err *e)
{
    const struct program *program = inv->program;
    AUTO(strbuf) struct strbuf out = {0};
    if (inv->manual) {
        help_manual(&out, program);
    } else if (inv->completion) {
        if (help_completion(&out, program, inv->completion, e) < 0)
            return -1;
    } else if (inv->arguments.len) {
        const char *name = inv->arguments.items[0];
        const struct subcommand *command = subcommand_find(program, name);
        const struct subcommand *near = command ? NULL : subcommand_like(program, name);
        if (near)
            return err_set(e, ERR_USAGE, "no command \"%s\" (did you mean \"%s\"?)", name, near->name);
        if (!command)
            return err_set(e, ERR_USAGE, "no command \"%s\"; `%s help` lists them", name, program->name);
        help_command(&out, program, command, style_of(stdout));
    } else {
        help_program(&out, program, style_of(stdout));
    }
    return output_put(&out, e);
}

static const struct flag *const options[] = {
    OPTION(.name = "man", .kind = FLAG_YES, .help = "print the manual page (roff)", .at = AT(manual)),
    OPTION(.name = "completion", .kind = FLAG_TEXT, .value = "SHELL",
        .help = "print completions for bash, zsh or fish", .at = AT(completion)),
    NULL,
};

const struct subcommand subcommand_help = {
    .name = "help",
    .summary = "say how the program or a command is used",
    .arguments = "[COMMAND]",
    .most = 1,
    .completes = COMPLETE_COMMANDS,
    .about = "Prints help; with --man the manual page, with --completion a shell's completions.",
    .examples = {{"help run", "all about `run`"},
        {"help --completion bash", "completions, to be read by the shell"}},
    .options = options,
    .run = run,
};
