/* URLs as text (RFC 3986). */
#ifndef FETCH_URL_H
#define FETCH_URL_H

#include <stdbool.h>

/* True for http: and https: URLs with a host and without white space or control characters. */
bool url_is_http(const char *url);

/* The absolute path that a file: URL names (RFC 8089), percent-decoded; NULL when it names another machine,
 * is not absolute or hides a NUL. The caller frees it. */
char *url_file_path(const char *url);

/* reference as it stands on the page base, absolute and without fragment; the user and password of base go
 * along only to the same scheme, host and port. The caller frees it; NULL when it is no http or https URL.
 * Needs libcurl to be loaded by an engine. */
char *url_resolve(const char *base, const char *reference);

#endif
