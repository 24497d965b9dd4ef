#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sched/loop.h"
#include "sys/clock.h"

static size_t open_descriptors(void)
{
    AUTO_CLOSEDIR DIR *d = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(d);
    size_t n = 0;
    while (readdir(d))
        n++;
    return n;
}

static double seconds_since(int64_t start_ns)
{
    return (double)(clock_monotonic_ns() - start_ns) / 1e9;
}

static int spawn(struct loop *l, const char *script, void (*ended)(void *arg, const struct process_end *end),
    void *arg, struct err *e)
{
    char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)(uintptr_t)script, NULL};
    return loop_spawn(l, &(struct process_spec){.argv = argv, .in = -1, .out = -1, .err = -1}, ended, arg, e);
}

struct ending {
    int calls, status, signal;
};

static void note_end(void *arg, const struct process_end *end)
{
    struct ending *n = arg;
    n->calls++;
    n->status = end->status;
    n->signal = end->signal;
}

/* Timers */

struct trace {
    struct loop *l;
    char text[64];
    uint64_t victim;
    int again;
};

static void mark(struct trace *t, char c)
{
    size_t len = strlen(t->text);
    t->text[len] = c;
    t->text[len + 1] = '\0';
}

static void mark_a(void *arg)
{
    mark(arg, 'a');
}

static void mark_b(void *arg)
{
    mark(arg, 'b');
}

static void cancel_victim(void *arg)
{
    struct trace *t = arg;
    mark(t, 'c');
    loop_timer_cancel(t->l, t->victim);
}

static void again_at_once(void *arg)
{
    struct trace *t = arg;
    if (++t->again < 100)
        loop_timer(t->l, 0, again_at_once, t);
}

START_TEST(timers_run_in_order_of_their_deadline)
{
    struct trace t = {.l = loop_new()};
    AUTO(err) struct err e = ERR_INIT;
    int64_t start = clock_monotonic_ns();
    loop_timer(t.l, 60, mark_a, &t);
    loop_timer(t.l, 20, mark_b, &t);
    uint64_t never = loop_timer(t.l, 5, mark_a, &t);
    ck_assert_uint_ne(never, 0);
    loop_timer_cancel(t.l, never);
    loop_timer_cancel(t.l, never);
    loop_timer_cancel(t.l, 0);
    ck_assert_int_eq(loop_run(t.l, &e), 0);
    ck_assert_str_eq(t.text, "ba");
    ck_assert_double_ge(seconds_since(start), 0.06);
    loop_free(t.l);
}
END_TEST

START_TEST(a_timer_may_cancel_one_that_is_due_as_well)
{
    struct trace t = {.l = loop_new()};
    AUTO(err) struct err e = ERR_INIT;
    loop_timer(t.l, 0, cancel_victim, &t);
    t.victim = loop_timer(t.l, 0, mark_b, &t);
    ck_assert_int_eq(loop_run(t.l, &e), 0);
    ck_assert_str_eq(t.text, "c");
    loop_free(t.l);
}
END_TEST

/* Watches */

struct pipes {
    struct loop *l;
    int ends[2], other[2];
    int reads, writes;
};

static void read_one(void *arg, int fd, short revents)
{
    struct pipes *p = arg;
    char c;
    ck_assert_int_ne(revents & (POLLIN | POLLHUP), 0);
    if (read(fd, &c, 1) == 1)
        p->reads++;
    else
        loop_unwatch(p->l, fd);
}

static void write_then_close(void *arg, int fd, short revents)
{
    struct pipes *p = arg;
    ck_assert_int_ne(revents & POLLOUT, 0);
    if (++p->writes <= 3) {
        ck_assert_int_eq(write(fd, "x", 1), 1);
        return;
    }
    loop_unwatch(p->l, fd);
    close(fd);
}

START_TEST(watches_call_back_until_they_are_removed)
{
    struct pipes p = {.l = loop_new()};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(pipe2(p.ends, O_CLOEXEC), 0);
    loop_watch(p.l, p.ends[0], POLLIN, read_one, &p);
    loop_watch(p.l, p.ends[1], POLLOUT, write_then_close, &p);
    ck_assert_int_eq(loop_run(p.l, &e), 0);
    ck_assert_int_eq(p.reads, 3);
    close(p.ends[0]);
    loop_free(p.l);
}
END_TEST

static void expect_hang_up(void *arg, int fd, short revents)
{
    struct pipes *p = arg;
    ck_assert_int_eq(revents, POLLHUP);
    p->reads++;
    loop_unwatch(p->l, fd);
}

/* Closes the other pipe and watches a new one that gets the same numbers: what poll said of the old one must
 * not reach the new one, which is empty. */
static void replace_other(void *arg, int fd, short revents)
{
    struct pipes *p = arg;
    (void)revents;
    loop_unwatch(p->l, fd);
    loop_unwatch(p->l, p->other[0]);
    close(p->other[0]);
    close(p->other[1]);
    int now[2];
    ck_assert_int_eq(pipe2(now, O_CLOEXEC | O_NONBLOCK), 0);
    ck_assert_int_eq(now[0], p->other[0]);
    loop_watch(p->l, now[0], POLLIN, expect_hang_up, p);
    close(now[1]); /* so that the loop ends: a hang-up, not a byte */
}

START_TEST(a_descriptor_used_again_in_the_same_round_gets_no_old_news)
{
    struct pipes p = {.l = loop_new()};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(pipe2(p.ends, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(p.other, O_CLOEXEC), 0);
    ck_assert_int_eq(write(p.ends[1], "x", 1), 1);
    ck_assert_int_eq(write(p.other[1], "x", 1), 1);
    loop_watch(p.l, p.ends[0], POLLIN, replace_other, &p);
    loop_watch(p.l, p.other[0], POLLIN, read_one, &p);
    ck_assert_int_eq(loop_run(p.l, &e), 0);
    ck_assert_int_eq(p.reads, 1);
    loop_free(p.l);
}
END_TEST

static void count_only(void *arg, int fd, short revents)
{
    (void)fd;
    ck_assert_int_ne(revents & POLLNVAL, 0);
    ++*(int *)arg;
}

START_TEST(a_descriptor_closed_under_its_watch_does_not_spin)
{
    struct loop *l = loop_new();
    AUTO(err) struct err e = ERR_INIT;
    int calls = 0, fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    loop_watch(l, fd, POLLIN, count_only, &calls);
    close(fd);
    ck_assert_int_eq(loop_run(l, &e), 0);
    ck_assert_int_eq(calls, 1);
    loop_free(l);
}
END_TEST

static void stop_after_reading(void *arg, int fd, short revents)
{
    struct pipes *p = arg;
    read_one(arg, fd, revents);
    loop_stop(p->l);
}

START_TEST(timers_without_delay_do_not_starve_descriptors)
{
    struct trace t = {.l = loop_new()};
    struct pipes p = {.l = t.l};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(pipe2(p.ends, O_CLOEXEC), 0);
    ck_assert_int_eq(write(p.ends[1], "x", 1), 1);
    loop_watch(t.l, p.ends[0], POLLIN, stop_after_reading, &p);
    again_at_once(&t);
    ck_assert_int_eq(loop_run(t.l, &e), 0);
    ck_assert_int_eq(p.reads, 1);
    ck_assert_int_lt(t.again, 5);
    loop_free(t.l);
}
END_TEST

/* Children */

START_TEST(children_end_and_are_reaped_without_leaving_descriptors)
{
    struct loop *l = loop_new();
    AUTO(err) struct err e = ERR_INIT;
    size_t before = open_descriptors();
    struct ending ends[50] = {0};
    for (int i = 0; i < 50; i++)
        ck_assert_int_eq(spawn(l, i % 2 ? "exit 3" : "kill -9 $$", note_end, &ends[i], &e), 0);
    ck_assert_int_eq(loop_run(l, &e), 0);
    for (int i = 0; i < 50; i++) {
        ck_assert_int_eq(ends[i].calls, 1);
        ck_assert_int_eq(ends[i].status, i % 2 ? 3 : 128 + SIGKILL);
        ck_assert_int_eq(ends[i].signal, i % 2 ? 0 : SIGKILL);
    }
    ck_assert_uint_eq(open_descriptors(), before);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* ECHILD: none left */
    loop_free(l);
    ck_assert_uint_lt(open_descriptors(), before);
}
END_TEST

struct chain {
    struct loop *l;
    int left;
};

static void spawn_next(void *arg, const struct process_end *end)
{
    struct chain *c = arg;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(end->status, 0);
    if (--c->left)
        ck_assert_int_eq(spawn(c->l, "exit 0", spawn_next, c, &e), 0);
}

START_TEST(an_ended_child_may_start_the_next)
{
    struct chain c = {loop_new(), 20};
    AUTO(err) struct err e = ERR_INIT;
    size_t before = open_descriptors();
    ck_assert_int_eq(spawn(c.l, "exit 0", spawn_next, &c, &e), 0);
    ck_assert_int_eq(loop_run(c.l, &e), 0);
    ck_assert_int_eq(c.left, 0);
    ck_assert_uint_eq(open_descriptors(), before);
    loop_free(c.l);
}
END_TEST

START_TEST(a_program_that_is_not_there_is_an_error_and_leaves_nothing)
{
    struct loop *l = loop_new();
    AUTO(err) struct err e = ERR_INIT;
    size_t before = open_descriptors();
    char *argv[] = {(char *)"no-such-program-here", NULL};
    struct ending n = {0};
    ck_assert_int_eq(
        loop_spawn(l, &(struct process_spec){.argv = argv, .in = -1, .out = -1, .err = -1}, note_end, &n, &e),
        -1);
    ck_assert_int_eq(e.kind, ERR_MISSING);
    err_release(&e);
    ck_assert_int_eq(loop_run(l, &e), 0);
    ck_assert_int_eq(n.calls, 0);
    ck_assert_uint_eq(open_descriptors(), before);
    loop_free(l);
}
END_TEST

/* Something in the background of a child's group holds a pipe open; its end of file tells that it is gone. */
static int spawn_with_pipe(struct loop *l, const char *script, struct ending *n, int *reader, struct err *e)
{
    int ends[2];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)(uintptr_t)script, NULL};
    int r = loop_spawn(
        l, &(struct process_spec){.argv = argv, .in = -1, .out = ends[1], .err = -1}, note_end, n, e);
    close(ends[1]);
    *reader = ends[0];
    return r;
}

static void assert_group_is_gone(int reader)
{
    char rest[256];
    struct pollfd p = {reader, POLLIN, 0};
    for (;;) {
        ck_assert_int_eq(poll(&p, 1, 1000), 1);
        if (read(reader, rest, sizeof rest) <= 0)
            break;
    }
    close(reader);
}

START_TEST(what_a_child_leaves_in_its_group_goes_with_it)
{
    struct loop *l = loop_new();
    AUTO(err) struct err e = ERR_INIT;
    struct ending n = {0};
    int reader;
    ck_assert_int_eq(spawn_with_pipe(l, "sleep 30 & exit 0", &n, &reader, &e), 0);
    ck_assert_int_eq(loop_run(l, &e), 0);
    ck_assert_int_eq(n.status, 0);
    assert_group_is_gone(reader);
    loop_free(l);
}
END_TEST

/* setsid(1) makes a session of its own, as daemons do: no signal to a group reaches it. */
START_TEST(what_a_child_leaves_elsewhere_goes_with_it)
{
    struct loop *l = loop_new();
    AUTO(err) struct err e = ERR_INIT;
    struct ending n = {0};
    int reader;
    ck_assert_int_eq(
        spawn_with_pipe(l, "setsid sh -c 'sleep 30 & sleep 30' & sleep 0.1; exit 3", &n, &reader, &e), 0);
    ck_assert_int_eq(loop_run(l, &e), 0);
    ck_assert_int_eq(n.status, 3);
    assert_group_is_gone(reader);
    loop_free(l);
}
END_TEST

START_TEST(who_is_killed_leaves_nothing_running)
{
    int ends[2];
    char ready;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct loop *l = loop_new();
        struct err e = ERR_INIT;
        struct ending n = {0};
        char *argv[] = {(char *)"/bin/sh", (char *)"-c",
            (char *)"setsid sh -c 'sleep 30 & sleep 30' & (sleep 30) & echo; sleep 30", NULL};
        struct process_spec spec = {.argv = argv, .in = -1, .out = ends[1], .err = -1};
        if (loop_spawn(l, &spec, note_end, &n, &e) == 0)
            loop_run(l, &e);
        _exit(0);
    }
    close(ends[1]);
    ck_assert_int_eq(read(ends[0], &ready, 1), 1);
    kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    assert_group_is_gone(ends[0]);
}
END_TEST

START_TEST(a_supervised_child_ends_as_it_would_alone)
{
    static const struct {
        const char *script;
        int status, signal;
    } cases[] = {{"exit 0", 0, 0}, {"exit 77", 77, 0}, {"kill -KILL $$", 137, SIGKILL},
        {"kill -SEGV $$", 139, SIGSEGV}, {"kill -USR2 $$", 140, SIGUSR2}};
    struct loop *l = loop_new();
    AUTO(err) struct err e = ERR_INIT;
    struct ending n = {0};
    ck_assert_int_eq(spawn(l, cases[_i].script, note_end, &n, &e), 0);
    ck_assert_int_eq(loop_run(l, &e), 0);
    ck_assert_int_eq(n.status, cases[_i].status);
    ck_assert_int_eq(n.signal, cases[_i].signal);
    loop_free(l);
}
END_TEST

/* Interrupts */

static void interrupt_ourselves(void *arg)
{
    kill(getpid(), *(int *)arg);
}

static int ending_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

START_TEST(a_signal_ends_every_child_group)
{
    struct loop *l = loop_new();
    AUTO(err) struct err e = ERR_INIT;
    struct ending n[2] = {{0}, {0}};
    int readers[2];
    ck_assert_int_eq(spawn_with_pipe(l, "sleep 30 & sleep 30; exit 0", &n[0], &readers[0], &e), 0);
    ck_assert_int_eq(spawn_with_pipe(l, "sleep 30", &n[1], &readers[1], &e), 0);
    struct trace t = {.l = l};
    loop_timer(l, 30000, mark_a, &t); /* must not be waited for */
    loop_timer(l, 50, interrupt_ourselves, &ending_signals[_i]);
    int64_t start = clock_monotonic_ns();
    ck_assert_int_eq(loop_run(l, &e), -1);
    ck_assert_int_eq(e.kind, ERR_INTERRUPTED);
    ck_assert_double_lt(seconds_since(start), 1.5);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(n[i].calls, 1);
        ck_assert_int_eq(n[i].signal, SIGTERM);
        assert_group_is_gone(readers[i]);
    }
    ck_assert(loop_interrupted(l));
    AUTO(err) struct err late = ERR_INIT;
    ck_assert_int_eq(spawn(l, "exit 0", note_end, &n[0], &late), -1);
    ck_assert_int_eq(late.kind, ERR_INTERRUPTED);
    loop_free(l);
}
END_TEST

START_TEST(a_child_that_ignores_sigterm_is_killed_after_two_seconds)
{
    struct loop *l = loop_new();
    AUTO(err) struct err e = ERR_INIT;
    struct ending n = {0};
    int reader;
    ck_assert_int_eq(
        spawn_with_pipe(l, "trap '' TERM; echo ready; while :; do sleep 1; done", &n, &reader, &e), 0);
    char ready[8];
    ck_assert_int_gt(read(reader, ready, sizeof ready), 0);
    interrupt_ourselves(&ending_signals[0]);
    int64_t start = clock_monotonic_ns();
    ck_assert_int_eq(loop_run(l, &e), -1);
    ck_assert_int_eq(n.signal, SIGKILL);
    ck_assert_double_ge(seconds_since(start), 1.9);
    ck_assert_double_lt(seconds_since(start), 4);
    assert_group_is_gone(reader);
    loop_free(l);
}
END_TEST

START_TEST(a_signal_with_nothing_to_wait_for_still_interrupts)
{
    struct loop *l = loop_new();
    AUTO(err) struct err e = ERR_INIT;
    interrupt_ourselves(&ending_signals[0]);
    ck_assert_int_eq(loop_run(l, &e), -1);
    ck_assert_int_eq(e.kind, ERR_INTERRUPTED);
    loop_free(l);
}
END_TEST

START_TEST(a_signal_that_was_ignored_stays_ignored)
{
    signal(SIGHUP, SIG_IGN);
    struct loop *l = loop_new();
    AUTO(err) struct err e = ERR_INIT;
    kill(getpid(), SIGHUP);
    ck_assert_int_eq(loop_run(l, &e), 0);
    loop_free(l);
}
END_TEST

START_TEST(leaving_the_loop_gives_the_signals_back)
{
    sigset_t before, after;
    sigprocmask(SIG_SETMASK, NULL, &before);
    loop_free(loop_new());
    sigprocmask(SIG_SETMASK, NULL, &after);
    for (int i = 1; i < 32; i++)
        ck_assert_int_eq(sigismember(&before, i), sigismember(&after, i));
}
END_TEST

START_TEST(freeing_the_loop_ends_its_children_and_calls_nobody)
{
    struct loop *l = loop_new();
    AUTO(err) struct err e = ERR_INIT;
    struct ending n = {0};
    int reader;
    ck_assert_int_eq(spawn_with_pipe(l, "sleep 30", &n, &reader, &e), 0);
    loop_free(l);
    ck_assert_int_eq(n.calls, 0);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    assert_group_is_gone(reader);
}
END_TEST

Suite *sched_suite(void)
{
    Suite *s = suite_create("sched");
    TCase *t = tcase_create("loop");
    tcase_set_timeout(t, 20);
    tcase_add_test(t, timers_run_in_order_of_their_deadline);
    tcase_add_test(t, a_timer_may_cancel_one_that_is_due_as_well);
    tcase_add_test(t, watches_call_back_until_they_are_removed);
    tcase_add_test(t, a_descriptor_used_again_in_the_same_round_gets_no_old_news);
    tcase_add_test(t, a_descriptor_closed_under_its_watch_does_not_spin);
    tcase_add_test(t, timers_without_delay_do_not_starve_descriptors);
    tcase_add_test(t, children_end_and_are_reaped_without_leaving_descriptors);
    tcase_add_test(t, an_ended_child_may_start_the_next);
    tcase_add_test(t, a_program_that_is_not_there_is_an_error_and_leaves_nothing);
    tcase_add_test(t, what_a_child_leaves_in_its_group_goes_with_it);
    tcase_add_test(t, what_a_child_leaves_elsewhere_goes_with_it);
    tcase_add_test(t, who_is_killed_leaves_nothing_running);
    tcase_add_loop_test(t, a_supervised_child_ends_as_it_would_alone, 0, 5);
    tcase_add_loop_test(t, a_signal_ends_every_child_group, 0, 4);
    tcase_add_test(t, a_child_that_ignores_sigterm_is_killed_after_two_seconds);
    tcase_add_test(t, a_signal_with_nothing_to_wait_for_still_interrupts);
    tcase_add_test(t, a_signal_that_was_ignored_stays_ignored);
    tcase_add_test(t, leaving_the_loop_gives_the_signals_back);
    tcase_add_test(t, freeing_the_loop_ends_its_children_and_calls_nobody);
    suite_add_tcase(s, t);
    return s;
}
