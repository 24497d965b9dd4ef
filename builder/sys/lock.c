/* A lock is on a file, not on a name: who holds it removes the name first, so whoever got hold of a file
 * without a name begins anew. */
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"

/* Locks an open file: 0, 1 when another process has it, 2 when its name is gone, -1. */
static int lock_file(int fd, int how, const char *path, struct err *e)
{
    struct stat st;
    while (flock(fd, how) < 0) {
        if (errno == EWOULDBLOCK)
            return 1;
        if (errno != EINTR)
            return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be locked", path);
    }
    if (fstat(fd, &st) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be locked", path);
    return st.st_nlink ? 0 : 2;
}

/* So that who waits can say for whom; the lock holds without it. */
static void sign(int fd)
{
    if (ftruncate(fd, 0) == 0)
        dprintf(fd, "%ld\n", (long)getpid());
}

static int take(struct lock *l, const char *path, int how, struct err *e)
{
    int state;
    do {
        AUTO_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0)
            return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be locked", path);
        state = lock_file(fd, how, path, e);
        if (state == 0) {
            sign(fd);
            *l = (struct lock){steal_fd(&fd), xstrdup(path)};
        }
    } while (state == 2);
    return state;
}

int lock_try(struct lock *l, const char *path, struct err *e)
{
    return take(l, path, LOCK_EX | LOCK_NB, e);
}

int lock_take(struct lock *l, const char *path, struct err *e)
{
    return take(l, path, LOCK_EX, e);
}

int lock_new(struct lock *l, const char *prefix, struct err *e)
{
    int state;
    do {
        AUTO_FREE char *path = xstrf("%sXXXXXX", prefix);
        AUTO_CLOSE int fd = mkostemp(path, O_CLOEXEC);
        if (fd < 0)
            return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be locked", prefix);
        state = lock_file(fd, LOCK_EX | LOCK_NB, path, e);
        if (state == 0) {
            sign(fd);
            *l = (struct lock){steal_fd(&fd), steal_ptr(&path)};
        }
    } while (state > 0); /* somebody who looks for dead locks was quicker */
    return state;
}

long lock_holder(const char *path)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    return file_read(&text, path, 64, &ignored) < 0 ? 0 : strtol(strbuf_str(&text), NULL, 10);
}

void lock_release(struct lock *l)
{
    if (!l->path)
        return;
    unlink(l->path); /* one that stays is in nobody's way */
    free(l->path);
    close(l->fd);
    *l = (struct lock){0};
}
