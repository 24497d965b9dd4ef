/* What is put before the compiler of a build: a cache of objects, or a compiler that many machines are
 * together. It changes who compiles and never what comes out, so that no key knows of it.
 *
 * A kit's compilers call it, when the variable LAUNCH_VARIABLE of their environment names it, for what is
 * compiled and not linked. */
#ifndef TOOLCHAIN_LAUNCHER_H
#define TOOLCHAIN_LAUNCHER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define LAUNCH_VARIABLE "KIT_LAUNCHER"

struct launcher {
    const char *name;
    bool sockets;
    const char *folder_variable, *folder;
    const char *variables, *fixed; /* words */
};

/* NULL when there is none of that name. */
const struct launcher *launcher_find(const char *name);

/* Adds all names, with commas. */
void launcher_names(struct strbuf *out);

/* Its folder, absolute, whether it is there or not; the caller frees it. NULL: it has none here. */
char *launcher_folder(const struct launcher *l);

/* Adds to the environment of a command what it is told: program is its path, folder from above or NULL. */
void launcher_environment(
    struct strvec *env, const struct launcher *l, const char *program, const char *folder);

#endif
