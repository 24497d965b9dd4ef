/* Trees that are not what they were: a disk that failed, a hand that slipped. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "store/work.h"
#include "sys/fs.h"
#include "sys/path.h"

int store_set_aside(const struct store *s, const char *name, const struct key *k, char **place, struct err *e)
{
    AUTO_FREE char *tree = store_tree_path(s, name, k);
    AUTO_FREE char *path = store_named_path(s, "locks", name, k);
    struct lock lock = {.fd = -1};
    struct work_folder w = {.lock.fd = -1};
    int busy = lock_try(&lock, path, e);
    if (busy)
        return busy < 0 ? -1 : 0;
    AUTO_FREE char *aside = NULL;
    int status = work_open(&w, s, path_base(tree), e);
    if (status == 0) {
        aside = path_join(w.path, "damaged");
        status = tree_move(tree, aside, e);
    }
    work_keep(&w);
    lock_release(&lock);
    if (status < 0)
        return -1;
    *place = steal_ptr(&aside);
    return 1;
}
