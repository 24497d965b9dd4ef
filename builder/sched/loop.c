/* One poll loop for children, descriptors and timers. */
#include "sched/loop.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "sched/fork_server.h"
#include "sys/clock.h"
#include "sys/tell.h"

/* How long a child may take to end after SIGTERM. */
#define GRACE_NS (2 * 1000000000LL)

struct watch {
    int fd;
    short events;
    uint64_t serial; /* tells it from a later one of the same number */
    void (*ready)(void *arg, int fd, short revents);
    void *arg;
};

struct timer {
    uint64_t id;
    int64_t deadline_ns;
    void (*expired)(void *arg);
    void *arg;
};

struct child {
    struct process process;
    uint64_t serial;
    void (*ended)(void *arg, const struct process_end *end);
    void *arg;
};

/* What one round of poll asked for, so that callbacks may change the lists meanwhile. */
struct asked {
    enum { ASKED_SIGNALS, ASKED_CHILD, ASKED_WATCH } what;
    uint64_t serial;
};

struct loop {
    VEC(struct watch) watches;
    VEC(struct timer) timers;
    VEC(struct child) children;
    VEC(struct pollfd) polled;
    VEC(struct asked) asked;
    uint64_t last_serial, last_timer;
    int signals;     /* signalfd, -1 when every signal is ignored */
    int lifeline[2]; /* a pipe that nobody writes to: its end tells supervisors of ours */
    struct fork_server helpers;
    sigset_t mask_before;
    bool plain;
    bool (*is_ending)(void); /* of a plain one; may be NULL */
    bool running, stopped, interrupted;
    int64_t kill_at_ns; /* while interrupted: when patience ends; 0 afterwards */
};

struct loop *loop_new(void)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct loop *l = xcalloc(1, sizeof *l);
    sigset_t set;
    sigemptyset(&set);
    l->signals = -1;
    bool any = false;
    for (size_t i = 0; i < COUNT(ending); i++) {
        /* nohup(1) and shells that start background jobs ask for a signal to be ignored. */
        struct sigaction now;
        if (sigaction(ending[i], NULL, &now) == 0 && now.sa_handler == SIG_IGN)
            continue;
        sigaddset(&set, ending[i]);
        any = true;
    }
    sigprocmask(SIG_BLOCK, &set, &l->mask_before);
    if (any)
        l->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (pipe2(l->lifeline, O_CLOEXEC) < 0)
        l->lifeline[0] = l->lifeline[1] = -1; /* told when a child is to be started */
    return l;
}

struct loop *loop_new_plain(bool (*is_ending)(void))
{
    struct loop *l = xcalloc(1, sizeof *l);
    l->plain = true;
    l->is_ending = is_ending;
    l->signals = l->lifeline[0] = l->lifeline[1] = -1;
    return l;
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    assert(!l->running);
    loop_kill_children(l);
    fork_server_end(&l->helpers);
    if (l->signals >= 0)
        close(l->signals);
    for (int i = 0; i < 2; i++)
        if (l->lifeline[i] >= 0)
            close(l->lifeline[i]);
    if (!l->plain)
        sigprocmask(SIG_SETMASK, &l->mask_before, NULL);
    vec_release(&l->watches);
    vec_release(&l->timers);
    vec_release(&l->children);
    vec_release(&l->polled);
    vec_release(&l->asked);
    free(l);
}

static struct watch *watch_of(struct loop *l, int fd)
{
    vec_each (&l->watches, w)
        if (w->fd == fd)
            return w;
    return NULL;
}

void loop_watch(
    struct loop *l, int fd, short events, void (*ready)(void *arg, int fd, short revents), void *arg)
{
    assert(fd >= 0);
    struct watch *w = watch_of(l, fd);
    if (!w) {
        w = vec_add(&l->watches);
        w->fd = fd;
        w->serial = ++l->last_serial;
    }
    w->events = events;
    w->ready = ready;
    w->arg = arg;
}

void loop_unwatch(struct loop *l, int fd)
{
    struct watch *w = watch_of(l, fd);
    if (w)
        *w = l->watches.items[--l->watches.len];
}

uint64_t loop_timer(struct loop *l, int64_t ms, void (*expired)(void *arg), void *arg)
{
    struct timer t = {++l->last_timer, clock_monotonic_ns() + (ms > 0 ? ms : 0) * 1000000, expired, arg};
    vec_push(&l->timers, t);
    return t.id;
}

void loop_timer_cancel(struct loop *l, uint64_t id)
{
    for (size_t i = 0; i < l->timers.len; i++)
        if (l->timers.items[i].id == id) {
            l->timers.items[i] = l->timers.items[--l->timers.len];
            return;
        }
}

int loop_spawn(struct loop *l, const struct process_spec *spec,
    void (*ended)(void *arg, const struct process_end *end), void *arg, struct err *e)
{
    if (l->interrupted)
        return err_set(e, ERR_INTERRUPTED, "interrupted");
    if (!l->plain && l->lifeline[0] < 0 && pipe2(l->lifeline, O_CLOEXEC) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "no pipe can be made");
    struct child c = {.serial = ++l->last_serial, .ended = ended, .arg = arg};
    struct process_spec supervised = *spec;
    supervised.lifeline = l->plain || spec->starts_nothing ? 0 : l->lifeline[0];
    int status =
        spec->itself && spec->starts_nothing ? fork_server_start(&l->helpers, &c.process, spec, e) : 0;
    if (status < 0 || (status == 0 && process_start(&c.process, &supervised, e) < 0))
        return -1;
    vec_push(&l->children, c);
    return 0;
}

pid_t loop_child(const struct loop *l, const void *arg)
{
    for (size_t i = 0; i < l->children.len; i++)
        if (l->children.items[i].arg == arg)
            return l->children.items[i].process.pid;
    return 0;
}

void loop_signal(struct loop *l, const void *arg, int number)
{
    vec_each (&l->children, c)
        if (c->arg == arg)
            process_kill(&c->process, number);
}

/* Kills what the child left behind in its group while the zombie still keeps the group's number from being
 * given to somebody else, then reaps it. */
static struct child reap(struct loop *l, size_t index, struct process_end *end)
{
    struct child c = l->children.items[index];
    l->children.items[index] = l->children.items[--l->children.len];
    process_kill(&c.process, SIGKILL);
    process_wait(&c.process, end);
    return c;
}

static void signal_children(struct loop *l, int number)
{
    vec_each (&l->children, c)
        process_kill(&c->process, number);
}

/* The first signal asks, the second one insists. */
static void take_signals(struct loop *l)
{
    struct signalfd_siginfo info;
    while (l->signals >= 0 && read(l->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        signal_children(l, l->interrupted ? SIGKILL : SIGTERM);
        if (!l->interrupted)
            l->kill_at_ns = clock_monotonic_ns() + GRACE_NS;
        l->interrupted = true;
        tell_no_longer_waits();
    }
}

/* Oldest deadline first. The time is looked at once: a timer of 0 ms that a callback adds waits for the next
 * round, so that it cannot starve the descriptors. */
static void run_timers(struct loop *l)
{
    int64_t now = clock_monotonic_ns();
    while (!l->stopped) {
        struct timer *next = NULL;
        vec_each (&l->timers, t)
            if (t->deadline_ns <= now && (!next || t->deadline_ns < next->deadline_ns ||
                                             (t->deadline_ns == next->deadline_ns && t->id < next->id)))
                next = t;
        if (!next)
            return;
        struct timer due = *next;
        loop_timer_cancel(l, due.id);
        due.expired(due.arg);
    }
}

static void ask(struct loop *l, int fd, short events, struct asked what)
{
    struct pollfd p = {fd, events, 0};
    vec_push(&l->polled, p);
    vec_push(&l->asked, what);
}

static void ask_for_all(struct loop *l)
{
    l->polled.len = l->asked.len = 0;
    if (l->signals >= 0)
        ask(l, l->signals, POLLIN, (struct asked){ASKED_SIGNALS, 0});
    vec_each (&l->children, c)
        ask(l, c->process.pidfd, POLLIN, (struct asked){ASKED_CHILD, c->serial});
    if (!l->interrupted)
        vec_each (&l->watches, w)
            ask(l, w->fd, w->events, (struct asked){ASKED_WATCH, w->serial});
}

/* Nanoseconds until something is due; -1 when nothing is. */
static int64_t patience_ns(struct loop *l)
{
    int64_t at = l->interrupted && l->kill_at_ns ? l->kill_at_ns : INT64_MAX;
    if (!l->interrupted)
        vec_each (&l->timers, t)
            if (t->deadline_ns < at)
                at = t->deadline_ns;
    if (at == INT64_MAX)
        return -1;
    int64_t left = at - clock_monotonic_ns();
    return left > 0 ? left : 0;
}

static void child_is_ready(struct loop *l, uint64_t serial)
{
    for (size_t i = 0; i < l->children.len; i++)
        if (l->children.items[i].serial == serial) {
            struct process_end end;
            struct child c = reap(l, i, &end);
            c.ended(c.arg, &end);
            return;
        }
}

static void watch_is_ready(struct loop *l, int fd, uint64_t serial, short revents)
{
    struct watch *w = watch_of(l, fd);
    if (!w || w->serial != serial || !(revents & (w->events | POLLERR | POLLHUP | POLLNVAL)))
        return;
    w->ready(w->arg, fd, revents);
    if (!(revents & POLLNVAL)) /* a number that is closed would make poll return at once for ever */
        return;
    w = watch_of(l, fd);
    if (w && w->serial == serial)
        loop_unwatch(l, fd);
}

/* Waits once and calls back for whatever came. */
static int round_of_poll(struct loop *l, struct err *e)
{
    ask_for_all(l);
    int64_t ns = patience_ns(l);
    struct timespec wait = {ns / 1000000000, ns % 1000000000};
    int n = ppoll(l->polled.items, l->polled.len, ns < 0 ? NULL : &wait, NULL);
    if (n < 0 && errno != EINTR && errno != EAGAIN)
        return err_errno(e, ERR_ENVIRONMENT, "waiting for children failed");
    for (size_t i = 0; n > 0 && i < l->polled.len && !l->stopped; i++) {
        struct pollfd p = l->polled.items[i];
        struct asked a = l->asked.items[i];
        if (!p.revents)
            continue;
        if (a.what == ASKED_SIGNALS)
            take_signals(l);
        else if (a.what == ASKED_CHILD)
            child_is_ready(l, a.serial);
        else if (!l->interrupted)
            watch_is_ready(l, p.fd, a.serial, p.revents);
    }
    if (!l->interrupted)
        run_timers(l);
    else if (l->kill_at_ns && clock_monotonic_ns() >= l->kill_at_ns) {
        signal_children(l, SIGKILL);
        l->kill_at_ns = 0;
    }
    return 0;
}

static bool is_waiting(struct loop *l)
{
    if (l->interrupted)
        return l->children.len > 0;
    return !l->stopped && (l->children.len || l->watches.len || l->timers.len);
}

int loop_run(struct loop *l, struct err *e)
{
    assert(!l->running);
    l->running = true;
    int result = 0;
    for (;;) {
        if (l->is_ending && l->is_ending()) {
            result = err_set(e, ERR_INTERRUPTED, "interrupted");
            break;
        }
        if (!is_waiting(l))
            take_signals(l); /* one may have come while a callback was busy */
        if (!is_waiting(l))
            break;
        if (l->interrupted)
            l->stopped = false;
        result = round_of_poll(l, e);
        if (result < 0)
            break;
    }
    l->running = l->stopped = false;
    if (result == 0 && l->interrupted)
        result = err_set(e, ERR_INTERRUPTED, "interrupted");
    return result;
}

void loop_stop(struct loop *l)
{
    l->stopped = true;
}

void loop_kill_children(struct loop *l)
{
    signal_children(l, SIGTERM);
    int64_t until = clock_monotonic_ns() + GRACE_NS;
    struct process_end end;
    while (l->children.len) {
        int64_t left_ms = (until - clock_monotonic_ns()) / 1000000;
        struct pollfd p = {l->children.items[0].process.pidfd, POLLIN, 0};
        if (left_ms <= 0)
            process_kill(&l->children.items[0].process, SIGKILL);
        if (poll(&p, 1, left_ms > 0 ? (int)left_ms : -1) > 0)
            reap(l, 0, &end);
    }
}

bool loop_interrupted(const struct loop *l)
{
    return l->interrupted;
}
