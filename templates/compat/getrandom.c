/* getrandom(2) came with Linux 3.17; where the kernel lacks it, the devices that it replaced serve. */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { NONBLOCK = 1, RANDOM = 2, INSECURE = 4 }; /* GRND_* of linux/random.h */

ssize_t getrandom(void *buffer, size_t length, unsigned flags);

static ssize_t read_device(void *buffer, size_t length, unsigned flags)
{
    if (flags & ~(unsigned)(NONBLOCK | RANDOM | INSECURE)) {
        errno = EINVAL;
        return -1;
    }
    const char *path = flags & RANDOM ? "/dev/random" : "/dev/urandom";
    int fd = open(path, O_RDONLY | O_CLOEXEC | (flags & NONBLOCK ? O_NONBLOCK : 0));
    if (fd < 0) {
        errno = ENOSYS; /* as callers know it: no such source here */
        return -1;
    }
    ssize_t got = read(fd, buffer, length);
    int why = errno;
    close(fd);
    errno = why;
    return got;
}

ssize_t getrandom(void *buffer, size_t length, unsigned flags)
{
    int before = errno;
    ssize_t got = syscall(SYS_getrandom, buffer, length, flags);
    if (got >= 0 || errno != ENOSYS)
        return got;
    got = read_device(buffer, length, flags);
    if (got >= 0)
        errno = before;
    return got;
}
