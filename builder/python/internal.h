/* What the files of python/ share, and their tests see. */
#ifndef PYTHON_INTERNAL_H
#define PYTHON_INTERNAL_H

#include <stdbool.h>

#include "base/str.h"
#include "python/interpreter.h"

/* NULL when the text is an environment marker (PEP 508), else what is wrong with it. */
const char *marker_check(const char *text);

/* A step through a marker that was checked. The value that stands at *p is a variable or a quoted text; then
 * the comparison that follows it, and whether a word ("and", "or") stands there: it is passed. */
struct slice marker_value(const char **p, bool *quoted);
struct slice marker_operator(const char **p);
bool marker_word(const char **p, const char *word);

/* Whether the marker has an "or" that "and" would bind tighter than. */
bool marker_has_or(const char *text);

/* Reads an interpreter's answer to the probe. Gives 1 when it is an answer, but not of a CPython 3 (*why says
 * what it is of), -1 with *e set when it is none. */
int interpreter_read(struct interpreter *out, struct arena *a, const char *path, const char *answer,
    const char **why, struct err *e);

/* Adds every path where an interpreter may be, in the order of preference; links are not resolved. */
int interpreter_candidates(struct strvec *paths, struct err *e);

/* Asks the real executable at path what it is, or remembers it. As interpreter_read. runner as in
 * interpreters_find_in, or NULL. */
int interpreter_ask(struct interpreter *out, struct arena *a, const char *path, const char *const *runner,
    const struct fact_memory *memory, const char **why, struct err *e);

#endif
