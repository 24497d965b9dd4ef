/* Digests; the only room that knows libcrypto. */
#ifndef HASH_HASH_H
#define HASH_HASH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* A SHA-256 as 64 lower-case hexadecimal digits and a NUL. */
struct digest {
    char hex[65];
};

struct hasher; /* a SHA-256 in the making */

struct hasher *hasher_new(void);
void hasher_add(struct hasher *h, const void *bytes, size_t len);

/* Gives the digest and frees the hasher. */
void hasher_finish(struct hasher *h, struct digest *out);
void hasher_free(struct hasher *h);

void digest_bytes(struct digest *out, const void *bytes, size_t len);
int digest_file(struct digest *out, const char *path, struct err *e);

/* Of an open file, from its beginning to its end, where the descriptor stands afterwards. */
int digest_descriptor(struct digest *out, int fd, const char *shown, struct err *e);

/* True for 64 hexadecimal digits in lower case. */
bool digest_is_valid(const char *hex);

/* The digest as RECORD wants it: urlsafe base64 without padding (PEP 376, PEP 427); 43 characters. */
void digest_base64url(const struct digest *d, char out[44]);

/* UUID version 5 (RFC 9562 5.5) of name in the namespace, both as text; out gets 36 characters. */
void uuid5(const char namespace_uuid[36], const void *name, size_t len, char out[37]);

#endif
