/* Time. */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdint.h>

#include "base/err.h"

/* Nanoseconds of a clock that only goes forward. */
int64_t clock_monotonic_ns(void);

/* SOURCE_DATE_EPOCH of the environment in seconds, -1 when it is not set. A value that is not a number is an
 * error (returns -2). https://reproducible-builds.org/specs/source-date-epoch/ */
int64_t clock_source_date_epoch(struct err *e);

/* 1980-01-01 00:00:00 in seconds since 1970: the first moment that every format of archives can tell. */
#define CLOCK_EARLIEST ((int64_t)315532800)

/* "2024-01-31T12:00:00Z" for seconds since 1970; out holds at least 32 bytes. */
void clock_format_utc(int64_t seconds, char out[32]);

#endif
