/* As atexit.c; what was registered is forgotten when the object is unloaded. */
#include "registered.h"

int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *object);

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    return __register_atfork(prepare, parent, child, OBJECT);
}
