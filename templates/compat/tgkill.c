#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

int tgkill(pid_t process, pid_t thread, int number);

int tgkill(pid_t process, pid_t thread, int number)
{
    return (int)syscall(SYS_tgkill, process, thread, number);
}
