/* What _FORTIFY_SOURCE makes of explicit_bzero(). */
#include <string.h>

void __chk_fail(void) __attribute__((noreturn));
void __explicit_bzero_chk(void *bytes, size_t length, size_t room);

void __explicit_bzero_chk(void *bytes, size_t length, size_t room)
{
    if (room < length)
        __chk_fail();
    memset(bytes, 0, length);
    __asm__ volatile("" : : "r"(bytes) : "memory");
}
