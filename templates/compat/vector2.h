/* preadv2() and pwritev2() (Linux 4.6): without flags they are older calls. off_t has 64 bits. */
#include <errno.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef __LP64__
#error "one offset is one word only where words have 64 bits"
#endif

ssize_t NAME(int fd, const struct iovec *parts, int count, off_t offset, int flags);

ssize_t NAME(int fd, const struct iovec *parts, int count, off_t offset, int flags)
{
    int before = errno;
    ssize_t result = syscall(CALL, fd, parts, count, offset, 0, flags);
    if (result >= 0 || errno != ENOSYS)
        return result;
    if (flags) {
        errno = EOPNOTSUPP;
        return -1;
    }
    errno = before;
    return offset == -1 ? WITHOUT_OFFSET(fd, parts, count) : WITHOUT_FLAGS(fd, parts, count, offset);
}
