/* `staticbuild version`. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"

static int run(struct invocation *inv, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    strbuf_addf(&out, "%s %s\n", inv->program->name, inv->program->version);
    return output_put(&out, e);
}

const struct subcommand subcommand_version = {
    .name = "version",
    .summary = "print the program's version",
    .arguments = "",
    .about = "Prints the program's name and version.",
    .run = run,
};
