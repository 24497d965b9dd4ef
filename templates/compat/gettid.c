#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

pid_t gettid(void);

pid_t gettid(void)
{
    return (pid_t)syscall(SYS_gettid);
}
