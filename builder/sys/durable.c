/* What a finished run has promised is there after a power cut: the bytes are on the disk before they get
 * their name, and the name before we say so. Written aside beside it, under a name that nobody can have laid
 * a link at. */
#include "sys/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <linux/fs.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

/* Some file systems have nothing to sync, and say so. */
static int check_synced(int status, const char *path, struct err *e)
{
    if (status == 0 || errno == EINVAL || errno == ENOSYS)
        return 0;
    return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written to the disk", path);
}

static int sync_folder_of(const char *path, struct err *e)
{
    AUTO_FREE char *folder = path_dir(path);
    AUTO_CLOSE int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", folder);
    return check_synced(fsync(fd), folder, e);
}

static int write_all(int fd, const char *bytes, size_t len, const char *path, struct err *e)
{
    while (len) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", path);
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Gives the file its name; *fd holds what it is to have. */
static int give_name(int fd, const char *aside, const char *path, mode_t mode, struct err *e)
{
    if (fchmod(fd, mode) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", path);
    if (check_synced(fdatasync(fd), path, e) < 0)
        return -1;
    if (rename(aside, path) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", path);
    return sync_folder_of(path, e);
}

/* The name of a new, empty file beside path; the caller frees it. */
static char *open_aside(int *fd, const char *path, struct err *e)
{
    AUTO_FREE char *aside = xstrf("%s.XXXXXX", path);
    *fd = mkostemp(aside, O_CLOEXEC); /* O_EXCL: never through a link */
    if (*fd < 0) {
        err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", path);
        return NULL;
    }
    return steal_ptr(&aside);
}

int file_write_durably(const char *path, const void *bytes, size_t len, mode_t mode, struct err *e)
{
    AUTO_CLOSE int fd = -1;
    AUTO_FREE char *aside = open_aside(&fd, path, e);
    if (!aside)
        return -1;
    if (write_all(fd, bytes, len, path, e) == 0 && give_name(fd, aside, path, mode, e) == 0)
        return 0;
    unlink(aside);
    return -1;
}

static int copy_content(int in, const char *from, int out, const char *path, struct err *e)
{
    if (ioctl(out, FICLONE, in) == 0)
        return 0;
    char buffer[65536];
    for (;;) {
        ssize_t n = read(in, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, ERR_ENVIRONMENT, "%s", from);
        if (n == 0)
            return 0;
        if (write_all(out, buffer, (size_t)n, path, e) < 0)
            return -1;
    }
}

int file_copy_durably(const char *from, const char *path, mode_t mode, struct err *e)
{
    AUTO_CLOSE int fd = -1;
    AUTO_CLOSE int in = open(from, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (in < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", from);
    AUTO_FREE char *aside = open_aside(&fd, path, e);
    if (!aside)
        return -1;
    if (copy_content(in, from, fd, path, e) == 0 && give_name(fd, aside, path, mode, e) == 0)
        return 0;
    unlink(aside);
    return -1;
}

int file_system_sync(const char *folder, struct err *e)
{
    AUTO_CLOSE int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", folder);
    return check_synced(syncfs(fd), folder, e);
}
