/* The store: downloads named by their SHA-256 and finished trees named by their key, shared by every run of a
 * user.
 *
 *     ROOT/downloads/SHA256          a file whose bytes hash to its name
 *     ROOT/trees/NAME-KEY16/         a finished install tree, read-only; never changed once there
 *     ROOT/trees/NAME-KEY16/.staticbuild/key   the facts its key is the hash of (store/key.h)
 *     ROOT/trees/NAME-KEY16/.staticbuild/manifest   every entry, and what was found out (store/manifest.h)
 *     ROOT/trees/NAME-KEY16/.staticbuild/logs/ one log a step
 *     ROOT/work/NAME-KEY16-XXXXXX/   being made, by one run; kept after a failure, so that one can look
 *     ROOT/facts/                    what probing interpreters and tools found out, by file identity
 *     ROOT/version                   "staticbuild-store 3": how keys and manifests are written in it
 *     ROOT/unsynced/NAME-KEY16       marks of trees that may not be on the disk yet, see unsynced.c
 *     ROOT/locks/                    one flock a key: two runs at once on one store wait for each other; one
 *                                    a work folder: who made it is alive; one a run, see store/used.h
 *
 * It belongs to one user, and is private: 0700 when made here.
 * Everything is written aside and renamed; a run that dies leaves nothing that looks finished. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "store/key.h"
#include "store/manifest.h"
#include "sys/facts.h"
#include "sys/lock.h"

struct store {
    char *root;      /* absolute */
    struct lock run; /* of a run that uses it, see store/used.h; path is NULL when there is none */
};

/* Opens (and makes) the store at root, or at dirs_cache() when root is NULL. A folder that cannot be written,
 * that is another user's or that others may write to is ERR_ENVIRONMENT naming it and STATICBUILD_CACHE. */
int store_open(struct store *s, const char *root, struct err *e);
void store_release(struct store *s);

/* Refuses what a newer program keeps; store_open does it. */
int store_check_version(const struct store *s, struct err *e);

/* Writes down that this program fills the store from now on. Gives 1 when an older one did before, whose
 * trees are not used any more: that is to be said, and only the first call gives it. */
int store_take_over(const struct store *s, struct err *e);

/* Where the download of this hash is or will be; the caller frees it. */
char *store_download_path(const struct store *s, const char *sha256);
bool store_has_download(const struct store *s, const char *sha256);

/* Where the tree of this key is or will be ("NAME-KEY16"); the caller frees it. */
char *store_tree_path(const struct store *s, const char *name, const struct key *k);

/* 1 when the tree is there with its manifest, was made from exactly this key text, and no power cut can have
 * emptied it; 0 when not; -1 when it cannot be told. */
int store_has_tree(const struct store *s, const char *name, const struct key *k, struct err *e);

/* Moves a tree that is not what it was to work/, for a look until it is made again: 1 and *place, which the
 * caller frees; 0 when another run is about to make it; or -1. */
int store_set_aside(
    const struct store *s, const char *name, const struct key *k, char **place, struct err *e);

/* Removes what runs that were killed left: their work folders and locks. What a failed step left for a look
 * stays until that is made again, as long as all of these take no more than kept_bytes_max together: beyond,
 * the oldest go, whose names are added to *gone. The newest stays. */
void store_tidy(const struct store *s, uint64_t kept_bytes_max, struct strvec *gone);

/* A folder to work in, of one process; see store/work.h. Zeroed is none. */
struct work_folder {
    char *path; /* absolute */
    struct lock lock;
};

/* A tree being made: its lock is held and work/ is fresh and empty. Zeroed is none. */
struct tree_draft {
    struct work_folder folder;
    char *work;         /* the folder's path; build in here: work/src, work/build, … */
    char *stage;        /* work/stage: what becomes the tree */
    char *logs;         /* work/stage/.staticbuild/logs */
    char *final;        /* where commit puts stage */
    char *mark;         /* that final is not on the disk yet */
    bool keeps_work;    /* after commit the folder stays for a look, as after a failure */
    struct json *facts; /* an object: what is found out while it is made, for its manifest */
    struct lock lock;
};

enum tree_draft_state {
    DRAFT_BEGUN = 0, /* the caller makes the tree */
    DRAFT_READY = 1, /* the tree is there: nothing to do, *d stays zeroed */
    DRAFT_BUSY = 2,  /* another process makes it just now, *d stays zeroed */
};

/* Begins a tree without waiting; gives a tree_draft_state, or -1. */
int tree_draft_try(
    struct tree_draft *d, const struct store *s, const char *name, const struct key *k, struct err *e);

/* Like tree_draft_try, but waits while another process makes the same tree. Not for the poll loop: two runs
 * that hold a tree each and wait for the other's would wait for ever. There, see store/wait.h. */
int tree_draft_begin(
    struct tree_draft *d, const struct store *s, const char *name, const struct key *k, struct err *e);

/* Writes the key text and the manifest, renames stage into place, removes work. Something unfinished or made
 * from another key text under the same name is replaced. */
int tree_draft_commit(struct tree_draft *d, const struct key *k, struct err *e);

/* Commits a stage that came as a tree, with its key and manifest. */
int tree_draft_adopt(struct tree_draft *d, struct err *e);

/* What was committed until now survives a power cut once this returns. */
int store_sync(const struct store *s, struct err *e);

/* Lets go of the lock. After a failure work/ stays, for the logs; after commit there is nothing left of it.
 */
void tree_draft_release(struct tree_draft *d);

/* The same, but nothing of it stays. */
void tree_draft_discard(struct tree_draft *d);

/* Small facts remembered about a file (an interpreter, a compiler), forgotten when the file changes:
 * store_fact_get gives the text (caller frees) or NULL. kind is a short word. A fact that cannot be written
 * is not remembered, that is all. */
char *store_fact_get(const struct store *s, const char *kind, const char *path);
void store_fact_set(const struct store *s, const char *kind, const char *path, const char *text);

/* The store as what those remember by who probe; it has to outlive it. */
struct fact_memory store_memory(struct store *s);

#endif
