/* The programs that a backend finds while it is asked what it requires. */
#ifndef PROJECT_ASKING_H
#define PROJECT_ASKING_H

#include "base/err.h"

/* Makes folder: a link to each program along path, but for the tools that backends take from an index where
 * the machine has none, so that every machine gets the same answer. */
int asking_programs(const char *folder, const char *path, struct err *e);

#endif
