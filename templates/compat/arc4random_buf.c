/* Straight from the kernel: no state that a fork could copy. */
#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>

ssize_t getrandom(void *buffer, size_t length, unsigned flags);
void arc4random_buf(void *buffer, size_t length);

void arc4random_buf(void *buffer, size_t length)
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
