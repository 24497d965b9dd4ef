/* `staticbuild help`: pages, the manual and completions, all from the table of commands. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/help.h"

int cmd_help(struct invocation *inv, struct err *e)
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
