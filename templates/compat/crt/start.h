/* _start for executables that run with glibc 2.17 as well as with today's.
 *
 * Since 2.34 a program's constructors are run by __libc_start_main@GLIBC_2.34, and the crt1.o of such a
 * system passes it no function for that; the __libc_start_main of older ones, which is all that a link for an
 * older target finds, would then run no constructors. Here they are passed, as it was before; newer systems
 * keep the old entry, and call them.
 *
 * CRT_STATIC: also for static executables that stay where they were linked. CRT_PROFILE: for gcc -pg. */
#include <stddef.h>

typedef void function(void);
typedef void constructor(int argc, char **argv, char **envp);

int main(int argc, char **argv, char **envp);
#define HIDDEN __attribute__((visibility("hidden")))
#define SEEN __attribute__((visibility("default")))
extern constructor *__preinit_array_start[] HIDDEN, *__preinit_array_end[] HIDDEN;
extern constructor *__init_array_start[] HIDDEN, *__init_array_end[] HIDDEN;
extern function *__fini_array_start[] HIDDEN, *__fini_array_end[] HIDDEN;

/* _start, which calls staticbuild_start with the kernel's stack (argc, argv, NULL, envp, NULL, …) and with what the
 * loader wants to be called at the end, NULL where there is no loader; OLDEST_KERNEL; and, where __libc_start_main takes
 * others than these arguments, what calls it. WITHOUT_INIT: constructors stand in arrays alone, there is no _init. */
#include ENTRY

#ifdef WITHOUT_INIT
static void _init(void)
{
}
static void _fini(void)
{
}
#define CONSTRUCTOR __attribute__((constructor))
#else
HIDDEN void _init(void);
HIDDEN void _fini(void);
#define CONSTRUCTOR
#endif

#ifndef STARTED_BY_INFO
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, constructor *init,
    function *fini, function *loader_fini, void *stack_end);
#endif

/* NT_GNU_ABI_TAG: Linux, and its oldest version; the loader asks for it. */
__asm__(".section .note.ABI-tag, \"a\", %note\n"
        ".balign 4\n"
        ".long 4, 16, 1\n"
        ".asciz \"GNU\"\n"
        ".long 0, " OLDEST_KERNEL "\n"
        ".previous\n");

/* Known to debuggers and to garbage collectors. */
SEEN int __data_start = 0;
SEEN extern int data_start __attribute__((weak, alias("__data_start")));
SEEN const int _IO_stdin_used = 0x20001; /* of the stdio that glibc has had since 2.1 */

/* The loader runs preinit_array, fini_array and _fini of what it loads, but nobody's of a static program. */
static int is_static;

static void run_constructors(int argc, char **argv, char **envp)
{
    if (is_static)
        for (constructor **f = __preinit_array_start; f < __preinit_array_end; f++)
            (*f)(argc, argv, envp);
    _init();
    for (constructor **f = __init_array_start; f < __init_array_end; f++)
        (*f)(argc, argv, envp);
}

static void run_destructors(void)
{
    for (function **f = __fini_array_end; f > __fini_array_start; f--)
        f[-1]();
    _fini();
}

/* Its address needs no relocation, so that a static program that relocates itself can pass it before. */
static int call_main(int argc, char **argv, char **envp)
{
    return main(argc, argv, envp);
}

HIDDEN void staticbuild_start(long *stack, function *loader_fini);
HIDDEN void staticbuild_start(long *stack, function *loader_fini)
{
    is_static = loader_fini == NULL;
#ifdef STARTED_BY_INFO
    start_by_info(call_main, stack, run_constructors, is_static ? run_destructors : NULL, loader_fini);
#else
    __libc_start_main(call_main, (int)stack[0], (char **)(stack + 1), run_constructors,
        is_static ? run_destructors : NULL, loader_fini, stack);
#endif
}

#ifdef CRT_STATIC
/* libc.a has one that would relocate; a program that is not position-independent must not be. */
HIDDEN void _dl_relocate_static_pie(void);
HIDDEN void _dl_relocate_static_pie(void)
{
}
#endif

#ifdef CRT_PROFILE
extern char etext[] HIDDEN;
HIDDEN void _start(void);
void __monstartup(unsigned long from, unsigned long to);
void _mcleanup(void);
int atexit(function *f);

/* Called by _init, that of every library too. */
SEEN void __gmon_start__(void);
SEEN CONSTRUCTOR void __gmon_start__(void)
{
    static int called;
    if (called++)
        return;
    __monstartup((unsigned long)_start, (unsigned long)etext);
    atexit(_mcleanup);
}
#endif
