/* For store/ and its tests. */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include "store/store.h"

/* ROOT/FOLDER/NAME-KEY16; the caller frees it. */
char *store_named_path(const struct store *s, const char *folder, const char *name, const struct key *k);

#define KEY_PATH ".staticbuild/key" /* in a tree */

/* Whether a folder has a manifest and was made from exactly this key text: 1, 0 or -1. */
int tree_is_of(const char *tree, const struct key *k, struct err *e);

/* bring.c: 1 when folder is the tree of that key and as its manifest says; 0 and *why (owned by the caller);
 * or -1. */
int tree_is_whole(const char *folder, const struct key *k, char **why, struct err *e);

/* The same of who vouches for it (store/signed.h). */
int tree_is_trusted(const char *tree, const char *key_text, const char *lines, const struct strvec *trusted,
    char **why, struct err *e);

/* Makes the folder, mode 0700, and its parents; refuses one that another user owns, that others may write to,
 * or that cannot be written. */
int private_folder_make(const char *path, struct err *e);

/* unsynced.c: a tree is marked before it gets its name, and is lost (1; 0, or -1) when the machine was
 * started anew before store_sync. */
int unsynced_mark(const char *path, struct err *e);
int unsynced_lost(const struct store *s, const char *name, const struct key *k, struct err *e);

/* inventory.c: how many bytes its files have, as far as they can be seen. */
uint64_t folder_size(const char *path);

/* damage.c: store_set_aside by the entry of a tree ("NAME-KEY16"), and the same of a download. */
int tree_set_aside(const struct store *s, const char *entry, char **place, struct err *e);
int download_set_aside(const struct store *s, const char *entry, char **place, struct err *e);

#endif
