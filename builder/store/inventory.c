/* Goes through the folders of a store. How large a tree is stands in its manifest, what it was made for in
 * its key; a download is what a key names as a source. */
#include "store/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/internal.h"
#include "store/past.h"
#include "store/work.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "sys/visit.h"

enum { SHORTEST_DIGITS = 8 };

struct stocktaking {
    struct arena *arena;
    const struct store *store;
    VEC(struct stored) found;
    struct map sources; /* from a SHA-256 to what it is a source of */
};

static int add_size(void *arg, const struct visited *v, struct err *e)
{
    (void)e;
    *(uint64_t *)arg += S_ISDIR(v->st->st_mode) ? 0 : (uint64_t)v->st->st_size;
    return 0;
}

uint64_t folder_size(const char *path)
{
    AUTO(err) struct err ignored = ERR_INIT; /* somebody works in it */
    uint64_t size = 0;
    tree_visit(path, add_size, &size, &ignored);
    return size;
}

/* As its manifest says, else as it is. */
static uint64_t tree_size(const char *path)
{
    AUTO(arena) struct arena scratch = {0};
    AUTO(manifest) struct manifest m;
    AUTO(err) struct err ignored = ERR_INIT;
    uint64_t size = 0;
    manifest_init(&m, &scratch);
    if (manifest_read(&m, path, &ignored) != 1)
        return folder_size(path);
    for (size_t i = 0; i < m.entry_count; i++)
        size += m.entries[i].size_bytes;
    return size;
}

/* "NAME-KEY16" and what may stand behind it. */
static void split_name(struct stored *item, struct arena *a, size_t behind)
{
    size_t len = strlen(item->entry), tail = 1 + KEY_DIGITS + behind;
    if (len <= tail || item->entry[len - tail] != '-')
        return;
    item->name = arena_strndup(a, item->entry, len - tail);
    item->key = arena_strndup(a, item->entry + len - tail + 1, KEY_DIGITS);
}

static void remember_sources(struct stocktaking *t, const struct past_tree *tree, const char *of)
{
    const char *version = fact_value(&tree->facts, "version");
    for (size_t i = 0; i < tree->facts.count; i++) {
        const struct fact *f = &tree->facts.items[i];
        if (str_starts(f->name, "source[") && digest_is_valid(f->value))
            map_set(&t->sources, f->value,
                arena_strf(t->arena, "source of %s%s%s", of, version ? " " : "", version ? version : ""));
    }
}

/* What its key says: which step it was, of what version, for which target. */
static void explain_tree(struct stocktaking *t, struct stored *item, const char *path)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct past_tree tree;
    if (past_tree_read(&tree, t->arena, path, &ignored) != 1)
        return;
    item->made_ns = tree.made_ns;
    const char *step = fact_value(&tree.facts, "step"), *version = fact_value(&tree.facts, "version");
    const char *target = fact_value(&tree.facts, "toolchain.target");
    if (!step)
        return;
    struct slice rest = slice_of(step), group = slice_cut(&rest, ' ');
    struct slice of = rest.ptr ? slice_cut(&rest, ' ') : group;
    item->group = arena_strndup(t->arena, group.ptr, group.len);
    item->of = arena_strndup(t->arena, of.ptr, of.len);
    item->made_for = arena_strf(t->arena, "%s%s%s%s%s", step, version ? " " : "", version ? version : "",
        target ? ", " : "", target ? target : "");
    remember_sources(t, &tree, item->of);
}

static struct stored *add(struct stocktaking *t, enum stored_kind kind, const char *group, const char *entry)
{
    struct stored *item = vec_add(&t->found);
    *item = (struct stored){.kind = kind,
        .group = group,
        .entry = arena_strdup(t->arena, entry),
        .key = "",
        .of = "",
        .made_for = ""};
    item->name = item->entry;
    return item;
}

static void add_tree(struct stocktaking *t, const char *entry, const char *path, int64_t used_ns)
{
    struct stored *item = add(t, STORED_TREE, "other", entry);
    split_name(item, t->arena, 0);
    item->size_bytes = tree_size(path);
    item->made_ns = item->used_ns = used_ns;
    explain_tree(t, item, path);
}

static void add_work(struct stocktaking *t, const char *entry, const char *path, int64_t changed_ns)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_FREE char *damaged = path_join(path, WORK_DAMAGED);
    struct work_kept kept;
    bool is_kept = work_is_kept(&kept, t->store, entry);
    const char *group = !is_kept ? "work" : path_exists(damaged, &ignored) == 1 ? "damaged" : "failed";
    struct stored *item = add(t, is_kept ? STORED_KEPT : STORED_WORK, group, entry);
    split_name(item, t->arena, 1 + WORK_RANDOM);
    item->size_bytes = is_kept ? kept.size_bytes : folder_size(path);
    item->made_ns = item->used_ns = is_kept ? kept.since_ns : changed_ns;
}

static void add_download(struct stocktaking *t, const char *entry, const struct file_identity *id)
{
    const char *of = map_get(&t->sources, entry);
    struct stored *item = add(t, STORED_DOWNLOAD, "download", entry);
    item->size_bytes = id->size;
    item->made_ns = item->used_ns = id->mtime_ns;
    item->made_for = of ? of : "";
}

static const char *const folders[] = {"trees", "downloads", "work"}; /* downloads are told of by trees */

static int take(struct stocktaking *t, const char *folder, struct err *e)
{
    AUTO_FREE char *path = path_join(t->store->root, folder);
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, path, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *at = path_join(path, names.items[i]);
        struct file_identity id;
        int there = file_identity_get(&id, at, e);
        if (there < 0)
            return -1;
        if (there == 0)
            continue;
        if (folder == folders[0])
            add_tree(t, names.items[i], at, id.mtime_ns);
        else if (folder == folders[1])
            add_download(t, names.items[i], &id);
        else
            add_work(t, names.items[i], at, id.mtime_ns);
    }
    return 0;
}

int inventory_take(struct inventory *out, struct arena *a, const struct store *s, struct err *e)
{
    struct stocktaking t = {.arena = a, .store = s};
    int failed = 0;
    for (size_t i = 0; i < COUNT(folders) && !failed; i++)
        failed = take(&t, folders[i], e);
    *out =
        (struct inventory){arena_memdup(a, t.found.items, t.found.len * sizeof *t.found.items), t.found.len};
    vec_release(&t.found);
    map_release(&t.sources);
    return failed;
}

char *stored_path(const struct stored *item, const struct store *s)
{
    static const char *const of_kind[] = {[STORED_TREE] = "trees",
        [STORED_DOWNLOAD] = "downloads",
        [STORED_KEPT] = "work",
        [STORED_WORK] = "work"};
    return xstrf("%s/%s/%s", s->root, of_kind[item->kind], item->entry);
}

bool stored_is_called(const struct stored *item, const char *name)
{
    size_t len = strlen(name);
    if (item->kind == STORED_DOWNLOAD)
        return len >= SHORTEST_DIGITS && strncmp(item->entry, name, len) == 0;
    return strcmp(item->entry, name) == 0 || strcmp(item->name, name) == 0 ||
           (*item->of && strcmp(item->of, name) == 0);
}

uint64_t inventory_size(const struct inventory *inventory)
{
    uint64_t size = 0;
    for (size_t i = 0; i < inventory->count; i++)
        size += inventory->items[i].size_bytes;
    return size;
}
