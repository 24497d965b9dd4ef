#include <errno.h>
#include <pthread.h>

#include "clock.h"

int pthread_clockjoin_np(pthread_t thread, void **result, clockid_t clock, const struct timespec *deadline);

int pthread_clockjoin_np(pthread_t thread, void **result, clockid_t clock, const struct timespec *deadline)
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
