#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"

static int take(struct lock *l, const char *path, int how, struct err *e)
{
    AUTO_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be locked", path);
    while (flock(fd, how) < 0) {
        if (errno == EWOULDBLOCK)
            return 1;
        if (errno != EINTR)
            return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be locked", path);
    }
    l->fd = steal_fd(&fd);
    return 0;
}

int lock_try(struct lock *l, const char *path, struct err *e)
{
    return take(l, path, LOCK_EX | LOCK_NB, e);
}

int lock_take(struct lock *l, const char *path, struct err *e)
{
    return take(l, path, LOCK_EX, e);
}

void lock_release(struct lock *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
}
