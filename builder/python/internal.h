/* Shared by the files that read requirements. */
#ifndef PYTHON_INTERNAL_H
#define PYTHON_INTERNAL_H

#include <stdbool.h>

/* NULL when the text is an environment marker (PEP 508), else what is wrong with it. */
const char *marker_check(const char *text);

/* Whether the marker has an "or" that "and" would bind tighter than. */
bool marker_has_or(const char *text);

#endif
