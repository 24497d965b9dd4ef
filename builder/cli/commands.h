/* What each command does; main.c puts them into the table. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/program.h"

int cmd_run(struct invocation *inv, struct err *e);
int cmd_why(struct invocation *inv, struct err *e);
int cmd_plan(struct invocation *inv, struct err *e);
int cmd_tree(struct invocation *inv, struct err *e);
int cmd_fetch(struct invocation *inv, struct err *e);
int cmd_build(struct invocation *inv, struct err *e);
int cmd_audit(struct invocation *inv, struct err *e);
int cmd_footprint(struct invocation *inv, struct err *e);
int cmd_sbom(struct invocation *inv, struct err *e);
int cmd_symbol(struct invocation *inv, struct err *e);
int cmd_list(struct invocation *inv, struct err *e);
int cmd_cache(struct invocation *inv, struct err *e);
int cmd_target(struct invocation *inv, struct err *e);
int cmd_new(struct invocation *inv, struct err *e);
int cmd_help(struct invocation *inv, struct err *e);
/* `audit --tree` */
int audit_trees(struct invocation *inv, struct err *e);
/* `audit --together --prove` */
int audit_prove(const struct invocation *inv, struct err *e);
/* `audit --diff` */
struct audit_options;
int audit_difference(const struct invocation *inv, const struct audit_options *options, struct err *e);

int cmd_version(struct invocation *inv, struct err *e);

#endif
