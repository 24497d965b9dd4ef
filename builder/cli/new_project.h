/* A new project, whole enough to be built at once: a package with a module, a test, a recipe. */
#ifndef CLI_NEW_PROJECT_H
#define CLI_NEW_PROJECT_H

#include "base/err.h"
#include "cli/program.h"

enum new_language { NEW_C, NEW_CXX, NEW_CYTHON };

/* Writes the folder, which must not be there: it is whole or not there at all. The names are those of a
 * recipe and of a module in Python. license is an SPDX expression, or NULL when nobody said which. Then says
 * what to do next on standard output. */
int new_project(const char *folder, const char *name, const char *module, enum new_language language,
    const char *license, struct err *e);

#endif
