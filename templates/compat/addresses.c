/* What _FORTIFY_SOURCE makes of inet_ntop() and inet_pton() since glibc 2.42. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "brought.h"

#if LACKS(42)
/* What _FORTIFY_SOURCE makes of inet_ntop() since glibc 2.42. */

void __chk_fail(void) __attribute__((noreturn));
const char *__inet_ntop_chk(int family, const void *address, char *text, socklen_t room, size_t known);

BROUGHT const char *__inet_ntop_chk(int family, const void *address, char *text, socklen_t room, size_t known)
{
    if (known < room)
        __chk_fail();
    return inet_ntop(family, address, text, room);
}

/* What _FORTIFY_SOURCE makes of inet_pton() since glibc 2.42. */

int __inet_pton_chk(int family, const char *text, void *address, size_t known);

BROUGHT int __inet_pton_chk(int family, const char *text, void *address, size_t known)
{
    size_t needed = family == AF_INET    ? sizeof(struct in_addr)
                    : family == AF_INET6 ? sizeof(struct in6_addr)
                                         : 0;
    if (known < needed)
        __chk_fail();
    return inet_pton(family, text, address);
}
#endif
