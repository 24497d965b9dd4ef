/* Linux 3.15; without flags it is renameat(). */
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    if (flags == 0)
        return renameat(from_folder, from, to_folder, to);
    int result = (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
    if (result < 0 && errno == ENOSYS)
        errno = EINVAL; /* as of a file system that has no such flag */
    return result;
}
