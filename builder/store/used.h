/* What was used when, and what is used just now: what making room goes by (store/collect.h).
 *
 * The time that the folder of a tree, or the file of a download, was last changed is when it was last used;
 * what is in them does not change. A run that is alive holds a lock of its own, made before it uses anything:
 * so what was used since the first of them began may be in use. */
#ifndef STORE_USED_H
#define STORE_USED_H

#include "store/store.h"

/* From here on, until the store is released, nothing that is told below is removed by others. */
int store_run_begin(struct store *s, struct err *e);

/* Fails silently: what cannot be told is taken for older than it is. */
void store_used_tree(const struct store *s, const char *name, const struct key *k);
void store_used_download(const struct store *s, const char *sha256);

struct store_runs {
    int64_t since_ns; /* when the first of them began; INT64_MAX: there is none */
    long process;     /* which that is; 0 when it is not known */
};

/* The runs that are alive, but this one. */
int store_runs(struct store_runs *out, const struct store *s, struct err *e);

#endif
