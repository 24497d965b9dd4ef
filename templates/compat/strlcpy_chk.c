/* What _FORTIFY_SOURCE makes of strlcpy(). */
#include <stddef.h>

void __chk_fail(void) __attribute__((noreturn));
size_t strlcpy(char *to, const char *from, size_t room);
size_t __strlcpy_chk(char *to, const char *from, size_t room, size_t known);

size_t __strlcpy_chk(char *to, const char *from, size_t room, size_t known)
{
    if (known < room)
        __chk_fail();
    return strlcpy(to, from, room);
}
