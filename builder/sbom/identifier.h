/* Names by which the world knows a component. */
#ifndef SBOM_IDENTIFIER_H
#define SBOM_IDENTIFIER_H

#include "sbom/sbom.h"

/* "pkg:generic/libzmq@4.3.4?checksum=sha256:…&download_url=https://…" (purl specification 1.0); the caller
 * frees it. */
char *purl_generic(const struct component *c);

/* "pkg:pypi/pyzmq@27.1.0"; the caller frees it. */
char *purl_pypi(const char *name, const char *version);

/* "pkg:cargo/serde@1.0.228"; the caller frees it. */
char *purl_cargo(const char *name, const char *version);

#endif
