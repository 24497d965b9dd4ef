#include <errno.h>
#include <pthread.h>

#include "clock.h"

int pthread_rwlock_clockwrlock(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *deadline)
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
