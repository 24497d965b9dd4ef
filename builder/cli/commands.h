/* The commands, of which main.c makes the table, and what their files share. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/program.h"

#define COMMAND(name) extern const struct subcommand subcommand_##name;
#include "cli/commands.def"
#undef COMMAND

/* Of `run`, which `wheel` is too, and of `plan`, which `run --dry-run` is. */
int cmd_run(struct invocation *inv, struct err *e);
int cmd_plan(struct invocation *inv, struct err *e);

/* `audit --tree` */
int audit_trees(struct invocation *inv, struct err *e);
/* `audit --together --prove` */
int audit_prove(const struct invocation *inv, struct err *e);
/* `audit --diff` */
struct audit_options;
int audit_difference(const struct invocation *inv, const struct audit_options *options, struct err *e);

#endif
