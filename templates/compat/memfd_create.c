/* Linux 3.17. */
#include <sys/syscall.h>
#include <unistd.h>

int memfd_create(const char *name, unsigned flags);

int memfd_create(const char *name, unsigned flags)
{
    return (int)syscall(SYS_memfd_create, name, flags);
}
