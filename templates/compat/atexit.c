/* Functions that run at the end of what registers them, which __dso_handle is the mark of: so they are not in the shared C
 * library. */
#include "registered.h"

int __cxa_atexit(void (*f)(void *), void *argument, void *object);

int atexit(void (*f)(void))
{
    return __cxa_atexit((void (*)(void *))f, 0, OBJECT);
}
