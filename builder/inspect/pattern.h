/* Patterns of texts that name a version. */
#ifndef INSPECT_PATTERN_H
#define INSPECT_PATTERN_H

#include <stdbool.h>

#include "base/str.h"

/* Whether a text of room bytes, which ends where no character follows, is as the pattern says; *version then
 * points into it, and is empty when the pattern has none. In a pattern,
 *
 *   {v}    a version: digits and dots, at least one of each, and letters, plus, minus, underscore behind
 *   {n}    a number
 *   {d}    a date: "4 Jun 2024", "Jun 4, 2024", "2024-06-04", "Jun  4 2024"
 *   {w}    letters, digits, dots, underscores, plus and minus
 *   {*}    whatever follows
 *
 * a space is one or more, and everything else is itself. */
bool pattern_match(const char *pattern, const char *text, size_t room, struct slice *version);

/* How a text begins that can match: the pattern up to its first brace. */
struct slice pattern_beginning(const char *pattern);

/* Whether version is one of first to last, compared as far as those are said: 1.5.4 is one of 1.0 to 1.5. */
bool version_between(struct slice version, const char *first, const char *last);

#endif
