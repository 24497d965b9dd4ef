/* Local files that a build is made from: a folder of sources, a patch, a test script. They are hashed when
 * the run is planned and used later, and may be edited in between: what was used is compared with what the
 * key was made of, before anything is kept under it. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

/* A walk through a folder of the user's own. */
struct local_walk {
    const char *root;
    struct strvec results; /* folders of earlier builds that were passed over */
};

static void local_walk_release(struct local_walk *w)
{
    strvec_release(&w->results);
}

static bool is_one_of(const char *name, const char *const *names, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* dist and build are what builds leave at the top; further down, or as files, somebody chose these names. */
static bool is_not_source(const char *relative, void *arg)
{
    struct local_walk *w = arg;
    static const char *const never[] = {".git", ".hg", ".svn", "__pycache__", ".staticbuild"};
    static const char *const results[] = {"dist", "build"};
    if (is_one_of(path_base(relative), never, COUNT(never)))
        return true;
    if (!is_one_of(relative, results, COUNT(results)))
        return false;
    AUTO(err) struct err ignored = ERR_INIT; /* what cannot be looked at is told when it is read */
    AUTO_FREE char *path = path_join(w->root, relative);
    if (path_is_folder(path, &ignored) != 1)
        return false;
    strvec_push(&w->results, relative);
    return true;
}

static void say_left_out(const struct local_walk *w, struct sink *sink)
{
    for (size_t i = 0; i < w->results.len; i++)
        event_note(sink,
            "%s/%s: left out of the source: at the top, a folder of this name is what builds leave", w->root,
            w->results.items[i]);
}

/* One line a file: its hash and its name. */
static int digest_files(struct digest *out, const char *root, const struct strvec *files, struct err *e)
{
    AUTO(strbuf) struct strbuf listing = {0};
    for (size_t i = 0; i < files->len; i++) {
        AUTO_FREE char *file = path_join(root, files->items[i]);
        AUTO_FREE char *target = NULL;
        struct digest d;
        int is_link = link_read(&target, AT_FDCWD, file, file, e);
        if (is_link < 0 || (!is_link && digest_file(&d, file, e) < 0))
            return -1;
        if (is_link)
            strbuf_addf(&listing, "link %s %s\n", target, files->items[i]);
        else
            strbuf_addf(&listing, "%s %s\n", d.hex, files->items[i]);
    }
    digest_bytes(out, strbuf_str(&listing), listing.len);
    return 0;
}

static int digest_folder(struct digest *out, const char *path, struct err *e)
{
    AUTO(local_walk) struct local_walk walk = {.root = path};
    AUTO(strvec) struct strvec files = {0};
    if (tree_list(path, is_not_source, &walk, &files, e) < 0)
        return -1;
    return digest_files(out, path, &files, e);
}

const char *run_local_digest(void *arg, const char *path)
{
    struct run *r = arg;
    const char *known = map_get(&r->local_digests, path);
    if (known)
        return known;
    struct digest d;
    struct err ignored = ERR_INIT; /* what cannot be read now is reported when it is used */
    int is_folder = path_is_folder(path, &ignored);
    int failed = is_folder < 0 ? -1
                 : is_folder   ? digest_folder(&d, path, &ignored)
                               : digest_file(&d, path, &ignored);
    err_release(&ignored);
    char *hex = arena_strdup(r->arena, failed ? "unreadable" : d.hex);
    map_set(&r->local_digests, path, hex);
    return hex;
}

/* The plan is no longer what would be made now. */
static int is_stale(struct run *r, const char *path, struct err *e)
{
    r->stale = true;
    return err_set(e, ERR_ENVIRONMENT,
        "%s: was edited after this run had begun; run again when it is as you want it", path);
}

int source_copy_local(struct run *r, const char *from, const char *to, struct err *e)
{
    AUTO(local_walk) struct local_walk walk = {.root = from};
    AUTO(strvec) struct strvec files = {0};
    struct digest copied;
    if (tree_list(from, is_not_source, &walk, &files, e) < 0)
        return -1;
    say_left_out(&walk, r->sink);
    for (size_t i = 0; i < files.len; i++) {
        AUTO_FREE char *source = path_join(from, files.items[i]);
        AUTO_FREE char *copy = path_join(to, files.items[i]);
        AUTO_FREE char *folder = path_dir(copy);
        if (folder_make(folder, e) < 0 || tree_copy(source, copy, e) < 0)
            return -1;
    }
    if (digest_files(&copied, to, &files, e) < 0)
        return -1;
    return strcmp(copied.hex, run_local_digest(r, from)) == 0 ? 0 : is_stale(r, from, e);
}

int local_file_copy(struct run *r, const char *from, const char *to, const char *expected, struct err *e)
{
    struct digest copied;
    if (file_copy(from, to, e) < 0 || digest_file(&copied, to, e) < 0)
        return -1;
    return strcmp(copied.hex, expected) == 0 ? 0 : is_stale(r, from, e);
}

int local_file_check(struct run *r, const char *path, struct err *e)
{
    struct digest now;
    if (digest_file(&now, path, e) < 0)
        return -1;
    return strcmp(now.hex, run_local_digest(r, path)) == 0 ? 0 : is_stale(r, path, e);
}

void run_forget_local(struct run *r)
{
    r->stale = false;
    map_release(&r->local_digests);
    r->local_digests = (struct map){0};
}
