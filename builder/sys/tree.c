/* Whole folders: make, list, copy, remove. Links are never followed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

enum {
    DEEPEST = 256, /* folders inside folders; hostile trees end in an error, not in a full stack */
    DESCEND = 64,  /* as deep as a removal goes: what is deeper is moved up first, at the cost of a rename */
};

int folder_make(const char *path, struct err *e)
{
    if (mkdir(path, 0777) == 0)
        return 0; /* mostly its parents are there */
    if (errno == EEXIST) {
        int is_folder = path_is_folder(path, e);
        if (is_folder)
            return is_folder < 0 ? -1 : 0;
    }
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
    int is_folder = path_is_folder(path, e);
    if (is_folder == 0)
        return err_set(e, ERR_ENVIRONMENT, "%s: is in the way and is not a folder", path);
    return is_folder < 0 ? -1 : 0;
}

int file_copy_into(const char *from, const char *to, struct err *e)
{
    AUTO_FREE char *folder = path_dir(to);
    return folder_make(folder, e) < 0 ? -1 : file_copy(from, to, e);
}

uint64_t folder_free_bytes(const char *path)
{
    struct statvfs room;
    return statvfs(path, &room) < 0 ? UINT64_MAX : (uint64_t)room.f_bavail * room.f_frsize;
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

/* A tree being removed. */
struct removal {
    int top;             /* its own folder */
    unsigned long moved; /* folders that were too deep and now stand in top */
};

static int remove_at(
    struct removal *r, int parent, const char *name, const char *shown, int depth, struct err *e);

/* Moves a folder that is too deep to descend into up to the top, where it is found later. */
static int move_up(struct removal *r, int parent, const char *name, const char *shown, struct err *e)
{
    AUTO_FREE char *aside = xstrf(".too-deep-%lu", r->moved++);
    if (renameat(parent, name, r->top, aside) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be removed", shown);
    return 0;
}

static int remove_entries(struct removal *r, int fd, const char *shown, int depth, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (folder_names_at(&names, fd, ".", shown, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(shown, names.items[i]);
        if (remove_at(r, fd, names.items[i], path, depth + 1, e) < 0)
            return -1;
    }
    return 0;
}

static int remove_folder(
    struct removal *r, int parent, const char *name, const char *shown, int depth, struct err *e)
{
    /* What is not writable cannot be emptied, nor moved. */
    struct stat st;
    if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) &&
        (st.st_mode & 0700) != 0700)
        fchmodat(parent, name, 0700, 0);
    if (depth > DESCEND)
        return move_up(r, parent, name, shown, e);
    AUTO_CLOSE int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be removed", shown);
    if (depth == 0)
        r->top = fd;
    unsigned long before;
    do {
        before = r->moved;
        if (remove_entries(r, fd, shown, depth, e) < 0)
            return -1;
    } while (depth == 0 && r->moved != before);
    if (unlinkat(parent, name, AT_REMOVEDIR) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be removed", shown);
    return 0;
}

static int remove_at(
    struct removal *r, int parent, const char *name, const char *shown, int depth, struct err *e)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be removed", shown);
    return remove_folder(r, parent, name, shown, depth, e);
}

int tree_remove(const char *path, struct err *e)
{
    struct removal r = {.top = -1};
    return remove_at(&r, AT_FDCWD, path, path, 0, e);
}

int tree_move(const char *from, const char *to, struct err *e)
{
    struct stat st;
    int there = path_look(&st, from, false, e);
    if (there < 0)
        return -1;
    bool is_folder = there && S_ISDIR(st.st_mode);
    if (is_folder) /* its ".." is written to */
        chmod(from, (st.st_mode & 07777) | 0700);
    if (file_rename(from, to, e) < 0)
        return -1;
    if (is_folder && chmod(to, st.st_mode & 07777) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", to);
    return 0;
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
    AUTO_CLOSE int folder = file_open(path, O_RDONLY | O_DIRECTORY, 0, e);
    AUTO(strvec) struct strvec names = {0};
    if (folder < 0 || folder_names_at(&names, folder, ".", path, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *name = path_join(relative, names.items[i]);
        if (l->skip && l->skip(name, l->arg))
            continue;
        struct stat st;
        if (fstatat(folder, names.items[i], &st, AT_SYMLINK_NOFOLLOW) < 0)
            return err_errno(e, ERR_ENVIRONMENT, "%s/%s", path, names.items[i]);
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
        AUTO_FREE char *target = NULL;
        int is_link = link_read(&target, AT_FDCWD, from, from, e);
        if (is_link != 1)
            return is_link < 0 ? -1 : err_set(e, ERR_ENVIRONMENT, "%s: changed while it was copied", from);
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
    AUTO(strvec) struct strvec names = {0};
    int there = folder_names(&names, from, e);
    if (there != 1)
        return there < 0 ? -1 : err_set(e, ERR_ENVIRONMENT, "%s: changed while it was copied", from);
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *source = path_join(from, names.items[i]);
        AUTO_FREE char *copy = path_join(to, names.items[i]);
        if (copy_entry(source, copy, depth + 1, e) < 0)
            return -1;
    }
    return 0;
}

int tree_copy(const char *from, const char *to, struct err *e)
{
    return copy_entry(from, to, 0, e);
}
