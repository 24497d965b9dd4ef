/* As atexit.c. */
#include "registered.h"

int __cxa_at_quick_exit(void (*f)(void *), void *object);

int at_quick_exit(void (*f)(void))
{
    return __cxa_at_quick_exit((void (*)(void *))f, OBJECT);
}
