/* Linux 5.10. */
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif

ssize_t process_madvise(int process, const struct iovec *parts, size_t count, int advice, unsigned flags);

ssize_t process_madvise(int process, const struct iovec *parts, size_t count, int advice, unsigned flags)
{
    return syscall(SYS_process_madvise, process, parts, count, advice, flags);
}
