/* A tree held against its manifest. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "store/manifest.h"
#include "sys/path.h"
#include "sys/read.h"
#include "sys/visit.h"

enum { OWNER_READS_AND_RUNS = 0500 };

struct checking {
    const struct manifest *manifest;
    bool *seen;             /* by entry */
    struct timespec sealed; /* when the manifest was written */
    enum manifest_trust trust;
    struct strvec *differences; /* when all are wanted, else the first alone */
    struct strvec first;
};

static bool may_have_changed(const struct checking *c, const struct stat *st)
{
    const struct timespec *t = &st->st_ctim, *sealed = &c->sealed;
    return c->trust == TRUST_NOTHING || t->tv_sec > sealed->tv_sec ||
           (t->tv_sec == sealed->tv_sec && t->tv_nsec > sealed->tv_nsec);
}

static bool is_settled(const struct checking *c)
{
    return c->differences == &c->first && c->first.len;
}

/* 1 when it is as it was, 0, or -1. */
static int file_holds(
    const struct checking *c, const struct manifest_entry *entry, const struct visited *v, struct err *e)
{
    if ((uint64_t)v->st->st_size != entry->size_bytes)
        return 0;
    if (!may_have_changed(c, v->st))
        return 1;
    AUTO_CLOSE int fd = -1;
    struct digest d;
    int there = file_open_at(&fd, v->folder, v->name, O_RDONLY | O_NOFOLLOW, v->shown, e);
    if (there != 1)
        return there;
    return digest_descriptor(&d, fd, v->shown, e) < 0 ? -1 : strcmp(d.hex, entry->content) == 0;
}

static int link_holds(const struct manifest_entry *entry, const struct visited *v, struct err *e)
{
    AUTO_FREE char *target = NULL;
    int there = link_read(&target, v->folder, v->name, v->shown, e);
    return there != 1 ? there : strcmp(target, entry->content) == 0;
}

static bool is_of_kind(mode_t mode, enum entry_kind kind)
{
    return kind == ENTRY_LINK ? S_ISLNK(mode) : kind == ENTRY_FOLDER ? S_ISDIR(mode) : S_ISREG(mode);
}

static int check(void *arg, const struct visited *v, struct err *e)
{
    struct checking *c = arg;
    const struct manifest_entry *entry = manifest_find(c->manifest, v->path);
    if (is_settled(c) || strcmp(v->path, MANIFEST_PATH) == 0)
        return 0;
    if (!entry) {
        strvec_pushf(c->differences, "%s: was added", v->path);
        return 0;
    }
    c->seen[entry - c->manifest->entries] = true;
    size_t before = c->differences->len;
    if (!is_of_kind(v->st->st_mode, entry->kind))
        strvec_pushf(c->differences, "%s: is no %s any more", v->path, entry_kind_word(entry->kind));
    else if (entry->kind != ENTRY_LINK && ((v->st->st_mode ^ entry->mode) & OWNER_READS_AND_RUNS))
        strvec_pushf(c->differences, "%s: has another mode", v->path);
    if (c->differences->len > before || entry->kind == ENTRY_FOLDER)
        return 0;
    int holds = entry->kind == ENTRY_LINK ? link_holds(entry, v, e) : file_holds(c, entry, v, e);
    if (holds == 0)
        strvec_pushf(c->differences, "%s: %s", v->path,
            entry->kind == ENTRY_LINK ? "leads elsewhere" : "has other content");
    return holds < 0 ? -1 : 0;
}

static void find_missing(struct checking *c)
{
    for (size_t i = 0; i < c->manifest->entry_count && !is_settled(c); i++)
        if (!c->seen[i])
            strvec_pushf(c->differences, "%s: is missing", c->manifest->entries[i].path);
}

static int compare(struct checking *c, const char *tree, struct err *e)
{
    AUTO_FREE char *path = path_join(tree, MANIFEST_PATH);
    AUTO_FREE bool *seen = xcalloc(c->manifest->entry_count + 1, sizeof *seen);
    struct stat st;
    c->seen = seen;
    int there = path_look(&st, path, false, e);
    if (there == 1)
        c->sealed = st.st_ctim;
    else if (there == 0)
        c->trust = TRUST_NOTHING;
    if (there < 0 || tree_visit(tree, check, c, e) < 0)
        return -1;
    find_missing(c);
    return 0;
}

int manifest_holds(
    const struct manifest *m, const char *tree, enum manifest_trust trust, char **what, struct err *e)
{
    struct checking c = {.manifest = m, .trust = trust, .differences = &c.first};
    int failed = compare(&c, tree, e);
    *what = !failed && c.first.len ? xstrdup(c.first.items[0]) : NULL;
    strvec_release(&c.first);
    return failed ? -1 : !*what;
}

int manifest_differences(const struct manifest *m, const char *tree, struct strvec *out, struct err *e)
{
    struct checking c = {.manifest = m, .trust = TRUST_NOTHING, .differences = out};
    return compare(&c, tree, e);
}
