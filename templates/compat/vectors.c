/* preadv2() and pwritev2() (Linux 4.6): without flags they are older calls. off_t has 64 bits. */
#include <errno.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include "brought.h"

#ifndef __LP64__
#error "one offset is one word only where words have 64 bits"
#endif

#define VECTORS(name, call, without_flags, without_offset)                                                \
    ssize_t name(int fd, const struct iovec *parts, int count, off_t offset, int flags);                  \
    BROUGHT ssize_t name(int fd, const struct iovec *parts, int count, off_t offset, int flags)           \
    {                                                                                                     \
        int before = errno;                                                                               \
        ssize_t result = syscall(call, fd, parts, count, offset, 0, flags);                               \
        if (result >= 0 || errno != ENOSYS)                                                               \
            return result;                                                                                \
        if (flags) {                                                                                      \
            errno = EOPNOTSUPP;                                                                           \
            return -1;                                                                                    \
        }                                                                                                 \
        errno = before;                                                                                   \
        return offset == -1 ? without_offset(fd, parts, count) : without_flags(fd, parts, count, offset); \
    }

VECTORS(preadv2, SYS_preadv2, preadv, readv)
VECTORS(preadv64v2, SYS_preadv2, preadv, readv)
VECTORS(pwritev2, SYS_pwritev2, pwritev, writev)
VECTORS(pwritev64v2, SYS_pwritev2, pwritev, writev)
