/* Reads all trees and downloads again. The times of files, by which a run saves itself that, count nothing
 * here. */
#include "store/verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "store/internal.h"
#include "store/manifest.h"
#include "store/past.h"
#include "store/work.h"
#include "sys/fs.h"
#include "sys/path.h"

struct verifying {
    struct arena *arena;
    const struct store *store;
    VEC(struct damage) found;
};

/* A tree is named by the beginning of its key's hash. */
static int check_key(const struct stored *item, const char *path, struct strvec *out, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    struct past_tree tree;
    struct digest d;
    int there = past_tree_read(&tree, &scratch, path, e);
    if (there < 0)
        return -1;
    if (there == 0) {
        strvec_push(out, KEY_PATH ": is not there, or is none of this program");
        return 0;
    }
    digest_bytes(&d, tree.text, strlen(tree.text));
    if (strncmp(d.hex, item->key, KEY_DIGITS) != 0)
        strvec_push(out, KEY_PATH ": is of another tree");
    return 0;
}

static int check_tree(const struct stored *item, const char *path, struct strvec *out, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    AUTO(manifest) struct manifest m;
    AUTO(err) struct err unread = ERR_INIT;
    manifest_init(&m, &scratch);
    if (check_key(item, path, out, e) < 0)
        return -1;
    int there = manifest_read(&m, path, &unread);
    if (there == 1)
        return manifest_differences(&m, path, out, e);
    if (there < 0 && unread.number)
        return err_move(e, &unread);
    strvec_push(out, there ? unread.text : MANIFEST_PATH ": is not there");
    return 0;
}

static int check_download(const struct stored *item, const char *path, struct strvec *out, struct err *e)
{
    struct digest d;
    if (digest_file(&d, path, e) < 0)
        return -1;
    if (strcmp(d.hex, item->entry) != 0)
        strvec_pushf(out, "has SHA-256 %s", d.hex);
    return 0;
}

static const char *const *keep(struct arena *a, const struct strvec *texts)
{
    const char **out = arena_alloc(a, (texts->len + 1) * sizeof *out);
    for (size_t i = 0; i < texts->len; i++)
        out[i] = arena_strdup(a, texts->items[i]);
    return out;
}

static int set_aside(
    struct verifying *v, const struct stored *item, const struct strvec *found, struct err *e)
{
    AUTO_FREE char *place = NULL;
    struct damage damage = {item, keep(v->arena, found), found->len, NULL};
    int moved = item->kind == STORED_TREE ? tree_set_aside(v->store, item->entry, &place, e)
                                          : download_set_aside(v->store, item->entry, &place, e);
    if (moved < 0)
        return -1;
    damage.place = moved ? arena_strdup(v->arena, place) : NULL;
    vec_push(&v->found, damage);
    return 0;
}

/* What vanished while it was read, because somebody made room, is no damage. */
static int check(struct verifying *v, const struct stored *item, struct err *e)
{
    AUTO(strvec) struct strvec found = {0};
    AUTO(err) struct err failure = ERR_INIT;
    AUTO_FREE char *path = stored_path(item, v->store);
    int failed = item->kind == STORED_TREE ? check_tree(item, path, &found, &failure)
                                           : check_download(item, path, &found, &failure);
    int there = failed || found.len ? path_exists(path, e) : 1;
    if (there <= 0)
        return there;
    if (failed)
        return err_move(e, &failure);
    return found.len ? set_aside(v, item, &found, e) : 0;
}

int store_verify(struct verification *out, struct arena *a, const struct store *s,
    const struct inventory *inventory, struct err *e)
{
    struct verifying v = {.arena = a, .store = s};
    int failed = 0;
    *out = (struct verification){0};
    for (size_t i = 0; i < inventory->count && !failed; i++) {
        const struct stored *item = &inventory->items[i];
        out->tree_count += item->kind == STORED_TREE;
        out->download_count += item->kind == STORED_DOWNLOAD;
        if (item->kind == STORED_TREE || item->kind == STORED_DOWNLOAD)
            failed = check(&v, item, e);
    }
    out->items = arena_memdup(a, v.found.items, v.found.len * sizeof *v.found.items);
    out->count = v.found.len;
    vec_release(&v.found);
    return failed;
}
