/* A log stays within bounds on the disk, whatever a command prints: how it begins, and how it ends. It is
 * written to by the command itself, always at the end, so that it can be made shorter meanwhile. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/internal.h"
#include "sys/read.h"

enum {
    KEPT_MAX = 32 << 20, /* of a command; who reads logs takes twice that */
    BEGIN_KEPT = 1 << 20,
    END_KEPT = 1 << 20,
};

/* The end of a file that somebody may be writing to, as it is when nothing came meanwhile; who goes on
 * without a pause has another end later. Gives its length, *size what the file then had. */
static ssize_t take_end(int fd, const char *path, char *end, int64_t *size, struct err *e)
{
    enum { TRIES = 8 };
    ssize_t n = -1;
    for (int i = 0; i < TRIES; i++) {
        struct stat st;
        if ((n = file_take(fd, end, END_KEPT, *size - END_KEPT, path, e)) < 0 || fstat(fd, &st) < 0)
            return -1;
        if (st.st_size == *size)
            break;
        *size = st.st_size;
    }
    return n;
}

static int cut(int fd, const char *path, int64_t from, int64_t size, struct err *e)
{
    AUTO_FREE char *end = xmalloc(END_KEPT);
    ssize_t n = take_end(fd, path, end, &size, e);
    if (n < 0 || ftruncate(fd, from + BEGIN_KEPT) < 0)
        return -1;
    int told =
        dprintf(fd, "\n[%" PRId64 " bytes of output are left out here]\n", size - from - BEGIN_KEPT - n);
    for (ssize_t done = 0, more = 1; told > 0 && done < n && more > 0; done += more)
        more = write(fd, end + done, (size_t)(n - done));
    return 0;
}

int64_t log_bound(const char *path, int64_t from)
{
    AUTO(err) struct err ignored = ERR_INIT; /* it stays as it is */
    struct stat st;
    AUTO_CLOSE int fd = file_open(path, O_RDWR | O_APPEND, 0, &ignored);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return -1;
    if (st.st_size - from > KEPT_MAX && cut(fd, path, from, st.st_size, &ignored) == 0 && fstat(fd, &st) < 0)
        return -1;
    return st.st_size;
}
