/* For condition variables with the default attributes, whose clock is CLOCK_REALTIME: those of libstdc++. */
#include <errno.h>
#include <pthread.h>

#include "clock.h"

int pthread_cond_clockwait(
    pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock, const struct timespec *deadline)
{
    if (!clock_is_known(clock))
        return EINVAL;
    if (clock == CLOCK_REALTIME)
        return pthread_cond_timedwait(condition, mutex, deadline);
    struct timespec wall;
    int result = pthread_cond_timedwait(condition, mutex, on_wall_clock(deadline, &wall));
    /* Too early: a wakeup without a reason, which callers expect. Waiting again here would lose a signal that
     * came while the mutex was being taken. */
    return result == ETIMEDOUT && !deadline_passed(deadline) ? 0 : result;
}
