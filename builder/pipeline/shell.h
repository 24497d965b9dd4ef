/* What it takes to stand where a command of a step stood: its folder, its environment, and what confined it.
 * It is kept in the work folder of a step that failed, for `staticbuild shell`. */
#ifndef PIPELINE_SHELL_H
#define PIPELINE_SHELL_H

#include "sched/tasks.h"

#define SHELL_FILE "shell.json" /* in a work folder */

struct stand {
    struct strvec before; /* words that confine what follows them */
    struct strvec env;
    struct strvec argv; /* of the command that stood there */
    char *dir;
};
void stand_release(struct stand *s);

int stand_write(const char *path, const struct command *c, struct err *e);
int stand_read(struct stand *s, const char *path, struct err *e);

#endif
