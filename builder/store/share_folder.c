/* A folder that keeps trees and downloads for several users of a machine, or of a file server:
 *
 *     LOCATION/trees/NAME-KEY16/    as in a store
 * LOCATION/downloads/SHA256
 *     LOCATION/signatures/NAME-KEY16   who vouches for a tree, when somebody does
 *     LOCATION/incoming/            what is being put, to be renamed when it is whole
 *
 * There are no locks: of two who put the same, the second finds it there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "store/share.h"
#include "store/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

struct shared_folder {
    char *root;
};

/* "https://…" is none; "file:" may stand before a path, as in recipes. */
static const char *path_in(const char *location)
{
    const char *path = str_starts(location, "file:") ? location + strlen("file:") : location;
    path += str_starts(path, "//") ? 2 : 0;
    const char *colon = strchr(path, ':'), *slash = strchr(path, '/');
    return *path && (!colon || (slash && slash < colon)) ? path : NULL;
}

static bool is_for(const char *location)
{
    return path_in(location) != NULL;
}

static void *open_folder(const char *location, struct err *e)
{
    AUTO_FREE char *root = path_absolute(path_in(location));
    int there = path_is_folder(root, e);
    if (there != 1) {
        if (there == 0)
            err_set(e, ERR_MISSING, "%s: is not a folder that is there", root);
        return NULL;
    }
    struct shared_folder *f = xmalloc(sizeof *f);
    f->root = steal_ptr(&root);
    return f;
}

static void close_folder(void *self)
{
    struct shared_folder *f = self;
    free(f->root);
    free(f);
}

static char *tree_in(const struct shared_folder *f, const char *name, const struct key *k)
{
    return xstrf("%s/trees/%s-%.16s", f->root, name, k->digest.hex);
}

static int has_trees(void *self, struct tree_query *queries, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        AUTO_FREE char *tree = tree_in(self, queries[i].name, queries[i].key);
        int there = tree_is_of(tree, queries[i].key, e);
        if (there < 0)
            return -1;
        queries[i].is_there = there;
    }
    return 0;
}

static int get_tree(void *self, const char *name, const struct key *k, const char *folder, struct err *e)
{
    AUTO_FREE char *tree = tree_in(self, name, k);
    int there = tree_is_of(tree, k, e);
    return there != 1 ? there : tree_copy(tree, folder, e) < 0 ? -1 : 1;
}

/* Somebody else was quicker: what is there is as good. */
static int give_name(const char *aside, const char *path, struct err *e)
{
    AUTO_FREE char *parent = path_dir(path);
    if (folder_make(parent, e) < 0)
        return -1;
    if (rename(aside, path) == 0)
        return 1;
    if (errno == EEXIST || errno == ENOTEMPTY)
        return tree_remove(aside, e) < 0 ? -1 : 1;
    return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made", path);
}

/* A fresh folder, which whoever may read the shared one may read too. */
static char *incoming(const struct shared_folder *f, struct err *e)
{
    AUTO_FREE char *parent = path_join(f->root, "incoming");
    AUTO_FREE char *shown = folder_make(parent, e) < 0 ? NULL : folder_make_temporary(parent, "", e);
    if (!shown)
        return NULL;
    if (chmod(shown, 0755) < 0) {
        err_errno(e, ERR_ENVIRONMENT, "%s", shown);
        return NULL;
    }
    return steal_ptr(&shown);
}

static int put_tree(void *self, const char *name, const struct key *k, const char *tree, struct err *e)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_FREE char *path = tree_in(self, name, k);
    int there = tree_is_of(path, k, e);
    if (there)
        return there;
    AUTO_FREE char *aside = incoming(self, e);
    if (!aside)
        return -1;
    int done = tree_copy(tree, aside, e) < 0 ? -1 : give_name(aside, path, e);
    if (done < 0)
        tree_remove(aside, &ignored);
    return done;
}

static char *signature_in(const struct shared_folder *f, const char *name, const struct key *k)
{
    return xstrf("%s/signatures/%s-%.16s", f->root, name, k->digest.hex);
}

static int get_signature(void *self, const char *name, const struct key *k, struct strbuf *out, struct err *e)
{
    enum { LINES_BYTES_MAX = 64 << 10 };
    AUTO_FREE char *path = signature_in(self, name, k);
    int there = path_is_file(path, e);
    return there != 1 ? there : file_read(out, path, LINES_BYTES_MAX, e) < 0 ? -1 : 1;
}

static int put_signature(void *self, const char *name, const struct key *k, const char *lines, struct err *e)
{
    AUTO_FREE char *path = signature_in(self, name, k);
    AUTO_FREE char *parent = path_dir(path);
    return folder_make(parent, e) < 0 || file_write(path, lines, strlen(lines), 0644, e) < 0 ? -1 : 1;
}

static char *download_in(const struct shared_folder *f, const char *sha256)
{
    return xstrf("%s/downloads/%s", f->root, sha256);
}

static int has_download(void *self, const char *sha256, struct err *e)
{
    AUTO_FREE char *path = download_in(self, sha256);
    return path_is_file(path, e);
}

static int get_download(void *self, const char *sha256, const char *path, struct err *e)
{
    AUTO_FREE char *from = download_in(self, sha256);
    int there = path_is_file(from, e);
    return there != 1 ? there : file_copy(from, path, e) < 0 ? -1 : 1;
}

static int put_download(void *self, const char *sha256, const char *path, struct err *e)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_FREE char *to = download_in(self, sha256);
    int there = path_is_file(to, e);
    if (there)
        return there;
    AUTO_FREE char *folder = incoming(self, e);
    if (!folder)
        return -1;
    AUTO_FREE char *aside = path_join(folder, sha256);
    int done = file_copy(path, aside, e) < 0 ? -1 : give_name(aside, to, e);
    tree_remove(folder, &ignored);
    return done;
}

const struct share_row share_folder = {
    .locations = "the path of a folder",
    .is_for = is_for,
    .open = open_folder,
    .close = close_folder,
    .has_trees = has_trees,
    .get_tree = get_tree,
    .put_tree = put_tree,
    .get_signature = get_signature,
    .put_signature = put_signature,
    .has_download = has_download,
    .get_download = get_download,
    .put_download = put_download,
};
