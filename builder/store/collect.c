/* Removes trees, downloads and work folders that nobody uses. A tree or download is moved away first, in one
 * rename: who comes meanwhile finds it whole or not at all. If somebody began to use it just before, it is
 * moved back. */
#include "store/collect.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "store/used.h"
#include "store/work.h"
#include "sys/fs.h"
#include "sys/path.h"

struct collecting {
    const struct store *store;
    struct room_made *made;
    bool only_tell;
};

/* Whether a run that is alive may use what is at path: 1, 0 (also when it is gone), or -1. */
static int is_in_use(struct collecting *c, const char *path, struct err *e)
{
    struct store_runs runs;
    struct file_identity id;
    if (store_runs(&runs, c->store, e) < 0)
        return -1;
    int there = file_identity_get(&id, path, e);
    if (there != 1 || id.mtime_ns < runs.since_ns)
        return there < 0 ? -1 : 0;
    c->made->process = runs.process;
    return 1;
}

/* 1 when it is gone, 0 when it is used, or -1. */
static int remove_unused(struct collecting *c, const struct stored *item, const char *path, struct err *e)
{
    int used = is_in_use(c, path, e);
    if (used || c->only_tell)
        return used < 0 ? -1 : !used;
    struct work_folder w = {0};
    if (work_open(&w, c->store, item->kind == STORED_TREE ? item->entry : "download", e) < 0)
        return -1;
    AUTO_FREE char *aside = path_join(w.path, "removed");
    int status = tree_move(path, aside, e);
    used = status < 0 ? -1 : is_in_use(c, aside, e);
    if (used == 1 && tree_move(aside, path, e) < 0)
        used = -1;
    AUTO(err) struct err second = ERR_INIT;
    if (work_remove(&w, &second) < 0 && used >= 0) {
        err_move(e, &second);
        used = -1;
    }
    return used < 0 ? -1 : !used;
}

static int remove_tree(struct collecting *c, const struct stored *item, const char *path, struct err *e)
{
    AUTO_FREE char *lock_path = xstrf("%s/locks/%s", c->store->root, item->entry);
    AUTO_FREE char *mark = xstrf("%s/unsynced/%s", c->store->root, item->entry);
    struct lock lock = {0};
    int busy = lock_try(&lock, lock_path, e);
    if (busy == 1)
        c->made->process = lock_holder(lock_path);
    if (busy)
        return busy < 0 ? -1 : 0;
    int gone = remove_unused(c, item, path, e);
    if (gone == 1 && !c->only_tell)
        unlink(mark); /* one that stays is a mark of nothing */
    lock_release(&lock);
    return gone;
}

static int remove_work(struct collecting *c, const struct stored *item, struct err *e)
{
    AUTO_FREE char *lock_path = xstrf("%s/locks/%s", c->store->root, item->entry);
    if (!c->only_tell) {
        int gone = work_remove_named(c->store, item->entry, e);
        if (gone == 0)
            c->made->process = lock_holder(lock_path);
        return gone;
    }
    struct lock lock = {0};
    int busy = lock_try(&lock, lock_path, e);
    if (busy == 0)
        lock_release(&lock);
    return busy < 0 ? -1 : !busy;
}

/* 1 when it went, 0 when somebody uses it, or -1. */
static int collect(struct collecting *c, const struct stored *item, struct err *e)
{
    AUTO_FREE char *path = stored_path(item, c->store);
    int gone = item->kind == STORED_TREE       ? remove_tree(c, item, path, e)
               : item->kind == STORED_DOWNLOAD ? remove_unused(c, item, path, e)
                                               : remove_work(c, item, e);
    if (gone < 0)
        return err_wrap(e, "making room for others");
    if (gone) {
        c->made->gone[c->made->gone_count++] = item;
        c->made->gone_bytes += item->size_bytes;
        c->made->left_bytes -= item->size_bytes;
    } else {
        c->made->in_use[c->made->in_use_count++] = item;
    }
    return gone;
}

static void begin(struct room_made *out, struct arena *a, const struct inventory *inventory)
{
    *out = (struct room_made){.gone = arena_alloc(a, (inventory->count + 1) * sizeof *out->gone),
        .in_use = arena_alloc(a, (inventory->count + 1) * sizeof *out->in_use),
        .left_bytes = inventory_size(inventory)};
}

/* Of two that were used at the same moment the larger goes first. */
static int least_recent_first(const void *a, const void *b)
{
    const struct stored *x = *(const struct stored *const *)a, *y = *(const struct stored *const *)b;
    if (x->used_ns != y->used_ns)
        return x->used_ns < y->used_ns ? -1 : 1;
    if (x->size_bytes != y->size_bytes)
        return x->size_bytes > y->size_bytes ? -1 : 1;
    return strcmp(x->entry, y->entry);
}

int store_make_room(struct room_made *out, struct arena *a, const struct store *s,
    const struct inventory *inventory, const struct room_limits *limits, struct err *e)
{
    struct collecting c = {s, out, limits->only_tell};
    const struct stored **by_use = arena_alloc(a, (inventory->count + 1) * sizeof *by_use);
    begin(out, a, inventory);
    for (size_t i = 0; i < inventory->count; i++)
        by_use[i] = &inventory->items[i];
    qsort(by_use, inventory->count, sizeof *by_use, least_recent_first);
    for (size_t i = 0; i < inventory->count; i++) {
        bool is_old = limits->has_age && by_use[i]->used_ns < limits->used_since_ns;
        bool is_much = limits->has_size && out->left_bytes > limits->size_max;
        if ((is_old || is_much) && collect(&c, by_use[i], e) < 0)
            return -1;
    }
    return 0;
}

static bool is_named(const struct stored *item, const struct strvec *names)
{
    for (size_t i = 0; i < names->len; i++)
        if (stored_is_called(item, names->items[i]))
            return true;
    return false;
}

int store_drop(struct room_made *out, struct arena *a, const struct store *s,
    const struct inventory *inventory, const struct strvec *names, struct err *e)
{
    struct collecting c = {s, out, false};
    begin(out, a, inventory);
    for (size_t i = 0; i < inventory->count; i++)
        if (is_named(&inventory->items[i], names) && collect(&c, &inventory->items[i], e) < 0)
            return -1;
    return 0;
}
