/* Linux 4.5; without it ENOSYS, for which libstdc++ has another way. */
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

ssize_t copy_file_range(
    int from, off64_t *from_offset, int to, off64_t *to_offset, size_t length, unsigned flags)
{
    return syscall(SYS_copy_file_range, from, from_offset, to, to_offset, length, flags);
}
