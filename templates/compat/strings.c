/* strlcpy() and strlcat(), and what _FORTIFY_SOURCE makes of them. */
#include <stddef.h>
#include <string.h>

#include "brought.h"

#if LACKS(38)
size_t strlcpy(char *to, const char *from, size_t room);

BROUGHT size_t strlcpy(char *to, const char *from, size_t room)
{
    size_t length = strlen(from);
    if (room) {
        size_t fits = length < room ? length : room - 1;
        memcpy(to, from, fits);
        to[fits] = '\0';
    }
    return length;
}

size_t strlcat(char *to, const char *from, size_t room);

BROUGHT size_t strlcat(char *to, const char *from, size_t room)
{
    size_t used = strnlen(to, room), length = strlen(from);
    if (used < room) {
        size_t fits = length < room - used ? length : room - used - 1;
        memcpy(to + used, from, fits);
        to[used + fits] = '\0';
    }
    return used + length;
}

/* What _FORTIFY_SOURCE makes of strlcpy(). */

void __chk_fail(void) __attribute__((noreturn));
size_t __strlcpy_chk(char *to, const char *from, size_t room, size_t known);

BROUGHT size_t __strlcpy_chk(char *to, const char *from, size_t room, size_t known)
{
    if (known < room)
        __chk_fail();
    return strlcpy(to, from, room);
}

/* What _FORTIFY_SOURCE makes of strlcat(). */

size_t __strlcat_chk(char *to, const char *from, size_t room, size_t known);

BROUGHT size_t __strlcat_chk(char *to, const char *from, size_t room, size_t known)
{
    if (known < room)
        __chk_fail();
    return strlcat(to, from, room);
}
#endif
