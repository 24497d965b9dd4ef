#include <errno.h>
#include <pthread.h>

#include "clock.h"

int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *deadline)
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
