/* A place over a network that keeps trees and downloads: where things are there, and who asks. */
#ifndef STORE_REMOTE_H
#define STORE_REMOTE_H

#include "base/err.h"
#include "fetch/credentials.h"
#include "store/key.h"

struct remote {
    struct credentials access; /* its base is where /ac and /cas are */
};

/* Both are for the caller to free. */
char *remote_receipt_url(const struct remote *r, const struct key *k);
char *remote_blob_url(const struct remote *r, const char *sha256);

void remote_free(struct remote *r); /* NULL is fine */

#endif
