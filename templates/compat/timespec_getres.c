#include <time.h>

int timespec_getres(struct timespec *resolution, int base);

int timespec_getres(struct timespec *resolution, int base)
{
    if (base != TIME_UTC)
        return 0;
    if (resolution)
        clock_getres(CLOCK_REALTIME, resolution);
    return base;
}
