/* The child that tries: runs one interpreter with a time limit, and writes down how it ended. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "smoke/smoke.h"
#include "sys/clock.h"
#include "sys/fs.h"

static int try(char **argv, const char *log, int seconds, struct strbuf *out, struct err *e)
{
    AUTO_CLOSE int fd = file_open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644, e);
    if (fd < 0)
        return -1;
    struct process_spec spec = {
        .argv = argv, .in = -1, .out = fd, .err = fd, .file_bytes = (uint64_t)1 << 30};
    struct process p;
    if (process_start(&p, &spec, e) < 0)
        return -1;
    int64_t deadline = clock_monotonic_ns() + seconds * 1000000000LL, left;
    struct pollfd pfd = {p.pidfd, POLLIN, 0};
    int ready = 0;
    while ((left = deadline - clock_monotonic_ns()) > 0 &&
           (ready = poll(&pfd, 1, (int)(left / 1000000) + 1)) < 0 && errno == EINTR)
        ;
    process_kill(&p, SIGKILL); /* its whole group: also what it left running */
    struct process_end end;
    process_wait(&p, &end);
    if (ready <= 0)
        strbuf_addf(out, "late %d\n", seconds);
    else
        strbuf_addf(out, "%s %d\n", end.signal ? "signal" : "status", end.signal ? end.signal : end.status);
    return 0;
}

int smoke_main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0};
    if (try(argv + 3, argv[1], atoi(argv[2]), &out, &e) < 0)
        strbuf_addf(&out, "unable %s\n", e.text);
    struct err late = ERR_INIT;
    if (file_write(argv[0], out.ptr, out.len, 0644, &late) < 0) {
        fprintf(stderr, "%s\n", late.text);
        err_release(&late);
        return 1;
    }
    return 0;
}
