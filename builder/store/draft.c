/* Trees being made. The lock of a key is held from begin to release; stage becomes the tree in one rename. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "store/manifest.h"
#include "store/used.h"
#include "store/work.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "sys/visit.h"

static int begin_locked(
    struct tree_draft *d, const struct store *s, const char *name, const struct key *k, struct err *e)
{
    AUTO_FREE char *folder = xstrf("%s-%.16s", name, k->digest.hex);
    work_remove_of(s, name);
    if (work_open(&d->folder, s, folder, e) < 0)
        return err_wrap(e, "preparing a folder to build %s in", name);
    d->work = xstrdup(d->folder.path);
    d->stage = path_join(d->work, "stage");
    d->logs = path_join(d->stage, ".staticbuild/logs");
    d->final = store_tree_path(s, name, k);
    d->mark = store_named_path(s, "unsynced", name, k);
    d->facts = json_new_object();
    if (folder_make(d->logs, e) < 0)
        return err_wrap(e, "preparing a folder to build %s in", name);
    return DRAFT_BEGUN;
}

static int begin(struct tree_draft *d, const struct store *s, const char *name, const struct key *k,
    int (*take)(struct lock *, const char *, struct err *), struct err *e)
{
    *d = (struct tree_draft){0};
    int made = store_has_tree(s, name, k, e), state = made < 0 ? -1 : DRAFT_READY;
    if (!made) {
        AUTO_FREE char *path = store_named_path(s, "locks", name, k);
        state = take(&d->lock, path, e);
        if (state == 1)
            state = DRAFT_BUSY;
        else if (state == 0) {
            made = store_has_tree(s, name, k, e); /* the one that held the lock may have finished it */
            state = made < 0 ? -1 : made ? DRAFT_READY : begin_locked(d, s, name, k, e);
        }
    }
    if (state == DRAFT_READY)
        store_used_tree(s, name, k);
    if (state != DRAFT_BEGUN)
        tree_draft_release(d);
    return state;
}

int tree_draft_try(
    struct tree_draft *d, const struct store *s, const char *name, const struct key *k, struct err *e)
{
    return begin(d, s, name, k, lock_try, e);
}

int tree_draft_begin(
    struct tree_draft *d, const struct store *s, const char *name, const struct key *k, struct err *e)
{
    return begin(d, s, name, k, lock_take, e);
}

/* A tree that store_has_tree did not accept stands where ours goes: move it into work, to be removed with it.
 */
static int clear_final(const struct tree_draft *d, struct err *e)
{
    AUTO_FREE char *old = path_join(d->work, "replaced");
    int there = path_exists(d->final, e);
    return there == 1 ? tree_move(d->final, old, e) : there;
}

/* From here on nobody writes to it. The manifest is last: by its time a later change is seen. */
static int seal(const struct tree_draft *d, struct err *e)
{
    AUTO_FREE char *path = path_join(d->stage, MANIFEST_PATH);
    AUTO_FREE char *folder = path_dir(path);
    AUTO(arena) struct arena scratch = {0};
    AUTO(strbuf) struct strbuf text = {0};
    struct manifest m = {.arena = &scratch, .facts = d->facts};
    if (manifest_take(&m, d->stage, e) < 0)
        return -1;
    manifest_write(&m, &text);
    if (file_write(path, text.ptr, text.len, 0444, e) < 0)
        return -1;
    if (chmod(folder, 0555) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made read-only", folder);
    return 0;
}

static int put_in_place(const struct tree_draft *d, struct err *e)
{
    if (tree_move(d->stage, d->final, e) < 0)
        return -1;
    if (chmod(d->final, 0555) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made read-only", d->final);
    return 0;
}

static int finish(struct tree_draft *d, struct err *e)
{
    if (clear_final(d, e) < 0 || unsynced_mark(d->mark, e) < 0 || put_in_place(d, e) < 0)
        return err_wrap(e, "finishing %s", path_base(d->final));
    if (!d->keeps_work)
        return work_remove(&d->folder, e);
    work_keep(&d->folder);
    return 0;
}

int tree_draft_commit(struct tree_draft *d, const struct key *k, struct err *e)
{
    AUTO_FREE char *key = path_join(d->stage, KEY_PATH);
    if (file_write(key, k->text, strlen(k->text), 0644, e) < 0 || seal(d, e) < 0)
        return err_wrap(e, "finishing %s", path_base(d->final));
    return finish(d, e);
}

static int protect(void *arg, const struct visited *v, struct err *e)
{
    (void)arg;
    bool is_link = S_ISLNK(v->st->st_mode), is_manifest = strcmp(v->path, MANIFEST_PATH) == 0;
    if (is_link || is_manifest || fchmodat(v->folder, v->name, v->st->st_mode & 07777 & ~0222u, 0) == 0)
        return 0;
    return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made read-only", v->shown);
}

/* The manifest is last here too: it says when the tree was found to be whole. */
int tree_draft_adopt(struct tree_draft *d, struct err *e)
{
    AUTO_FREE char *manifest = path_join(d->stage, MANIFEST_PATH);
    if (tree_visit(d->stage, protect, NULL, e) < 0)
        return -1;
    if (chmod(manifest, 0444) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made read-only", manifest);
    return finish(d, e);
}

void tree_draft_discard(struct tree_draft *d)
{
    AUTO(err) struct err ignored = ERR_INIT; /* the next run tries again */
    work_remove(&d->folder, &ignored);
    tree_draft_release(d);
}

void tree_draft_release(struct tree_draft *d)
{
    work_keep(&d->folder);
    lock_release(&d->lock);
    free(d->work);
    free(d->stage);
    free(d->logs);
    free(d->final);
    free(d->mark);
    json_free(d->facts);
    *d = (struct tree_draft){0};
}
