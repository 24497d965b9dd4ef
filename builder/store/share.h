/* A place beside the store that keeps what the store keeps, for others too: a folder, or a server.
 *
 * It is asked by name: a tree by its name and key, a download by its SHA-256. What it gives is held against
 * the manifest of the tree, or the hash, before it is used (store/bring.h), so that a row moves bytes and
 * judges nothing.
 *
 * A folder is asked by calls. What is asked over a network takes as long as it takes: its row only says where
 * it is, and who asks does so through the poll loop (store/remote.h, pipeline/remote.c). */
#ifndef STORE_SHARE_H
#define STORE_SHARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "store/key.h"
#include "store/remote.h"

struct tree_query {
    const char *name; /* "zlib-1.3" */
    const struct key *key;
    bool is_there; /* the answer */
};

/* Each function but open and close: 1, 0 when there is no such thing, or -1. What opened it is self. */
struct share_row {
    const char *locations; /* which are its: for messages, "the path of a folder" */
    bool (*is_for)(const char *location);

    /* Over a network: fills what is zeroed, and no other function is there. */
    int (*reach)(struct remote *out, const char *location, struct err *e);

    void *(*open)(const char *location, struct err *e);
    void (*close)(void *self);

    /* Many in one breath: a server is not asked a thousand times. Answers 0 when all is said, or -1. */
    int (*has_trees)(void *self, struct tree_query *queries, size_t count, struct err *e);
    /* Fills folder, which is there and empty, with the tree and its manifest. */
    int (*get_tree)(void *self, const char *name, const struct key *k, const char *folder, struct err *e);
    /* Keeps a finished tree, whole or not at all; one that is there already is left alone. */
    int (*put_tree)(void *self, const char *name, const struct key *k, const char *tree, struct err *e);

    /* The lines that tree_sign made for it (store/signed.h): the text is added to *out. */
    int (*get_signature)(
        void *self, const char *name, const struct key *k, struct strbuf *out, struct err *e);
    int (*put_signature)(void *self, const char *name, const struct key *k, const char *lines, struct err *e);

    int (*has_download)(void *self, const char *sha256, struct err *e);
    /* Makes the file, which is not there. */
    int (*get_download)(void *self, const char *sha256, const char *path, struct err *e);
    int (*put_download)(void *self, const char *sha256, const char *path, struct err *e);
};

extern const struct share_row share_folder;
extern const struct share_row share_http, share_s3; /* share_http.c */

struct share {
    const struct share_row *row;
    void *self;                   /* of a folder */
    struct remote *remote;        /* over a network; else NULL */
    char *location;               /* as it may be shown */
    const struct strvec *trusted; /* public keys, in digits; borrowed, NULL: who can write there is trusted */
    const char *sign_key; /* file of the private key that vouches for what is given; borrowed, or NULL */
};

/* Opens the place that a location names; ERR_USAGE, with what would be one, when no row is for it. */
int share_open(struct share *b, const char *location, struct err *e);
void share_release(struct share *b);

#endif
