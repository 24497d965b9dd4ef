/* Marks of use on trees and downloads, and of the runs that use them. */
#include "store/used.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static const char RUN[] = ".run-"; /* no name of a tree begins with a dot */

int store_run_begin(struct store *s, struct err *e)
{
    AUTO_FREE char *prefix = xstrf("%s/locks/%s", s->root, RUN);
    return lock_new(&s->run, prefix, e);
}

static void mark(const char *path)
{
    static const struct timespec now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
    utimensat(AT_FDCWD, path, now, AT_SYMLINK_NOFOLLOW);
}

void store_used_tree(const struct store *s, const char *name, const struct key *k)
{
    AUTO_FREE char *path = store_tree_path(s, name, k);
    mark(path);
}

void store_used_download(const struct store *s, const char *sha256)
{
    AUTO_FREE char *path = store_download_path(s, sha256);
    mark(path);
}

/* What a dead run left goes with the look. */
static int look_at(struct store_runs *out, const char *path, struct err *e)
{
    struct lock lock = {0};
    struct file_identity id;
    int busy = lock_try(&lock, path, e);
    if (busy == 0)
        lock_release(&lock);
    if (busy <= 0)
        return busy;
    int there = file_identity_get(&id, path, e);
    if (there == 1 && id.mtime_ns < out->since_ns)
        *out = (struct store_runs){id.mtime_ns, lock_holder(path)};
    return there < 0 ? -1 : 0;
}

int store_runs(struct store_runs *out, const struct store *s, struct err *e)
{
    AUTO_FREE char *locks = path_join(s->root, "locks");
    AUTO(strvec) struct strvec names = {0};
    *out = (struct store_runs){.since_ns = INT64_MAX};
    if (folder_names(&names, locks, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(locks, names.items[i]);
        if (str_starts(names.items[i], RUN) && !(s->run.path && strcmp(path, s->run.path) == 0) &&
            look_at(out, path, e) < 0)
            return -1;
    }
    return 0;
}
