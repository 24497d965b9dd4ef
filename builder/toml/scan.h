/* A look over TOML text before toml++ sees it: version 3.3 puts no limit on the parts of a dotted key, and
 * each of them is a level of recursion. */
#ifndef TOML_SCAN_H
#define TOML_SCAN_H

#include <stddef.h>

enum { TOML_MAX_KEY_PARTS = 32 };

/* The first line with a key of more parts, or 0. */
unsigned toml_long_key(const char *text, size_t len);

#endif
