/* For python/'s interpreter files and their tests. */
#ifndef PYTHON_INTERNAL_H
#define PYTHON_INTERNAL_H

#include "base/str.h"
#include "python/interpreter.h"

/* Reads an interpreter's answer to the probe. Gives 1 when it is an answer, but not of a CPython 3 (*why says
 * what it is of), -1 with *e set when it is none. */
int interpreter_read(struct interpreter *out, struct arena *a, const char *path, const char *answer,
    const char **why, struct err *e);

/* Adds every path where an interpreter may be, in the order of preference; links are not resolved. */
void interpreter_candidates(struct strvec *paths);

/* Asks the real executable at path what it is, or remembers it. As interpreter_read. */
int interpreter_ask(struct interpreter *out, struct arena *a, const char *path,
    const struct fact_memory *memory, const char **why, struct err *e);

#endif
