/* What _FORTIFY_SOURCE makes of inet_pton() since glibc 2.42. */
#include <arpa/inet.h>
#include <netinet/in.h>

void __chk_fail(void) __attribute__((noreturn));
int __inet_pton_chk(int family, const char *text, void *address, size_t known);

int __inet_pton_chk(int family, const char *text, void *address, size_t known)
{
    size_t needed = family == AF_INET    ? sizeof(struct in_addr)
                    : family == AF_INET6 ? sizeof(struct in6_addr)
                                         : 0;
    if (known < needed)
        __chk_fail();
    return inet_pton(family, text, address);
}
