/* Linux 5.11. */
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

enum { KERNEL_MASK_BYTES = 8 };

int epoll_pwait2(
    int fd, struct epoll_event *events, int count, const struct timespec *timeout, const sigset_t *mask);

int epoll_pwait2(
    int fd, struct epoll_event *events, int count, const struct timespec *timeout, const sigset_t *mask)
{
    return (int)syscall(SYS_epoll_pwait2, fd, events, count, timeout, mask, KERNEL_MASK_BYTES);
}
