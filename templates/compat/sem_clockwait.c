#include <errno.h>
#include <semaphore.h>

#include "clock.h"

int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *deadline)
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
