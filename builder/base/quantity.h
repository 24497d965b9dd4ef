/* Sizes and times as people write them. */
#ifndef BASE_QUANTITY_H
#define BASE_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

/* "500", "500M", "2 GB", "1.5GiB": kB, MB, GB, TB and their letters alone are powers of 1000, with an i of
 * 1024. False for anything else. */
bool size_parse(const char *text, uint64_t *bytes);

/* "10s", "500ms", "2m", "12h", "30d", "8w"; without a unit seconds. False for anything else, and what is not
 * above 0. */
bool duration_parse(const char *text, double *seconds);

#endif
