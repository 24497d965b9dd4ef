#include <limits.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

ssize_t getdents64(int folder, void *buffer, size_t length);

ssize_t getdents64(int folder, void *buffer, size_t length)
{
    return syscall(SYS_getdents64, folder, buffer, length < INT_MAX ? length : INT_MAX);
}
