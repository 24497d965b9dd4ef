/* Sources that nobody has the hash of yet. */
#ifndef CLI_LEARNT_SOURCE_H
#define CLI_LEARNT_SOURCE_H

#include "cli/program.h"
#include "hash/hash.h"

/* Fetches each location once, whatever it holds, into the user's cache, where a recipe that names its hash
 * finds it. found is beside locations. Fails (ERR_FETCH) when one cannot be had, then with a line for each
 * that cannot; ERR_RECIPE for what is no location of a file. */
int sources_learn(
    struct digest *found, const struct strvec *locations, const struct invocation *inv, struct err *e);

#endif
