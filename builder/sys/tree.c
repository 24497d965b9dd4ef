/* Whole folders: make, list, copy, remove. Links are never followed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { DEEPEST = 256 }; /* folders inside folders; hostile trees end in an error, not in a full stack */

int folder_make(const char *path, struct err *e)
{
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && path_is_folder(path)))
        return 0; /* mostly its parents are there */
    AUTO_FREE char *copy = xstrdup(path);
    for (char *p = copy + (copy[0] == '/');; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char ended = *p;
        *p = '\0';
        if (*copy && mkdir(copy, 0777) < 0 && errno != EEXIST && errno != EISDIR)
            return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made", copy);
        if (!ended)
            break;
        *p = ended;
    }
    if (!path_is_folder(path))
        return err_set(e, ERR_ENVIRONMENT, "%s: is in the way and is not a folder", path);
    return 0;
}

char *folder_make_temporary(const char *parent, const char *prefix, struct err *e)
{
    AUTO_FREE char *path = xstrf("%s/%sXXXXXX", parent, prefix);
    if (!mkdtemp(path)) {
        err_errno(e, ERR_ENVIRONMENT, "%s: no folder can be made in it", parent);
        return NULL;
    }
    return steal_ptr(&path);
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int remove_at(int parent, const char *name, const char *shown, int depth, struct err *e)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be removed", shown);
    AUTO_CLOSE int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0)
        fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be removed", shown);
    if (depth > DEEPEST)
        return err_set(e, ERR_ENVIRONMENT, "%s: is nested too deeply to remove", shown);
    fchmod(fd, 0700);
    AUTO_CLOSEDIR DIR *d = fdopendir(dup(fd));
    if (!d)
        return err_errno(e, ERR_ENVIRONMENT, "%s", shown);
    for (struct dirent *entry; (entry = readdir(d));) {
        if (is_dots(entry->d_name))
            continue;
        AUTO_FREE char *path = path_join(shown, entry->d_name);
        if (remove_at(fd, entry->d_name, path, depth + 1, e) < 0)
            return -1;
    }
    if (unlinkat(parent, name, AT_REMOVEDIR) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be removed", shown);
    return 0;
}

int tree_remove(const char *path, struct err *e)
{
    return remove_at(AT_FDCWD, path, path, 0, e);
}

struct listing {
    const char *root;
    bool (*skip)(const char *relative, void *arg);
    void *arg;
    struct strvec *out;
};

static int list_folder(const struct listing *l, const char *relative, int depth, struct err *e)
{
    AUTO_FREE char *path = path_join(l->root, relative);
    if (depth > DEEPEST)
        return err_set(e, ERR_ENVIRONMENT, "%s: is nested too deeply", path);
    AUTO_CLOSEDIR DIR *d = opendir(path);
    if (!d)
        return err_errno(e, ERR_ENVIRONMENT, "%s", path);
    for (struct dirent *entry; (entry = readdir(d));) {
        if (is_dots(entry->d_name))
            continue;
        AUTO_FREE char *name = path_join(relative, entry->d_name);
        if (l->skip && l->skip(name, l->arg))
            continue;
        struct stat st;
        if (fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            return err_errno(e, ERR_ENVIRONMENT, "%s/%s", path, entry->d_name);
        if (S_ISDIR(st.st_mode)) {
            if (list_folder(l, name, depth + 1, e) < 0)
                return -1;
        } else if (S_ISREG(st.st_mode) || S_ISLNK(st.st_mode)) {
            strvec_push(l->out, name);
        }
    }
    return 0;
}

int tree_list(const char *root, bool (*skip)(const char *relative, void *arg), void *arg, struct strvec *out,
    struct err *e)
{
    struct listing l = {root, skip, arg, out};
    if (list_folder(&l, "", 0, e) < 0)
        return -1;
    strvec_sort(out);
    return 0;
}

static int copy_entry(const char *from, const char *to, int depth, struct err *e)
{
    struct stat st;
    if (lstat(from, &st) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", from);
    if (S_ISREG(st.st_mode))
        return file_copy(from, to, e);
    if (S_ISLNK(st.st_mode)) {
        char target[4096];
        ssize_t n = readlink(from, target, sizeof target - 1);
        if (n < 0)
            return err_errno(e, ERR_ENVIRONMENT, "%s", from);
        target[n] = '\0';
        if (symlink(target, to) < 0)
            return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made", to);
        return 0;
    }
    if (!S_ISDIR(st.st_mode))
        return 0; /* sockets and FIFOs have no content to copy */
    if (depth > DEEPEST)
        return err_set(e, ERR_ENVIRONMENT, "%s: is nested too deeply", from);
    if (mkdir(to, 0777) < 0 && errno != EEXIST)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made", to);
    AUTO_CLOSEDIR DIR *d = opendir(from);
    if (!d)
        return err_errno(e, ERR_ENVIRONMENT, "%s", from);
    for (struct dirent *entry; (entry = readdir(d));) {
        if (is_dots(entry->d_name))
            continue;
        AUTO_FREE char *source = path_join(from, entry->d_name);
        AUTO_FREE char *copy = path_join(to, entry->d_name);
        if (copy_entry(source, copy, depth + 1, e) < 0)
            return -1;
    }
    return 0;
}

int tree_copy(const char *from, const char *to, struct err *e)
{
    return copy_entry(from, to, 0, e);
}
