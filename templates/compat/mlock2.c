/* Linux 4.4; without flags it is mlock(). */
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int mlock2(const void *bytes, size_t length, unsigned flags);

int mlock2(const void *bytes, size_t length, unsigned flags)
{
    if (flags == 0)
        return mlock(bytes, length);
    int result = (int)syscall(SYS_mlock2, bytes, length, flags);
    if (result < 0 && errno == ENOSYS)
        errno = EINVAL;
    return result;
}
