/* Files: mapped, read, written so that no half of them is ever seen, copied. */
#include "sys/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/fs.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/path.h"

int mapping_open(struct mapping *m, const char *path, struct err *e)
{
    struct stat st;
    AUTO_CLOSE int fd = file_open_regular(path, &st, e);
    if (fd < 0)
        return -1;
    *m = (struct mapping){NULL, (size_t)st.st_size};
    if (!st.st_size)
        return 0;
    void *p = mmap(NULL, m->size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be mapped", path);
    m->bytes = p;
    return 0;
}

void mapping_release(struct mapping *m)
{
    if (m->bytes)
        munmap((void *)(uintptr_t)m->bytes, m->size);
    *m = (struct mapping){0};
}

int file_read(struct strbuf *out, const char *path, size_t limit, struct err *e)
{
    struct stat st;
    AUTO_CLOSE int fd = file_open_regular(path, &st, e);
    if (fd < 0)
        return -1;
    char buffer[16384];
    size_t total = 0;
    for (;;) {
        ssize_t n = file_take(fd, buffer, sizeof buffer, -1, path, e);
        if (n <= 0)
            return (int)n;
        if ((size_t)n > limit - total)
            return err_set(e, ERR_ENVIRONMENT, "%s: is larger than %zu bytes", path, limit);
        total += (size_t)n;
        strbuf_add(out, buffer, (size_t)n);
    }
}

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

int file_write(const char *path, const void *bytes, size_t len, mode_t mode, struct err *e)
{
    AUTO_FREE char *aside = xstrf("%s.XXXXXX", path);
    AUTO_CLOSE int fd = mkostemp(aside, O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", path);
    if (write_all(fd, bytes, len) < 0 || fchmod(fd, mode) < 0 || rename(aside, path) < 0) {
        err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", path);
        unlink(aside);
        return -1;
    }
    return 0;
}

int file_write_if_changed(const char *path, const void *bytes, size_t len, mode_t mode, struct err *e)
{
    struct mapping m = {0};
    struct err ignored = ERR_INIT;
    bool same = false;
    if (path_is_file(path, &ignored) == 1 && mapping_open(&m, path, &ignored) == 0)
        same = m.size == len && (len == 0 || memcmp(m.bytes, bytes, len) == 0);
    mapping_release(&m);
    err_release(&ignored);
    return same ? 0 : file_write(path, bytes, len, mode, e);
}

int file_copy(const char *from, const char *to, struct err *e)
{
    struct stat st;
    AUTO_CLOSE int in = file_open_regular(from, &st, e);
    if (in < 0)
        return -1;
    AUTO_CLOSE int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", to);
    if (ioctl(out, FICLONE, in) < 0) {
        char buffer[65536];
        ssize_t n;
        while ((n = file_take(in, buffer, sizeof buffer, -1, from, e)) > 0)
            if (write_all(out, buffer, (size_t)n) < 0)
                return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", to);
        if (n < 0)
            return -1;
    }
    /* The copier's own, so writable, whatever the original is. */
    if (fchmod(out, (st.st_mode & 0777) | 0200) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", to);
    return 0;
}

int file_rename(const char *from, const char *to, struct err *e)
{
    if (rename(from, to) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be moved to %s", from, to);
    return 0;
}

int file_identity_get(struct file_identity *id, const char *path, struct err *e)
{
    struct stat st;
    int there = path_look(&st, path, true, e);
    if (there != 1)
        return there;
    *id = (struct file_identity){.device = st.st_dev,
        .inode = st.st_ino,
        .size = (uint64_t)st.st_size,
        .mtime_ns = st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec,
        .ctime_ns = st.st_ctim.tv_sec * 1000000000LL + st.st_ctim.tv_nsec};
    return 1;
}
