#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST = 256 };

ssize_t getrandom(void *buffer, size_t length, unsigned flags);

int getentropy(void *buffer, size_t length)
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
