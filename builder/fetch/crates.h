/* Where the registry that cargo is configured with keeps its crates. */
#ifndef FETCH_CRATES_H
#define FETCH_CRATES_H

#include "base/err.h"

/* The URL of a crate's archive, from "dl" in the configuration of the registry's index (The Cargo Book,
 * Registries, Index Format), which cargo keeps in its home once it has asked the registry; where it has not,
 * it is asked for this crate. The caller frees it; NULL with ERR_ENVIRONMENT when there is no cargo to ask,
 * or it has no answer. */
char *crates_url(const char *name, const char *version, struct err *e);

/* What "dl" comes to: {crate} and {version} replaced, else "/NAME/VERSION/download" behind it. The caller
 * frees it; NULL when it has a marker that is not known here. */
char *crates_fill(const char *dl, const char *name, const char *version);

/* "dl" of the index in the home of cargo that was asked last, or NULL; the caller frees it. */
char *crates_known(const char *cargo_home);

#endif
