/* Help made from the tables. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/program.h"
#include "ui/text/layout.h"

/* What the program is and which commands it has. */
void help_program(struct strbuf *out, const struct program *program, struct style style);

/* One command with its flags, examples and exit statuses. */
void help_command(
    struct strbuf *out, const struct program *program, const struct subcommand *command, struct style style);

/* The manual page, in the man(7) macros. */
void help_manual(struct strbuf *out, const struct program *program);

/* Completions for "bash", "zsh" or "fish"; another shell is ERR_USAGE. */
int help_completion(struct strbuf *out, const struct program *program, const char *shell, struct err *e);

#endif
