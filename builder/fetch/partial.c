/* A download on its way: without a name while that is possible, hashed as it is written, put in place
 * when its hash is right. */
#include "fetch/partial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

int partial_open(struct partial *p, const char *final_path, struct err *e)
{
    AUTO_FREE char *folder = path_dir(final_path);
    if (folder_make(folder, e) < 0)
        return -1;
    AUTO_FREE char *name = NULL;
    AUTO(err) struct err why = ERR_INIT;
    /* A file without a name gets one by its entry in /proc. */
    int has_proc = path_is_folder("/proc/self/fd", e);
    if (has_proc < 0)
        return -1;
    int fd = !has_proc ? -1 : file_open(folder, O_TMPFILE | O_WRONLY, 0644, &why);
    errno = has_proc ? why.number : ENOENT;
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT || errno == EINVAL)) {
        name = xstrf("%s.part-XXXXXX", final_path);
        fd = mkostemp(name, O_CLOEXEC);
        if (fd >= 0)
            fchmod(fd, 0644);
    }
    if (fd < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", final_path);
    *p = (struct partial){
        .fd = fd, .name = steal_ptr(&name), .final = xstrdup(final_path), .hasher = hasher_new()};
    return 0;
}

int partial_add(struct partial *p, const void *bytes, size_t len, struct err *e)
{
    hasher_add(p->hasher, bytes, len);
    const char *at = bytes;
    while (len) {
        ssize_t n = write(p->fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", p->final);
        at += n;
        len -= (size_t)n;
        p->size += (uint64_t)n;
    }
    return 0;
}

int partial_restart(struct partial *p, struct err *e)
{
    hasher_free(p->hasher);
    p->hasher = hasher_new();
    p->size = 0;
    if (ftruncate(p->fd, 0) < 0 || lseek(p->fd, 0, SEEK_SET) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", p->final);
    return 0;
}

/* link(2) does not replace: a name aside is made and moved, so that readers see the old file or the new one.
 */
static int give_name(struct partial *p)
{
    if (p->name)
        return rename(p->name, p->final);
    AUTO_FREE char *self = xstrf("/proc/self/fd/%d", p->fd);
    if (linkat(AT_FDCWD, self, AT_FDCWD, p->final, AT_SYMLINK_FOLLOW) == 0)
        return 0;
    if (errno != EEXIST)
        return -1;
    AUTO_FREE char *aside = xstrf("%s.part-%ld", p->final, (long)getpid());
    unlink(aside);
    if (linkat(AT_FDCWD, self, AT_FDCWD, aside, AT_SYMLINK_FOLLOW) < 0)
        return -1;
    if (rename(aside, p->final) < 0) {
        int number = errno;
        unlink(aside);
        errno = number;
        return -1;
    }
    return 0;
}

int partial_commit(struct partial *p, const char *sha256, struct digest *found, struct err *e)
{
    hasher_finish(p->hasher, found);
    p->hasher = NULL;
    if (sha256 && strcmp(found->hex, sha256) != 0)
        return partial_restart(p, e) < 0 ? -1 : 1;
    /* Written out first: after a power cut the name must not stand for less than its hash says. */
    if (fdatasync(p->fd) < 0 || give_name(p) < 0) {
        err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", p->final);
        AUTO(err) struct err also = ERR_INIT;
        partial_restart(p, &also);
        return -1;
    }
    free(p->name);
    p->name = NULL;
    partial_release(p);
    return 0;
}

void partial_release(struct partial *p)
{
    if (p->fd >= 0)
        close(p->fd);
    if (p->name)
        unlink(p->name);
    free(p->name);
    free(p->final);
    hasher_free(p->hasher);
    *p = (struct partial){.fd = -1};
}
