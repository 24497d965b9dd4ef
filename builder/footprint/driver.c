/* Runs the interpreter that is measured, and stops it at the moments at which it is looked at. */
#include "footprint/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "footprint/process.h"
#include "sys/clock.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "template/template.h"

enum { PATIENCE_SECONDS = 300, LINE_MOST = 1 << 16, LOG_TAIL = 8192, STOP_POLL_NS = 100000 };

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

void driver_heed_interrupts(void)
{
    struct sigaction action = {.sa_handler = interrupt}; /* no SA_RESTART: what waits is to be woken */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGQUIT, &action, NULL);
}

bool driver_was_interrupted(void)
{
    return interrupted;
}

static int check_interrupt(struct err *e)
{
    return interrupted ? err_set(e, ERR_INTERRUPTED, "interrupted") : 0;
}

static const char *mode_word(enum driver_mode mode)
{
    static const char *const words[] = {[DRIVER_IMPORT] = "import",
        [DRIVER_WORK] = "work",
        [DRIVER_FORK] = "fork",
        [DRIVER_FORK_FREEZE] = "fork-freeze",
        [DRIVER_FORK_EARLY] = "fork-early"};
    return words[mode];
}

static int fill_argv(struct strvec *argv, const struct driver_request *r, struct err *e)
{
    AUTO_FREE char *program = template_path("python/measure.py", e);
    if (!program)
        return -1;
    strvec_push(argv, r->python);
    strvec_push(argv, "-I");
    strvec_push(argv, "-B");
    strvec_push(argv, program);
    strvec_push(argv, mode_word(r->mode));
    strvec_push(argv, r->site ? r->site : "");
    strvec_push(argv, r->script ? r->script : "");
    strvec_pushf(argv, "%u", r->workers);
    strvec_pushf(argv, "%d", SIGSTOP);
    strvec_pushf(argv, "%d", WORK_ROUNDS);
    strvec_push_all(argv, r->names);
    return 0;
}

static void fill_environment(struct strvec *env, const struct driver_request *r)
{
    environment_clean(env, NULL, LOCALE_UTF8, r->scratch, r->scratch);
    if (r->loader_log) {
        strvec_push(env, "LD_DEBUG=statistics");
        strvec_pushf(env, "LD_DEBUG_OUTPUT=%s", r->loader_log);
    }
}

static void let_go(struct driver *d)
{
    loop_free(d->loop);
    if (d->reports >= 0)
        close(d->reports);
    strbuf_release(&d->unread);
    free(d->log);
}

static void has_ended(void *arg, const struct process_end *end)
{
    struct driver *d = arg;
    d->ended = true;
    d->end = *end;
    loop_stop(d->loop);
}

int driver_start(struct driver *d, const struct driver_request *r, struct err *e)
{
    AUTO(strvec) struct strvec argv = {0};
    AUTO(strvec) struct strvec env = {0};
    int ends[2];
    if (check_interrupt(e) < 0 || fill_argv(&argv, r, e) < 0)
        return -1;
    *d = (struct driver){
        .reports = -1, .log = xstrf("%s/log", r->scratch), .python = r->python, .names = r->names};
    fill_environment(&env, r);
    AUTO_CLOSE int log = file_open(d->log, O_WRONLY | O_CREAT | O_TRUNC, 0644, e);
    int status = log < 0 ? -1 : 0;
    if (status == 0 && pipe2(ends, O_CLOEXEC) < 0)
        status = err_errno(e, ERR_ENVIRONMENT, "no pipe can be made");
    if (status == 0) {
        d->reports = ends[0];
        struct process_spec spec = {
            .argv = argv.items, .env = env.items, .dir = r->scratch, .in = -1, .out = ends[1], .err = log};
        d->loop = loop_new_plain(driver_was_interrupted);
        status = loop_spawn(d->loop, &spec, has_ended, d, e);
        d->pid = loop_child(d->loop, d);
        close(ends[1]);
    }
    if (status < 0)
        let_go(d);
    return status;
}

/* The last line that it printed, for a reader. */
static char *last_words(const char *log)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct mapping m = {0};
    if (mapping_open(&m, log, &ignored) < 0 || !m.size)
        return xstrdup("it printed nothing");
    size_t len = m.size, begin;
    while (len && strchr(" \t\r\n", m.bytes[len - 1]))
        len--;
    for (begin = len; begin && m.bytes[begin - 1] != '\n' && len - begin < 400; begin--)
        ;
    char *text =
        len > begin ? xstrndup((const char *)m.bytes + begin, len - begin) : xstrdup("it printed nothing");
    mapping_release(&m);
    return text;
}

static int ended_early(struct driver *d, struct err *e)
{
    AUTO_FREE char *said = last_words(d->log);
    AUTO(strbuf) struct strbuf names = {0};
    strbuf_add_joined(&names, d->names, "", ", ");
    if (d->was_ready || !names.len)
        return err_set(e, ERR_ENVIRONMENT, "%s: ended while it was measured: %s", d->python, said);
    return err_set(e, ERR_ENVIRONMENT, "%s: importing %s failed: %s", d->python, strbuf_str(&names), said);
}

/* "PID SECONDS CPU-SECONDS\tPLACE\tPLACE" */
static int parse_line(struct driver_stop *stop, struct slice line, struct err *e)
{
    AUTO_FREE char *text = xstrndup(line.ptr, line.len);
    char *after_pid, *after_seconds, *end;
    long pid = strtol(text, &after_pid, 10);
    double seconds = strtod(after_pid, &after_seconds), cpu_seconds = strtod(after_seconds, &end);
    *stop = (struct driver_stop){.pid = (pid_t)pid, .seconds = seconds, .cpu_seconds = cpu_seconds};
    if (pid < 1 || *after_pid != ' ' || *after_seconds != ' ' || end == after_seconds ||
        (*end && *end != '\t') || !(seconds >= 0) || !(cpu_seconds >= 0))
        return err_set(e, ERR_ENVIRONMENT, "what is measured wrote \"%.80s\" where its reports go", text);
    struct slice rest = slice_of(*end ? end + 1 : "");
    while (*end && rest.ptr) {
        struct slice place = slice_cut(&rest, '\t');
        strvec_pushn(&stop->places, place.ptr, place.len);
    }
    return 0;
}

static void is_late(void *arg)
{
    struct driver *d = arg;
    d->late = true;
    loop_stop(d->loop);
}

static void has_report(void *arg, int fd, short events)
{
    struct driver *d = arg;
    char bytes[4096];
    (void)events;
    d->has_heard = true;
    d->heard = file_take(fd, bytes, sizeof bytes, -1, "the pipe of reports", &d->trouble);
    if (d->heard > 0)
        strbuf_add(&d->unread, bytes, (size_t)d->heard);
    loop_stop(d->loop);
}

/* Until something happens to it, at most until the deadline. */
static int wait_a_little(struct driver *d, int64_t deadline, struct err *e)
{
    uint64_t timer = loop_timer(d->loop, (deadline - clock_monotonic_ns()) / 1000000, is_late, d);
    int status = loop_run(d->loop, e);
    loop_timer_cancel(d->loop, timer);
    return status;
}

/* Waits until something was read, or nothing can come any more. */
static int read_more(struct driver *d, int64_t deadline, struct err *e)
{
    int status = 0;
    d->has_heard = d->late = false;
    loop_watch(d->loop, d->reports, POLLIN, has_report, d);
    while (status == 0 && !d->late && !d->has_heard)
        status = wait_a_little(d, deadline, e);
    loop_unwatch(d->loop, d->reports);
    if (status < 0)
        return -1;
    if (!d->has_heard)
        return err_set(e, ERR_ENVIRONMENT, "%s: not ready after %d seconds", d->python, PATIENCE_SECONDS);
    if (d->heard <= 0)
        return d->heard < 0 ? err_move(e, &d->trouble) : ended_early(d, e);
    if (d->unread.len > LINE_MOST)
        return err_set(e, ERR_ENVIRONMENT, "what is measured wrote too much where its reports go");
    return 0;
}

static int next_stop(struct driver *d, struct driver_stop *stop, int64_t deadline, struct err *e)
{
    char *newline;
    while (!(newline = d->unread.len ? memchr(d->unread.ptr, '\n', d->unread.len) : NULL))
        if (read_more(d, deadline, e) < 0)
            return -1;
    size_t len = (size_t)(newline - d->unread.ptr);
    int status = parse_line(stop, (struct slice){d->unread.ptr, len}, e);
    memmove(d->unread.ptr, newline + 1, d->unread.len - len - 1);
    d->unread.len -= len + 1;
    return status;
}

/* All threads are; then nothing in it moves. */
static bool is_stopped(const struct watched *w)
{
    AUTO(strvec) struct strvec tasks = {0};
    AUTO(err) struct err ended = ERR_INIT;
    bool stopped = folder_names_at(&tasks, w->folder, "task", "task", &ended) == 1;
    for (size_t i = 0; stopped && i < tasks.len; i++) {
        AUTO(strbuf) struct strbuf text = {0};
        AUTO(err) struct err ignored = ERR_INIT;
        struct process_facts f;
        AUTO_FREE char *file = xstrf("task/%s/stat", tasks.items[i]);
        stopped = watched_read(w, file, &text, 4096, &ignored) == 0 &&
                  process_facts_parse(&f, strbuf_str(&text)) && f.state == 'T';
    }
    return stopped;
}

static int wait_stopped(struct driver *d, pid_t pid, int64_t deadline, struct err *e)
{
    struct watched w;
    if (watched_open(&w, "/proc", pid, e) < 0)
        return err_wrap(e, "%s", d->python);
    while (!is_stopped(&w) && clock_monotonic_ns() < deadline)
        nanosleep(&(struct timespec){0, STOP_POLL_NS}, NULL);
    watched_release(&w);
    return clock_monotonic_ns() < deadline
               ? 0
               : err_set(e, ERR_ENVIRONMENT, "PID %d: did not stop itself in time", (int)pid);
}

int driver_wait(struct driver *d, struct driver_stop *stops, size_t count, struct err *e)
{
    int64_t deadline = clock_monotonic_ns() + PATIENCE_SECONDS * 1000000000LL;
    size_t got = 0;
    int status = 0;
    memset(stops, 0, count * sizeof *stops);
    while (status == 0 && got < count)
        status = next_stop(d, &stops[got], deadline, e) < 0 ? -1 : (got++, 0);
    for (size_t i = 0; status == 0 && i < count; i++)
        status = wait_stopped(d, stops[i].pid, deadline, e);
    d->was_ready |= status == 0;
    for (size_t i = 0; status < 0 && i < count; i++)
        driver_stop_release(&stops[i]);
    return status;
}

void driver_stop_release(struct driver_stop *stop)
{
    strvec_release(&stop->places);
}

void driver_resume(pid_t pid)
{
    kill(pid, SIGCONT);
}

int driver_finish(struct driver *d, struct err *e)
{
    int64_t deadline = clock_monotonic_ns() + PATIENCE_SECONDS * 1000000000LL;
    int status = 0;
    d->late = false;
    while (status == 0 && !d->ended && !d->late)
        status = wait_a_little(d, deadline, e);
    if (status == 0 && (!d->ended || d->end.status != 0))
        status = ended_early(d, e);
    driver_end(d);
    return status;
}

void driver_end(struct driver *d)
{
    loop_signal(d->loop, d, SIGKILL);
    let_go(d);
}
