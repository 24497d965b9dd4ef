/* __cxa_thread_atexit_impl (glibc 2.18): destructors of thread_local objects, last registered first, when the
 * thread ends or the program exits.
 *
 * Where the C library has the real one, it is used: then there is one list a thread for all modules, and
 * exit() runs it before the destructors of static objects. glibc 2.17 has none. There a thread's list hangs
 * on a pthread key, and exit() runs it from a handler registered with the first destructor: static objects
 * made after that one are gone by then. The code must stay loaded while threads live: link with -z nodelete.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

typedef void destructor(void *object);

struct entry {
    destructor *run;
    void *object;
    struct entry *next; /* registered before */
};

int __cxa_thread_atexit_impl(destructor *run, void *object, void *dso);
int __cxa_atexit(destructor *run, void *argument, void *dso);
extern void *__dso_handle __attribute__((visibility("hidden")));

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int (*real)(destructor *, void *, void *);
static pthread_key_t key; /* its value: the thread's list */
static bool has_key;

static void run_list(void *list)
{
    /* What a destructor registers comes before the rest. */
    pthread_setspecific(key, list);
    struct entry *entry;
    while ((entry = pthread_getspecific(key))) {
        pthread_setspecific(key, entry->next);
        struct entry now = *entry;
        free(entry);
        now.run(now.object);
    }
}

static void at_exit(void *argument)
{
    (void)argument;
    run_list(pthread_getspecific(key));
}

static void prepare(void)
{
#ifndef WITHOUT_REAL /* for tests */
    real = (int (*)(destructor *, void *, void *))dlsym(RTLD_DEFAULT, "__cxa_thread_atexit_impl");
    if (real)
        return;
#endif
    has_key = pthread_key_create(&key, run_list) == 0;
    if (has_key)
        __cxa_atexit(at_exit, NULL, &__dso_handle);
}

int __cxa_thread_atexit_impl(destructor *run, void *object, void *dso)
{
    pthread_once(&once, prepare);
    if (real)
        return real(run, object, dso);
    struct entry *entry = has_key ? malloc(sizeof *entry) : NULL;
    if (!entry)
        return -1;
    *entry = (struct entry){run, object, pthread_getspecific(key)};
    if (pthread_setspecific(key, entry) == 0)
        return 0;
    free(entry);
    return -1;
}
