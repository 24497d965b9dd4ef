/* Headers send fcntl() here when _FILE_OFFSET_BITS is 64 (glibc 2.28). Where off_t has 64 bits anyway, both
 * are the same; elsewhere commands say which struct flock they come with (F_SETLK64), and the older fcntl()
 * hands them to the kernel's fcntl64 as they are. */
#include <stdarg.h>

int fcntl(int fd, int command, ...);
int fcntl64(int fd, int command, ...);

int fcntl64(int fd, int command, ...)
{
    /* An integer or a pointer: both come in one register, and fcntl() reads it in the same way. */
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return fcntl(fd, command, argument);
}
