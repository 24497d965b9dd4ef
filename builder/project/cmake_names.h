/* CMake packages under the names that their users ask for. A library that is built static alone calls its
 * target X-static or X_static, and who wrote find_package for a system's shared one links X or X_shared. */
#ifndef PROJECT_CMAKE_NAMES_H
#define PROJECT_CMAKE_NAMES_H

#include "base/err.h"
#include "base/str.h"

/* Writes, for the packages in a tree that have such targets, packages of the same names below lib: they
 * include those of the tree, and give each target its other names. */
int cmake_names_write(const char *lib, const char *tree, struct err *e);

#endif
