/* Waits until a moment of a clock that the caller names. */
#include <errno.h>
#include <gnu/libc-version.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <time.h>

#include "brought.h"
#include "clock.h"

#if LACKS(30)
/* The clock that a condition variable waits by (pthread_condattr_setclock), which no function tells: a bit of
 * what stands in it. Up to 2.24 it is the lowest of __nwaiters (COND_CLOCK_BITS), since 2.25 the second of
 * __wrefs (__PTHREAD_COND_CLOCK_MONOTONIC_MASK). The former stands behind a pointer, and nothing else of what a
 * machine may have otherwise is before either. */
static bool waits_by_monotonic_clock(const pthread_cond_t *condition)
{
    enum { NWAITERS = 32 + sizeof(void *), WREFS = 36, FIRST_WITH_WREFS = 25 };
    static const char begin[] = "2.";
    const char *version = gnu_get_libc_version();
    unsigned minor = 0, word;
    for (const char *p = version + sizeof begin - 1; *p >= '0' && *p <= '9'; p++)
        minor = minor * 10 + (unsigned)(*p - '0');
    bool old = minor < FIRST_WITH_WREFS && version[0] == begin[0];
    memcpy(&word, (const char *)condition + (old ? NWAITERS : WREFS), sizeof word);
    return word & (old ? 1 : 2);
}

BROUGHT int pthread_cond_clockwait(
    pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock, const struct timespec *deadline)
{
    if (!clock_is_known(clock))
        return EINVAL;
    clockid_t own = waits_by_monotonic_clock(condition) ? CLOCK_MONOTONIC : CLOCK_REALTIME;
    if (clock == own)
        return pthread_cond_timedwait(condition, mutex, deadline);
    struct timespec other;
    int result = pthread_cond_timedwait(condition, mutex, on_clock(own, clock, deadline, &other));
    /* Too early: a wakeup without a reason, which callers expect. Waiting again here would lose a signal that
     * came while the mutex was being taken. */
    return result == ETIMEDOUT && !deadline_passed_on(clock, deadline) ? 0 : result;
}

BROUGHT int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *deadline)
{
    if (!clock_is_known(clock))
        return EINVAL;
    if (clock == CLOCK_REALTIME)
        return pthread_mutex_timedlock(mutex, deadline);
    for (;;) {
        struct timespec wall;
        int result = pthread_mutex_timedlock(mutex, on_wall_clock(deadline, &wall));
        if (result != ETIMEDOUT || deadline_passed(deadline))
            return result;
    }
}

BROUGHT int pthread_rwlock_clockrdlock(
    pthread_rwlock_t *lock, clockid_t clock, const struct timespec *deadline)
{
    if (!clock_is_known(clock))
        return EINVAL;
    if (clock == CLOCK_REALTIME)
        return pthread_rwlock_timedrdlock(lock, deadline);
    for (;;) {
        struct timespec wall;
        int result = pthread_rwlock_timedrdlock(lock, on_wall_clock(deadline, &wall));
        if (result != ETIMEDOUT || deadline_passed(deadline))
            return result;
    }
}

BROUGHT int pthread_rwlock_clockwrlock(
    pthread_rwlock_t *lock, clockid_t clock, const struct timespec *deadline)
{
    if (!clock_is_known(clock))
        return EINVAL;
    if (clock == CLOCK_REALTIME)
        return pthread_rwlock_timedwrlock(lock, deadline);
    for (;;) {
        struct timespec wall;
        int result = pthread_rwlock_timedwrlock(lock, on_wall_clock(deadline, &wall));
        if (result != ETIMEDOUT || deadline_passed(deadline))
            return result;
    }
}

BROUGHT int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *deadline)
{
    if (!clock_is_known(clock)) {
        errno = EINVAL;
        return -1;
    }
    if (clock == CLOCK_REALTIME)
        return sem_timedwait(semaphore, deadline);
    int before = errno;
    for (;;) {
        struct timespec wall;
        int result = sem_timedwait(semaphore, on_wall_clock(deadline, &wall));
        if (result == 0)
            errno = before;
        if (result == 0 || errno != ETIMEDOUT || deadline_passed(deadline))
            return result;
    }
}
#endif

#if LACKS(31)
int pthread_clockjoin_np(pthread_t thread, void **result, clockid_t clock, const struct timespec *deadline);

BROUGHT int pthread_clockjoin_np(
    pthread_t thread, void **result, clockid_t clock, const struct timespec *deadline)
{
    if (!deadline)
        return pthread_join(thread, result);
    if (!clock_is_known(clock))
        return EINVAL;
    if (clock == CLOCK_REALTIME)
        return pthread_timedjoin_np(thread, result, deadline);
    for (;;) {
        struct timespec wall;
        int failed = pthread_timedjoin_np(thread, result, on_wall_clock(deadline, &wall));
        if (failed != ETIMEDOUT || deadline_passed(deadline))
            return failed;
    }
}
#endif

#if LACKS(34)
int timespec_getres(struct timespec *resolution, int base);

BROUGHT int timespec_getres(struct timespec *resolution, int base)
{
    if (base != TIME_UTC)
        return 0;
    if (resolution)
        clock_getres(CLOCK_REALTIME, resolution);
    return base;
}
#endif
