/* A pager that was stopped, or a log collector that is stuck, reads nothing any more: then write(2) does not
 * return, and signals that wait for the loop are never looked at. So nothing is written before poll(2) says
 * that there is room. */
#include "sys/tell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/count.h"

enum {
    AT_ONCE = 4096, /* PIPE_BUF: a pipe that has room has so much */
    SLICE_MS = 50,
    LAST_WORDS_MS = 1000,
};

/* Of the whole process, as standard error is. */
static atomic_bool ending;
static atomic_int waited_ms; /* since then */

static bool is_asked_to_end(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    sigset_t pending;
    if (!ending && sigpending(&pending) == 0)
        for (size_t i = 0; i < COUNT(numbers); i++)
            if (sigismember(&pending, numbers[i]) == 1)
                ending = true;
    return ending;
}

static bool has_room(int fd)
{
    for (;;) {
        struct pollfd p = {fd, POLLOUT, 0};
        int ready = poll(&p, 1, 0);
        if (ready > 0)
            return p.revents & POLLOUT;
        if (is_asked_to_end() && waited_ms >= LAST_WORDS_MS)
            return false;
        if (poll(&p, 1, SLICE_MS) == 0 && ending)
            waited_ms += SLICE_MS;
    }
}

void tell(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len && has_room(fd)) {
        ssize_t n = write(fd, at, len < AT_ONCE ? len : AT_ONCE);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return;
        at += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
}

void tell_no_longer_waits(void)
{
    ending = true;
}
