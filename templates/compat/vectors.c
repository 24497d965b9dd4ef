/* preadv2() and pwritev2() (Linux 4.6): without flags they are older calls. The kernel takes an offset as two
 * words, the lower one first; where words have 64 bits it looks at the first only. */
#include <errno.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include "brought.h"

#ifdef __LP64__
#define UPPER_WORD(offset) 0
#else
#define UPPER_WORD(offset) ((long)((long long)(offset) >> 32))
#endif

#define VECTORS(name, offset_type, call, without_flags, without_offset)                                   \
    ssize_t name(int fd, const struct iovec *parts, int count, offset_type offset, int flags);            \
    BROUGHT ssize_t name(int fd, const struct iovec *parts, int count, offset_type offset, int flags)     \
    {                                                                                                     \
        int before = errno;                                                                               \
        ssize_t result = syscall(call, fd, parts, count, (long)offset, UPPER_WORD(offset), flags);        \
        if (result >= 0 || errno != ENOSYS)                                                               \
            return result;                                                                                \
        if (flags) {                                                                                      \
            errno = EOPNOTSUPP;                                                                           \
            return -1;                                                                                    \
        }                                                                                                 \
        errno = before;                                                                                   \
        return offset == -1 ? without_offset(fd, parts, count) : without_flags(fd, parts, count, offset); \
    }

VECTORS(preadv2, off_t, SYS_preadv2, preadv, readv)
VECTORS(pwritev2, off_t, SYS_pwritev2, pwritev, writev)
#ifdef __LP64__
VECTORS(preadv64v2, off64_t, SYS_preadv2, preadv, readv)
VECTORS(pwritev64v2, off64_t, SYS_pwritev2, pwritev, writev)
#else
VECTORS(preadv64v2, off64_t, SYS_preadv2, preadv64, readv)
VECTORS(pwritev64v2, off64_t, SYS_pwritev2, pwritev64, writev)
#endif
