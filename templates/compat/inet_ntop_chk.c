/* What _FORTIFY_SOURCE makes of inet_ntop() since glibc 2.42. */
#include <arpa/inet.h>

void __chk_fail(void) __attribute__((noreturn));
const char *__inet_ntop_chk(int family, const void *address, char *text, socklen_t room, size_t known);

const char *__inet_ntop_chk(int family, const void *address, char *text, socklen_t room, size_t known)
{
    if (known < room)
        __chk_fail();
    return inet_ntop(family, address, text, room);
}
