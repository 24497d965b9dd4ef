/* A finished folder becomes a tree: what is in it is written down, and nobody may write to it any more. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "hash/hash.h"
#include "store/manifest.h"
#include "sys/path.h"
#include "sys/read.h"
#include "sys/visit.h"

enum { WRITABLE = 0222 };

static const char path_of_ours[] = ".staticbuild"; /* the manifest is still to be written there */

struct taking {
    struct arena *arena;
    VEC(struct manifest_entry) entries;
};

static int digest_of(char hex[65], const struct visited *v, struct err *e)
{
    AUTO_CLOSE int fd = -1;
    struct digest d;
    int there = file_open_at(&fd, v->folder, v->name, O_RDONLY | O_NOFOLLOW, v->shown, e);
    if (there != 1)
        return there < 0 ? -1
                         : err_set(e, ERR_ENVIRONMENT,
                               "%s: was removed while the tree that it is in was finished: find out what "
                               "does that, and run again",
                               v->shown);
    if (digest_descriptor(&d, fd, v->shown, e) < 0)
        return -1;
    memcpy(hex, d.hex, sizeof d.hex);
    return 0;
}

static int take_link(struct manifest_entry *out, struct arena *a, const struct visited *v, struct err *e)
{
    AUTO_FREE char *target = NULL;
    int there = link_read(&target, v->folder, v->name, v->shown, e);
    if (there != 1)
        return there < 0 ? -1
                         : err_set(e, ERR_ENVIRONMENT,
                               "%s: was removed while the tree that it is in was finished: find out what "
                               "does that, and run again",
                               v->shown);
    *out = (struct manifest_entry){.kind = ENTRY_LINK, .content = arena_strdup(a, target)};
    return 0;
}

static int protect(const struct visited *v, struct err *e)
{
    if (!(v->st->st_mode & WRITABLE) ||
        fchmodat(v->folder, v->name, v->st->st_mode & 07777 & ~WRITABLE, 0) == 0)
        return 0;
    return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made read-only", v->shown);
}

static int take_entry(struct manifest_entry *out, struct arena *a, const struct visited *v, struct err *e)
{
    *out = (struct manifest_entry){.mode = v->st->st_mode & 07777 & ~WRITABLE, .content = ""};
    if (S_ISLNK(v->st->st_mode))
        return take_link(out, a, v, e);
    if (S_ISDIR(v->st->st_mode)) {
        out->kind = ENTRY_FOLDER;
        return strcmp(v->path, path_of_ours) == 0 ? 0 : protect(v, e);
    }
    if (!S_ISREG(v->st->st_mode))
        return err_set(e, ERR_BUILD, "%s: is neither a file nor a folder nor a link", v->shown);
    char *hex = arena_alloc(a, 65);
    out->kind = ENTRY_FILE;
    out->size_bytes = (uint64_t)v->st->st_size;
    out->content = hex;
    return digest_of(hex, v, e) < 0 ? -1 : protect(v, e);
}

static int take(void *arg, const struct visited *v, struct err *e)
{
    struct taking *t = arg;
    struct manifest_entry entry;
    if (take_entry(&entry, t->arena, v, e) < 0)
        return -1;
    entry.path = arena_strdup(t->arena, v->path);
    vec_push(&t->entries, entry);
    return 0;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct manifest_entry *)a)->path, ((const struct manifest_entry *)b)->path);
}

int manifest_take(struct manifest *m, const char *folder, struct err *e)
{
    struct taking t = {.arena = m->arena};
    int status = tree_visit(folder, take, &t, e);
    if (t.entries.len)
        qsort(t.entries.items, t.entries.len, sizeof *t.entries.items, by_path);
    m->entries = arena_memdup(m->arena, t.entries.items, t.entries.len * sizeof *t.entries.items);
    m->entry_count = t.entries.len;
    vec_release(&t.entries);
    return status;
}
