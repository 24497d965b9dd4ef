/* Headers send fcntl() here when _FILE_OFFSET_BITS is 64 (glibc 2.28). Where off_t has 64 bits anyway, both
 * are the same. */
#include <stdarg.h>

#ifndef __LP64__
#error "fcntl64 is fcntl with 64-bit offsets only where off_t has 64 bits"
#endif

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
