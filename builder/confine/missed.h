/* What a step looked for in vain that this machine has and the view hides. A build that ends well with a
 * silent "no" lacks a feature that it has elsewhere. */
#ifndef CONFINE_MISSED_H
#define CONFINE_MISSED_H

#include "confine/view.h"

/* Reads a log of a compiler, a linker, pkg-config, configure, CMake or Meson, and adds "header zlib.h",
 * "library z" or "package zlib" for each name that was not found in it though this machine has it, once.
 * triplet: "x86_64-linux-gnu". */
void missed_find(struct strvec *out, const struct host_view *v, const char *triplet, struct slice log);

/* The same of every name that was not found, whoever has it. */
void missed_names(struct strvec *out, struct slice log);

#endif
