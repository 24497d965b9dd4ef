/* Where a path leads, and whose it is. */
#ifndef WRAPPER_PATHS_H
#define WRAPPER_PATHS_H

#include "wrapper/config.h"

/* Whether path is folder or lies below it. */
bool path_lies_in(const char *path, const char *folder);

/* Whether libraries may be taken from this folder, or this file: it is below one that is allowed. */
bool path_is_allowed(const struct config *c, const char *path);

/* For a folder of the machine's headers: false, when it is not one, or is kept. Otherwise true, and *instead
 * is the same folder below the root, which the caller frees, or NULL when there is no root. */
bool path_is_host_headers(const struct config *c, const char *path, char **instead);

const char *path_last(const char *path);

#endif
