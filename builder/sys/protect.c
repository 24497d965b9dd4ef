/* Modes keep users from writing by mistake. Root is not kept by them, so the state of a tree can be written
 * down too: the kernel sets an entry's ctime at each change, and nothing sets it back. */
#include "sys/protect.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/path.h"
#include "sys/read.h"

enum { DEEPEST = 256, WRITABLE = 0222 };

/* Called for each entry, a folder after what is in it. */
struct visit {
    int (*entry)(
        void *arg, int folder, const char *name, const char *path, const struct stat *st, struct err *e);
    void *arg;
};

static int visit(const struct visit *v, int folder, const char *path, int depth, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (depth > DEEPEST)
        return err_set(e, ERR_ENVIRONMENT, "%s: is nested too deeply", path);
    if (folder_names_at(&names, folder, ".", path, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *below = path_join(path, names.items[i]);
        AUTO_CLOSE int fd = -1;
        struct stat st;
        if (fstatat(folder, names.items[i], &st, AT_SYMLINK_NOFOLLOW) < 0)
            return err_errno(e, ERR_ENVIRONMENT, "%s", below);
        if (S_ISDIR(st.st_mode)) {
            int there =
                file_open_at(&fd, folder, names.items[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW, below, e);
            if (there != 1)
                return there < 0 ? -1 : err_set(e, ERR_ENVIRONMENT, "%s: vanished", below);
            if (visit(v, fd, below, depth + 1, e) < 0)
                return -1;
        }
        if (v->entry(v->arg, folder, names.items[i], below, &st, e) < 0)
            return -1;
    }
    return 0;
}

static int visit_all(const struct visit *v, const char *path, struct err *e)
{
    AUTO_CLOSE int fd = file_open(path, O_RDONLY | O_DIRECTORY, 0, e);
    return fd < 0 ? -1 : visit(v, fd, path, 0, e);
}

static int protect(
    void *arg, int folder, const char *name, const char *path, const struct stat *st, struct err *e)
{
    (void)arg;
    if (S_ISLNK(st->st_mode) || !(st->st_mode & WRITABLE) ||
        fchmodat(folder, name, st->st_mode & 07777 & ~WRITABLE, 0) == 0)
        return 0;
    return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made read-only", path);
}

int tree_protect(const char *path, struct err *e)
{
    return visit_all(&(struct visit){.entry = protect}, path, e);
}

static void add_line(struct strbuf *out, const char *path, const struct stat *st)
{
    strbuf_addf(out, "%s %o %" PRIu64 " %" PRIu64 " %lld.%09ld %lld.%09ld\n", path, (unsigned)st->st_mode,
        (uint64_t)st->st_size, (uint64_t)st->st_ino, (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
        (long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
}

static int list(
    void *arg, int folder, const char *name, const char *path, const struct stat *st, struct err *e)
{
    (void)folder;
    (void)name;
    (void)e;
    add_line(arg, path, st);
    return 0;
}

int tree_listing(struct strbuf *out, const char *path, struct err *e)
{
    struct stat st;
    int there = path_look(&st, path, false, e);
    if (there != 1)
        return there < 0 ? -1 : err_set(e, ERR_ENVIRONMENT, "%s: is not there any more", path);
    add_line(out, path, &st);
    return visit_all(&(struct visit){list, out}, path, e);
}
