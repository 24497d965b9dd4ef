/* Folders to work in, and what is left of those whose process is dead. The lock is taken before the folder is
 * made, so that a folder without a lock is never a new one. */
#include "store/work.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "store/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

/* In a folder that is there to be looked at; its text is how many bytes that takes. */
static const char kept_mark[] = ".kept";

int work_open(struct work_folder *w, const struct store *s, const char *name, struct err *e)
{
    AUTO_FREE char *prefix = xstrf("%s/locks/%s-", s->root, name);
    *w = (struct work_folder){0};
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

int work_open_again(struct work_folder *w, const struct store *s, const char *name, struct err *e)
{
    AUTO_FREE char *lock = xstrf("%s/locks/%s", s->root, name);
    AUTO_FREE char *mark = xstrf("%s/work/%s/%s", s->root, name, kept_mark);
    *w = (struct work_folder){0};
    int busy = lock_try(&w->lock, lock, e);
    if (busy)
        return busy < 0 ? -1 : 0;
    w->path = xstrf("%s/work/%s", s->root, name);
    /* Without the mark nobody came to an end in it. */
    int whole = path_is_file(mark, e);
    if (whole == 0 && tree_remove(w->path, e) < 0)
        whole = -1;
    if (whole >= 0 && tree_remove(mark, e) == 0 && folder_make(w->path, e) == 0)
        return 1;
    lock_release(&w->lock);
    free(steal_ptr(&w->path));
    return -1;
}

static void let_go(struct work_folder *w)
{
    lock_release(&w->lock);
    free(w->path);
    *w = (struct work_folder){0};
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
        AUTO_FREE char *mark = path_join(w->path, kept_mark);
        AUTO_FREE char *size = xstrf("%" PRIu64 "\n", folder_size(w->path));
        file_write(mark, size, strlen(size), 0644, &ignored);
    }
    let_go(w);
}

int work_remove_named(const struct store *s, const char *name, struct err *e)
{
    AUTO_FREE char *lock = xstrf("%s/locks/%s", s->root, name);
    AUTO_FREE char *folder = xstrf("%s/work/%s", s->root, name);
    struct work_folder w = {0};
    int busy = lock_try(&w.lock, lock, e);
    if (busy)
        return busy < 0 ? -1 : 0;
    w.path = steal_ptr(&folder);
    return work_remove(&w, e) < 0 ? -1 : 1;
}

/* Nobody's folder; somebody else may remove it at the same time, and what cannot be removed now will be tried
 * again. */
static void remove_dead(const struct store *s, const char *name)
{
    AUTO(err) struct err ignored = ERR_INIT;
    work_remove_named(s, name, &ignored);
}

/* "zlib-0123456789abcdef-AbCdEf" of "zlib". */
static bool is_of(const char *folder, const char *tree_name)
{
    size_t len = strlen(tree_name);
    return strlen(folder) == len + 1 + KEY_DIGITS + 1 + WORK_RANDOM && strncmp(folder, tree_name, len) == 0 &&
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

bool work_is_kept(struct work_kept *kept, const struct store *s, const char *name)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *folder = xstrf("%s/work/%s", s->root, name);
    AUTO_FREE char *mark = path_join(folder, kept_mark);
    struct file_identity id;
    *kept = (struct work_kept){0};
    int there = file_identity_get(&id, mark, &ignored);
    if (there != 1)
        return there < 0; /* so that what cannot be looked at is not removed */
    kept->since_ns = id.mtime_ns;
    bool is_sized = file_read(&text, mark, 64, &ignored) == 0 && text.len;
    kept->size_bytes = is_sized ? strtoull(text.ptr, NULL, 10) : folder_size(folder);
    return true;
}

/* A folder that is kept. */
struct kept_folder {
    const char *name;
    struct work_kept kept;
};

static int newest_first(const void *a, const void *b)
{
    const struct kept_folder *x = a, *y = b;
    if (x->kept.since_ns != y->kept.since_ns)
        return x->kept.since_ns < y->kept.since_ns ? 1 : -1;
    return strcmp(x->name, y->name);
}

static void tidy_work(const struct store *s, uint64_t kept_bytes_max, struct strvec *gone)
{
    AUTO(strvec) struct strvec names = {0};
    VEC(struct kept_folder) all = {0};
    uint64_t sum = 0;
    names_in(&names, s, "work");
    for (size_t i = 0; i < names.len; i++) {
        struct kept_folder folder = {.name = names.items[i]};
        if (work_is_kept(&folder.kept, s, folder.name))
            vec_push(&all, folder);
        else
            remove_dead(s, folder.name);
    }
    if (all.len)
        qsort(all.items, all.len, sizeof *all.items, newest_first);
    for (size_t i = 0; i < all.len; i++) {
        AUTO(err) struct err ignored = ERR_INIT;
        sum += all.items[i].kept.size_bytes;
        if (i && sum > kept_bytes_max && work_remove_named(s, all.items[i].name, &ignored) == 1)
            strvec_push(gone, all.items[i].name);
    }
    vec_release(&all);
}

void store_tidy(const struct store *s, uint64_t kept_bytes_max, struct strvec *gone)
{
    AUTO(strvec) struct strvec locks = {0};
    tidy_work(s, kept_bytes_max, gone);
    names_in(&locks, s, "locks");
    for (size_t i = 0; i < locks.len; i++) {
        AUTO(err) struct err ignored = ERR_INIT;
        AUTO_FREE char *path = xstrf("%s/locks/%s", s->root, locks.items[i]);
        struct lock l = {0};
        if (lock_try(&l, path, &ignored) == 0)
            lock_release(&l);
    }
}
