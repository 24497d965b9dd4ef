/* `staticbuild version`. */
#include "cli/commands.h"
#include "cli/flags.h"

static int run(struct invocation *inv, struct err *e)
{
    return version_put(inv->program, e);
}

const struct subcommand subcommand_version = {
    .name = "version",
    .summary = "print the program's version",
    .arguments = "",
    .about = "Prints the program's name and version, of which commit it was made, and with which libraries.",
    .run = run,
};
