#include <string.h>

void explicit_bzero(void *bytes, size_t length)
{
    memset(bytes, 0, length);
    __asm__ volatile("" : : "r"(bytes) : "memory"); /* somebody may look: the stores stay */
}
