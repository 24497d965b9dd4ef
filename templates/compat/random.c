/* Random numbers, straight from the kernel: no state that a fork could copy. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include "brought.h"

ssize_t getrandom(void *buffer, size_t length, unsigned flags);

#if LACKS(25)
enum { MOST = 256 };

BROUGHT int getentropy(void *buffer, size_t length)
{
    if (length > MOST) {
        errno = EIO;
        return -1;
    }
    char *at = buffer;
    while (length) {
        ssize_t got = getrandom(at, length, 0);
        if (got > 0) {
            at += got;
            length -= (size_t)got;
        } else if (got == 0) {
            errno = EIO;
            return -1;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return 0;
}
#endif

#if LACKS(36)
void arc4random_buf(void *buffer, size_t length);

BROUGHT void arc4random_buf(void *buffer, size_t length)
{
    int before = errno;
    char *at = buffer;
    while (length) {
        ssize_t got = getrandom(at, length, 0);
        if (got > 0) {
            at += got;
            length -= (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            abort(); /* it cannot fail, and must not give what is not random */
        }
    }
    errno = before;
}

uint32_t arc4random(void);

BROUGHT uint32_t arc4random(void)
{
    uint32_t value;
    arc4random_buf(&value, sizeof value);
    return value;
}

uint32_t arc4random_uniform(uint32_t bound);

/* Every number below bound is as likely as any other: the 2^32 % bound lowest values are drawn again. */
BROUGHT uint32_t arc4random_uniform(uint32_t bound)
{
    if (bound < 2)
        return 0;
    uint32_t least = -bound % bound;
    uint32_t value;
    do
        value = arc4random();
    while (value < least);
    return value % bound;
}
#endif
