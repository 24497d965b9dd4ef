/* What functions are registered for: the program, or the library that this object goes into. */
extern void *__dso_handle __attribute__((weak, visibility("hidden")));
#define OBJECT (&__dso_handle ? __dso_handle : 0)
