/* Folders to work in, and what is left of those whose process is dead. The lock is taken before the folder is
 * made, so that a folder without a lock is never a new one. */
#include "store/work.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { KEY_DIGITS = 16, RANDOM = 6 };

static const char kept[] = ".kept"; /* in a folder that is there to be looked at */

int work_open(struct work_folder *w, const struct store *s, const char *name, struct err *e)
{
    AUTO_FREE char *prefix = xstrf("%s/locks/%s-", s->root, name);
    *w = (struct work_folder){.lock.fd = -1};
    if (lock_new(&w->lock, prefix, e) < 0)
        return -1;
    w->path = xstrf("%s/work/%s", s->root, path_base(w->lock.path));
    if (mkdir(w->path, 0777) == 0)
        return 0;
    err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made", w->path);
    lock_release(&w->lock);
    free(steal_ptr(&w->path));
    return -1;
}

static void let_go(struct work_folder *w)
{
    if (w->path)
        lock_release(&w->lock);
    free(w->path);
    *w = (struct work_folder){.lock.fd = -1};
}

int work_remove(struct work_folder *w, struct err *e)
{
    int failed = w->path ? tree_remove(w->path, e) : 0;
    let_go(w);
    return failed;
}

void work_keep(struct work_folder *w)
{
    AUTO(err) struct err ignored = ERR_INIT; /* without the mark it is there until the next run */
    if (w->path) {
        AUTO_FREE char *mark = path_join(w->path, kept);
        file_write(mark, "", 0, 0644, &ignored);
    }
    let_go(w);
}

/* Nobody's folder; somebody else may remove it at the same time, and what cannot be removed now will be tried
 * again. */
static void remove_dead(const struct store *s, const char *name)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_FREE char *lock = xstrf("%s/locks/%s", s->root, name);
    AUTO_FREE char *folder = xstrf("%s/work/%s", s->root, name);
    struct work_folder w = {.lock.fd = -1};
    if (lock_try(&w.lock, lock, &ignored) != 0)
        return;
    w.path = steal_ptr(&folder);
    work_remove(&w, &ignored);
}

/* "zlib-0123456789abcdef-AbCdEf" of "zlib". */
static bool is_of(const char *folder, const char *tree_name)
{
    size_t len = strlen(tree_name);
    return strlen(folder) == len + 1 + KEY_DIGITS + 1 + RANDOM && strncmp(folder, tree_name, len) == 0 &&
           folder[len] == '-' && strspn(folder + len + 1, "0123456789abcdef") >= KEY_DIGITS &&
           folder[len + 1 + KEY_DIGITS] == '-';
}

static void names_in(struct strvec *names, const struct store *s, const char *folder)
{
    AUTO(err) struct err ignored = ERR_INIT; /* then nothing is tidied */
    AUTO_FREE char *path = path_join(s->root, folder);
    folder_names(names, path, &ignored);
}

void work_remove_of(const struct store *s, const char *tree_name)
{
    AUTO(strvec) struct strvec names = {0};
    names_in(&names, s, "work");
    for (size_t i = 0; i < names.len; i++)
        if (is_of(names.items[i], tree_name))
            remove_dead(s, names.items[i]);
}

static bool is_kept(const struct store *s, const char *name)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_FREE char *mark = xstrf("%s/work/%s/%s", s->root, name, kept);
    return path_exists(mark, &ignored) != 0;
}

void store_tidy(const struct store *s)
{
    AUTO(strvec) struct strvec folders = {0};
    AUTO(strvec) struct strvec locks = {0};
    names_in(&folders, s, "work");
    for (size_t i = 0; i < folders.len; i++)
        if (!is_kept(s, folders.items[i]))
            remove_dead(s, folders.items[i]);
    names_in(&locks, s, "locks");
    for (size_t i = 0; i < locks.len; i++) {
        AUTO(err) struct err ignored = ERR_INIT;
        AUTO_FREE char *path = xstrf("%s/locks/%s", s->root, locks.items[i]);
        struct lock l = {.fd = -1};
        if (lock_try(&l, path, &ignored) == 0)
            lock_release(&l);
    }
}
