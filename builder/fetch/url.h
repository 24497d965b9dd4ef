/* URLs as text (RFC 3986). */
#ifndef FETCH_URL_H
#define FETCH_URL_H

#include "recipe/location.h"

/* reference as it stands on the page base, absolute and without fragment; the user and password of base go
 * along only to the same scheme, host and port. The caller frees it; NULL when it is no http or https URL.
 * Needs libcurl to be loaded by an engine. */
char *url_resolve(const char *base, const char *reference);

#endif
