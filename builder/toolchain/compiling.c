/* A compiler of a kit is started, and later waited for: what it reads and says is in files of memory, so that
 * neither side waits for the other. */
#include "toolchain/compiling.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/host.h"
#include "sys/read.h"

enum { LONGEST_MS = 120000, QUOTED_BYTES = 4000, READ_BYTES = 65536 };

int compiling_environment(struct strvec *env, struct err *e)
{
    AUTO(strvec) struct strvec folders = {0};
    const struct host_tools none = {0};
    if (host_path(&folders, &none, "", e) < 0)
        return -1;
    AUTO_FREE char *search = host_path_join(&folders);
    strvec_pushf(env, "PATH=%s", search);
    strvec_push(env, "LC_ALL=C");
    return 0;
}

static int memory_file(const char *text, struct err *e)
{
    int fd = memfd_create("compiler", MFD_CLOEXEC);
    size_t len = text ? strlen(text) : 0, done = 0;
    while (fd >= 0 && done < len) {
        ssize_t n = write(fd, text + done, len - done);
        if (n < 0)
            close(steal_fd(&fd));
        else
            done += (size_t)n;
    }
    if (fd >= 0 && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    return err_errno(e, ERR_ENVIRONMENT, "no memory file can be made");
}

int compiling_start(struct compiling *j, char *const *env, const char *dir, struct err *e)
{
    AUTO_CLOSE int in = j->input ? memory_file(j->input, e) : -1;
    AUTO_CLOSE int log = memory_file(NULL, e);
    AUTO_CLOSE int out = j->has_output ? memory_file(NULL, e) : -1;
    if ((j->input && in < 0) || log < 0 || (j->has_output && out < 0))
        return -1;
    struct process_spec spec = {.argv = j->argv.items,
        .env = env,
        .dir = dir,
        .in = in,
        .out = j->has_output ? out : log,
        .err = log};
    if (process_start(&j->process, &spec, e) < 0)
        return -1;
    j->out = j->has_output ? steal_fd(&out) : -1;
    j->log = steal_fd(&log);
    j->runs = true;
    return 0;
}

static int take(struct strbuf *text, int fd, struct err *e)
{
    AUTO_CLOSE int file = fd;
    char bytes[READ_BYTES];
    ssize_t n;
    off_t at = 0;
    while ((n = file_take(file, bytes, sizeof bytes, at, "what a compiler said", e)) > 0) {
        strbuf_add(text, bytes, (size_t)n);
        at += n;
    }
    return n < 0 ? -1 : 0;
}

int compiling_finish(struct compiling *j, struct err *e)
{
    if (!j->runs)
        return 0;
    struct pollfd wait = {.fd = j->process.pidfd, .events = POLLIN};
    int ready;
    do
        ready = poll(&wait, 1, LONGEST_MS);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        process_kill(&j->process, SIGKILL);
    struct process_end end;
    process_wait(&j->process, &end);
    j->runs = false;
    AUTO(err) struct err unread = ERR_INIT;
    int failed = take(&j->said, j->log, &unread) < 0;
    failed |= j->has_output && take(&j->text, j->out, &unread) < 0;
    if (e->kind) /* the first failure is told */
        return end.status == 0 && !failed ? 0 : -1;
    if (end.status == 0)
        return failed ? err_move(e, &unread) : 0;
    AUTO_FREE char *words = process_words(j->argv.items);
    return err_set(e, ERR_ENVIRONMENT, "`%s` %s:\n%.*s", words, ready <= 0 ? "took too long" : "failed",
        QUOTED_BYTES, strbuf_str(&j->said));
}

void compiling_release(struct compiling *j)
{
    struct err ignored = ERR_INIT;
    compiling_finish(j, &ignored);
    err_release(&ignored);
    strvec_release(&j->argv);
    strbuf_release(&j->text);
    strbuf_release(&j->said);
}
