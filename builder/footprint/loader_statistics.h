/* What the dynamic loader of glibc tells with LD_DEBUG=statistics (ld.so(8)); it is specified nowhere, so
 * lines that are not known are passed over. */
#ifndef FOOTPRINT_LOADER_STATISTICS_H
#define FOOTPRINT_LOADER_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct loader_statistics {
    uint64_t startup_cycles; /* from its start to that of the program */
    uint64_t lookups;        /* of symbols until the end, those for modules that were loaded later too */
};

/* Parses the text; false when it has not both figures. */
bool loader_statistics_parse(struct loader_statistics *s, struct slice text);

/* The same for a file; false also when there is none, as with other C libraries. */
bool loader_statistics_read(struct loader_statistics *s, const char *path);

#endif
