/* The time that passes, the time that a build is to say, and how a time is written. */
#include "sys/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t clock_monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int64_t clock_source_date_epoch(struct err *e)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    if (!text || !*text)
        return -1;
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || *end || value < 0 || value > 253402300799LL) {
        err_set(e, ERR_USAGE, "SOURCE_DATE_EPOCH is \"%s\": give seconds since 1970 as a whole number", text);
        return -2;
    }
    return value;
}

void clock_format_utc(int64_t seconds, char out[32])
{
    time_t t = seconds;
    struct tm tm;
    gmtime_r(&t, &tm);
    if (!strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm))
        out[0] = '\0';
}
