/* Linux 5.1. */
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

int pidfd_send_signal(int process, int number, siginfo_t *information, unsigned flags);

int pidfd_send_signal(int process, int number, siginfo_t *information, unsigned flags)
{
    return (int)syscall(SYS_pidfd_send_signal, process, number, information, flags);
}
