/* Where the store keeps what: downloads, trees, work. */
#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "store/manifest.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"

static const char *const folders[] = {"downloads", "trees", "work", "facts", "locks", "unsynced"};

static int make_folders(const char *root, struct err *e)
{
    if (private_folder_make(root, e) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(folders); i++) {
        AUTO_FREE char *path = path_join(root, folders[i]);
        if (private_folder_make(path, e) < 0)
            return -1;
    }
    return 0;
}

int store_open(struct store *s, const char *root, struct err *e)
{
    AUTO_FREE char *absolute = root ? path_absolute(root) : dirs_cache();
    *s = (struct store){0};
    if (!absolute)
        return err_set(e, ERR_MISSING,
            "there is no place for the cache: HOME is not set and user %ld has no home folder; name a folder "
            "in STATICBUILD_CACHE",
            (long)geteuid());
    if (make_folders(absolute, e) < 0)
        return err_add(e, ERR_ENVIRONMENT,
            "the cache is %s: it has to be a folder of yours that you can write to; STATICBUILD_CACHE names "
            "another",
            absolute);
    s->root = steal_ptr(&absolute);
    if (store_check_version(s, e) == 0)
        return 0;
    store_release(s);
    return -1;
}

void store_release(struct store *s)
{
    if (s->run.path)
        lock_release(&s->run);
    free(s->root);
    *s = (struct store){0};
}

char *store_download_path(const struct store *s, const char *sha256)
{
    assert(digest_is_valid(sha256));
    return xstrf("%s/downloads/%s", s->root, sha256);
}

bool store_has_download(const struct store *s, const char *sha256)
{
    AUTO_FREE char *path = store_download_path(s, sha256);
    return path_may_be_file(path);
}

char *store_named_path(const struct store *s, const char *folder, const char *name, const struct key *k)
{
    assert(*name && *name != '.' && !strchr(name, '/'));
    return xstrf("%s/%s/%s-%.16s", s->root, folder, name, k->digest.hex);
}

char *store_tree_path(const struct store *s, const char *name, const struct key *k)
{
    return store_named_path(s, "trees", name, k);
}

int tree_is_of(const char *tree, const struct key *k, struct err *e)
{
    AUTO_FREE char *path = path_join(tree, KEY_PATH);
    AUTO_FREE char *manifest = path_join(tree, MANIFEST_PATH);
    AUTO_CLOSE int fd = -1;
    int there = file_open_at(&fd, AT_FDCWD, path, O_RDONLY, path, e);
    if (there != 1)
        return there;
    size_t len = strlen(k->text), seen = 0;
    AUTO_FREE char *text = xmalloc(len + 1);
    while (seen < len + 1) {
        ssize_t n = file_take(fd, text + seen, len + 1 - seen, -1, path, e);
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        seen += (size_t)n;
    }
    return seen == len && memcmp(text, k->text, len) == 0 ? path_exists(manifest, e) : 0;
}

int store_has_tree(const struct store *s, const char *name, const struct key *k, struct err *e)
{
    AUTO_FREE char *tree = store_tree_path(s, name, k);
    int there = tree_is_of(tree, k, e);
    if (there != 1)
        return there;
    int lost = unsynced_lost(s, name, k, e);
    return lost < 0 ? -1 : !lost;
}
