/* For this folder and its tests. */
#ifndef LINK_INTERNAL_H
#define LINK_INTERNAL_H

#include "link/link.h"

bool source_is_cython(const char *source); /* .pyx .py */
bool source_is_cxx(const char *source);    /* .cc .cpp .cxx .C .c++ */

/* Adds a command with a copy of env; its log is logs/PHASE.log. */
struct command *link_command(
    struct commands *out, const char *phase, const char *dir, const char *logs, const struct strvec *env);

#endif
