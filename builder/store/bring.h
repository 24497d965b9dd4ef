/* Between the store and a place that is shared: what comes in is judged here, whatever the place is. */
#ifndef STORE_BRING_H
#define STORE_BRING_H

#include "store/share.h"
#include "store/store.h"

/* Brings a tree into the store: 1 when it is there now; 0 when the place has none, when another run makes it
 * just now, or when what the place gave is not what its manifest says: *why then says that (owned by the
 * caller, else NULL). -1 is an error of the store or of the place: it too is no reason not to make the tree.
 */
int store_bring_tree(const struct store *s, const struct share *b, const char *name, const struct key *k,
    char **why, struct err *e);

/* Gives a tree of the store to the place. */
int store_give_tree(
    const struct store *s, const struct share *b, const char *name, const struct key *k, struct err *e);

/* The same for a download. */
int store_bring_download(
    const struct store *s, const struct share *b, const char *sha256, char **why, struct err *e);
int store_give_download(const struct store *s, const struct share *b, const char *sha256, struct err *e);

#endif
