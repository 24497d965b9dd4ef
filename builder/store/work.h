/* Folders below ROOT/work. Each belongs to one process, which holds a lock named like it (ROOT/locks) while
 * it lives; what has no such lock belongs to nobody any more. */
#ifndef STORE_WORK_H
#define STORE_WORK_H

#include "store/store.h"

/* A fresh and empty folder ROOT/work/NAME-XXXXXX. */
int work_open(struct work_folder *w, const struct store *s, const char *name, struct err *e);

/* The folder ROOT/work/NAME as work_keep left it, or a new one: 1, 0 when somebody works in it, or -1. */
int work_open_again(struct work_folder *w, const struct store *s, const char *name, struct err *e);

/* Removes the folder and lets go. Fails when it cannot be removed; then it is let go all the same. */
int work_remove(struct work_folder *w, struct err *e);

/* Lets go, but leaves the folder for a look, until work_remove_of or the same by hand. */
void work_keep(struct work_folder *w);

#define WORK_DAMAGED "damaged" /* in a work folder: a tree or download that was not what it should be */

enum { KEY_DIGITS = 16, WORK_RANDOM = 6 }; /* of a folder's name: NAME-KEY-RANDOM */

struct work_kept {
    uint64_t size_bytes;
    int64_t since_ns;
};

/* Whether the folder of that name is there to be looked at, and then since when. */
bool work_is_kept(struct work_kept *kept, const struct store *s, const char *name);

/* Removes the folder of that name if nobody works in it: 1, 0 when somebody does, or -1. */
int work_remove_named(const struct store *s, const char *name, struct err *e);

/* Removes what earlier makings of that tree left, whatever its key was. */
void work_remove_of(const struct store *s, const char *tree_name);

#endif
