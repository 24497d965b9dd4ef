/* What a server keeps of a tree under its key: which archive it is in. It is an ActionResult of the Remote
 * Execution API, version 2, as protobuf, so that servers which look at what they keep (bazel-remote) take it
 * for what it is, and keep the archive as long as it:
 *
 *     /ac/KEY       ActionResult { output_files { path "tree.tar.zst" digest { hash size_bytes } } stdout_raw
 * } /cas/SHA256   the archive, and every source, under its hash
 *
 * stdout_raw has the signature, when there is one (store/signature.h). */
#ifndef STORE_RECEIPT_H
#define STORE_RECEIPT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum { RECEIPT_BYTES_MAX = 64 << 10 };

struct receipt {
    const char *sha256;    /* of the archive */
    uint64_t size_bytes;   /* of it */
    const char *signature; /* "" when there is none */
};

void receipt_write(const struct receipt *r, struct strbuf *out);

/* Texts are in the arena. False when it is none, or names no archive. */
bool receipt_read(struct receipt *out, struct arena *a, struct slice bytes);

#endif
