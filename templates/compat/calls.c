/* Functions that are a system call, and what an old kernel lacks said as the C library of today says it. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "brought.h"

#if LACKS(27)
/* Linux 4.5; without it ENOSYS, for which libstdc++ has another way. */
BROUGHT ssize_t copy_file_range(
    int from, off64_t *from_offset, int to, off64_t *to_offset, size_t length, unsigned flags)
{
    return syscall(SYS_copy_file_range, from, from_offset, to, to_offset, length, flags);
}

/* Linux 3.17. */
int memfd_create(const char *name, unsigned flags);

BROUGHT int memfd_create(const char *name, unsigned flags)
{
    return (int)syscall(SYS_memfd_create, name, flags);
}

/* Linux 4.4; without flags it is mlock(). */
int mlock2(const void *bytes, size_t length, unsigned flags);

BROUGHT int mlock2(const void *bytes, size_t length, unsigned flags)
{
    if (flags == 0)
        return mlock(bytes, length);
    int result = (int)syscall(SYS_mlock2, bytes, length, flags);
    if (result < 0 && errno == ENOSYS)
        errno = EINVAL;
    return result;
}
#endif

#if LACKS(28)
/* Linux 3.15; without flags it is renameat(). */
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);

BROUGHT int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    if (flags == 0)
        return renameat(from_folder, from, to_folder, to);
    int result = (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
    if (result < 0 && errno == ENOSYS)
        errno = EINVAL; /* as of a file system that has no such flag */
    return result;
}
#endif

#if LACKS(29)
int getcpu(unsigned *processor, unsigned *node);

BROUGHT int getcpu(unsigned *processor, unsigned *node)
{
    return (int)syscall(SYS_getcpu, processor, node, NULL);
}
#endif

#if LACKS(30)
ssize_t getdents64(int folder, void *buffer, size_t length);

BROUGHT ssize_t getdents64(int folder, void *buffer, size_t length)
{
    return syscall(SYS_getdents64, folder, buffer, length < INT_MAX ? length : INT_MAX);
}

pid_t gettid(void);

BROUGHT pid_t gettid(void)
{
    return (pid_t)syscall(SYS_gettid);
}

int tgkill(pid_t process, pid_t thread, int number);

BROUGHT int tgkill(pid_t process, pid_t thread, int number)
{
    return (int)syscall(SYS_tgkill, process, thread, number);
}
#endif

#if LACKS(34)
/* Linux 5.9. */
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

int close_range(unsigned first, unsigned last, int flags);

BROUGHT int close_range(unsigned first, unsigned last, int flags)
{
    return (int)syscall(SYS_close_range, first, last, flags);
}

/* Linux 3.19. */
int execveat(int folder, const char *path, char *const *argv, char *const *env, int flags);

BROUGHT int execveat(int folder, const char *path, char *const *argv, char *const *env, int flags)
{
    return (int)syscall(SYS_execveat, folder, path, argv, env, flags);
}
#endif

#if LACKS(35)
/* Linux 5.11. */
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

enum { KERNEL_MASK_BYTES = 8 };

int epoll_pwait2(
    int fd, struct epoll_event *events, int count, const struct timespec *timeout, const sigset_t *mask);

BROUGHT int epoll_pwait2(
    int fd, struct epoll_event *events, int count, const struct timespec *timeout, const sigset_t *mask)
{
    return (int)syscall(SYS_epoll_pwait2, fd, events, count, timeout, mask, KERNEL_MASK_BYTES);
}
#endif

#if LACKS(36)
/* Linux 5.3. */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

int pidfd_open(pid_t process, unsigned flags);

BROUGHT int pidfd_open(pid_t process, unsigned flags)
{
    return (int)syscall(SYS_pidfd_open, process, flags);
}

/* Linux 5.1. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

int pidfd_send_signal(int process, int number, siginfo_t *information, unsigned flags);

BROUGHT int pidfd_send_signal(int process, int number, siginfo_t *information, unsigned flags)
{
    return (int)syscall(SYS_pidfd_send_signal, process, number, information, flags);
}

/* Linux 5.10. */
#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif

ssize_t process_madvise(int process, const struct iovec *parts, size_t count, int advice, unsigned flags);

BROUGHT ssize_t process_madvise(
    int process, const struct iovec *parts, size_t count, int advice, unsigned flags)
{
    return syscall(SYS_process_madvise, process, parts, count, advice, flags);
}
#endif
