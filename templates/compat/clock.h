/* Deadlines of one clock for functions that wait by another, nearly always CLOCK_REALTIME.
 *
 * Each wait converts its deadline anew. When the wall clock is set forward meanwhile, the wait ends too
 * early; callers see by deadline_passed() that it did. When it is set back, the wait takes as much longer:
 * these functions have no way to wait on another clock. */
#ifndef COMPAT_CLOCK_H
#define COMPAT_CLOCK_H

#include <limits.h>
#include <stdbool.h>
#include <time.h>

enum { NS_PER_S = 1000000000 };

static inline bool clock_is_known(clockid_t clock)
{
    return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
}

static inline bool deadline_passed_on(clockid_t clock, const struct timespec *deadline)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec > deadline->tv_sec ||
           (now.tv_sec == deadline->tv_sec && now.tv_nsec >= deadline->tv_nsec);
}

static inline bool deadline_passed(const struct timespec *deadline)
{
    return deadline_passed_on(CLOCK_MONOTONIC, deadline);
}

/* The same moment of `from` on the clock `to`, in *out; deadline itself when its nanoseconds are no such number, so
 * that the function that is called says EINVAL in the cases that it does. `from` is read first: what passes
 * between the two readings makes the deadline later, never earlier. */
static inline const struct timespec *on_clock(
    clockid_t to, clockid_t from, const struct timespec *deadline, struct timespec *out)
{
    if (deadline->tv_nsec < 0 || deadline->tv_nsec >= NS_PER_S)
        return deadline;
    struct timespec there, here;
    clock_gettime(from, &there);
    clock_gettime(to, &here);
    long ns = deadline->tv_nsec - there.tv_nsec + here.tv_nsec; /* above -1 s, below 2 s */
    long carry = ns < 0 ? -1 : ns >= NS_PER_S ? 1 : 0;
    time_t difference = here.tv_sec - there.tv_sec + carry;
    out->tv_nsec = ns - carry * NS_PER_S;
    if (__builtin_add_overflow(deadline->tv_sec, difference, &out->tv_sec))
        out->tv_sec = difference < 0 ? LONG_MIN : LONG_MAX;
    return out;
}

static inline const struct timespec *on_wall_clock(const struct timespec *deadline, struct timespec *out)
{
    return on_clock(CLOCK_REALTIME, CLOCK_MONOTONIC, deadline, out);
}

#endif
