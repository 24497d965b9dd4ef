/* Trees that are not what they were: a disk that failed, a hand that slipped. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "store/work.h"
#include "sys/fs.h"
#include "sys/path.h"

/* Moves what is at path to a work folder of that name, for a look. */
static int move_aside(const struct store *s, const char *name, const char *path, char **place, struct err *e)
{
    struct work_folder w = {0};
    AUTO_FREE char *aside = NULL;
    int status = work_open(&w, s, name, e);
    if (status == 0) {
        aside = path_join(w.path, WORK_DAMAGED);
        status = tree_move(path, aside, e);
    }
    work_keep(&w);
    if (status == 0)
        *place = steal_ptr(&aside);
    return status;
}

int tree_set_aside(const struct store *s, const char *entry, char **place, struct err *e)
{
    AUTO_FREE char *tree = xstrf("%s/trees/%s", s->root, entry);
    AUTO_FREE char *path = xstrf("%s/locks/%s", s->root, entry);
    struct lock lock = {0};
    int busy = lock_try(&lock, path, e);
    if (busy)
        return busy < 0 ? -1 : 0;
    int status = move_aside(s, entry, tree, place, e);
    lock_release(&lock);
    return status < 0 ? -1 : 1;
}

int store_set_aside(const struct store *s, const char *name, const struct key *k, char **place, struct err *e)
{
    AUTO_FREE char *tree = store_tree_path(s, name, k);
    return tree_set_aside(s, path_base(tree), place, e);
}

int download_set_aside(const struct store *s, const char *entry, char **place, struct err *e)
{
    AUTO_FREE char *path = xstrf("%s/downloads/%s", s->root, entry);
    AUTO_FREE char *name = xstrf("download-%.16s", entry);
    return move_aside(s, name, path, place, e) < 0 ? -1 : 1;
}
