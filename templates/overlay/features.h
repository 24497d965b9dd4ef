/* The C library's own features.h, for a program that runs with glibc 2.{{minor}} and later. */
#include_next <features.h>

/* What __GLIBC_PREREQ compares. */
#undef __GLIBC_MINOR__
#define __GLIBC_MINOR__ {{minor}}

/* strtol() and scanf() by their C99 names: those of C23 came with glibc 2.38. */
#undef __GLIBC_USE_C2X_STRTOL
#define __GLIBC_USE_C2X_STRTOL 0
#undef __GLIBC_USE_C23_STRTOL
#define __GLIBC_USE_C23_STRTOL 0

/* libstdc++ asks for glibc 2.34 before it refers to the functions of pthreads as it refers to others. Weakly
 * referred to, they would not make libpthread.so.0 needed, and mutexes would do nothing without it. */
#if defined __cplusplus && !defined _GLIBCXX_GTHREAD_USE_WEAK
#define _GLIBCXX_GTHREAD_USE_WEAK 0
#endif

/* SIGSTKSZ, MINSIGSTKSZ and PTHREAD_STACK_MIN as numbers: glibc before 2.34 does not know the names by which later headers
 * ask sysconf(), which would say -1. */
#if {{minor}} < 34
#undef __USE_DYNAMIC_STACK_SIZE
#endif
