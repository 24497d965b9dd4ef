/* A look over TOML text before toml++ sees it. Version 3.3 puts no limit on the parts of a dotted key, and
 * each of them is a level of recursion; and it looks ahead in what may be a date for as long as there are
 * underscores, further than it can go back. */
#ifndef TOML_SCAN_H
#define TOML_SCAN_H

#include <stddef.h>

enum { TOML_MAX_KEY_PARTS = 32, TOML_MAX_UNDERSCORES = 100 };

/* What is too much in it, and the first line that has it: "a key with too many parts", or, of a bare word,
 * "too many underscores". NULL when nothing is. */
const char *toml_excess(const char *text, size_t len, unsigned *line);

#endif
