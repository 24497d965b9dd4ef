/* What _FORTIFY_SOURCE makes of strlcat(). */
#include <stddef.h>

void __chk_fail(void) __attribute__((noreturn));
size_t strlcat(char *to, const char *from, size_t room);
size_t __strlcat_chk(char *to, const char *from, size_t room, size_t known);

size_t __strlcat_chk(char *to, const char *from, size_t room, size_t known)
{
    if (known < room)
        __chk_fail();
    return strlcat(to, from, room);
}
