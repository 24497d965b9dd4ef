/* Changing a source before it is built. */
#ifndef BUILD_PATCH_H
#define BUILD_PATCH_H

#include "sched/tasks.h"

/* Fills the command that applies a patch in the folder src: patch(1), nothing fuzzy, nothing half. */
void patch_command(struct command *c, const char *patch, const char *src, unsigned strip, const char *path);

#endif
