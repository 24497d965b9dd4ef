/* Versions of libraries and tools, as their authors write them, and constraints on them. Python's own
 * versions (PEP 440) live in python/.
 *
 * A version is a row of numbers and words: "1.1.1w", "3.5.0-rc2", "20220623.1". Numbers compare as numbers of
 * any length; a missing one is 0. dev, alpha, beta, pre, rc, and a or b with a number behind ("3.0a1"), come
 * before the release; any other word ("1.1.1w", "9.9p1") comes after it and before a further number. */
#ifndef RECIPE_VERSION_H
#define RECIPE_VERSION_H

#include <stdbool.h>

#include "base/str.h"

/* Below, at or above 0, as strcmp. "1.2" and "1.2.0" are equal. */
int version_compare(const char *a, const char *b);

/* True for text that begins with a digit and goes on with letters, digits and ". _ + ~ -". */
bool version_is_valid(struct slice text);

/* Constraints: ">= 1.0.16", "< 2", "== 1.2.*", "!= 1.3", "~= 1.4" (1.4 or later, but still 1.*), joined by
 * commas: all must hold. "" is any version. Gives NULL when text is one, else what is wrong with it, in words
 * that need no freeing. */
const char *constraint_problem(const char *text);

/* version is valid and constraint has no problem. */
bool version_satisfies(const char *version, const char *constraint);

#endif
