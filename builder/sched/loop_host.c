/* The world that tasks usually run in: commands are processes, the poll loop waits for them. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sched/internal.h"
#include "sys/clock.h"

static void was_unable(void *arg)
{
    struct command_run *run = arg;
    run->timer = 0;
    run->ended(run->arg, NULL, &(struct task_usage){0});
}

/* A loop, and whom it calls for a token and for the time. */
struct loop_world {
    struct loop *loop;
    struct job_tokens *tokens;
    void (*is_free)(void *of);
    void (*woken)(void *of);
    void *of;
    uint64_t timer;
    bool wanted;
};

static int start(void *arg, struct command_run *run, struct err *e)
{
    struct loop_world *w = arg;
    struct command_end *end = run->command->end;
    run->loop = w->loop;
    if (command_start(run, e) == 0)
        return 0;
    if (!end || e->kind == ERR_INTERRUPTED)
        return -1;
    *end = (struct command_end){.is_known = true, .is_missing = e->kind == ERR_MISSING};
    snprintf(end->unable, sizeof end->unable, "%.*s", (int)strcspn(e->text, "\n"), e->text);
    err_release(e);
    run->timer = loop_timer(w->loop, 0, was_unable, run);
    return 0;
}

static int wait_for_all(void *arg, struct err *e)
{
    struct loop_world *w = arg;
    return loop_run(w->loop, e);
}

static void stop(void *arg)
{
    struct loop_world *w = arg;
    loop_stop(w->loop);
}

static bool interrupted(void *arg)
{
    struct loop_world *w = arg;
    return loop_interrupted(w->loop);
}

static void end_all(void *arg)
{
    struct loop_world *w = arg;
    loop_kill_children(w->loop);
}

static void forget(void *arg, struct command_run *run)
{
    struct loop_world *w = arg;
    loop_timer_cancel(w->loop, run->timer);
    loop_timer_cancel(w->loop, run->look);
}

static int64_t now_ns(void *arg)
{
    (void)arg;
    return clock_monotonic_ns();
}

static double load(void *arg)
{
    double average;
    (void)arg;
    return getloadavg(&average, 1) == 1 ? average : 0;
}

static void token_is_free(void *arg, int fd, short events)
{
    struct loop_world *w = arg;
    (void)events;
    loop_unwatch(w->loop, fd);
    w->wanted = false;
    w->is_free(w->of);
}

static void want_token(void *arg, bool wanted, void (*is_free)(void *of), void *of)
{
    struct loop_world *w = arg;
    if (wanted == w->wanted)
        return;
    w->wanted = wanted;
    w->is_free = is_free;
    w->of = of;
    if (wanted)
        loop_watch(w->loop, tokens_fd(w->tokens), POLLIN, token_is_free, w);
    else
        loop_unwatch(w->loop, tokens_fd(w->tokens));
}

static void time_has_come(void *arg)
{
    struct loop_world *w = arg;
    w->timer = 0;
    w->woken(w->of);
}

static void wake(void *arg, int64_t ms, void (*woken)(void *of), void *of)
{
    struct loop_world *w = arg;
    w->woken = woken;
    w->of = of;
    if (!w->timer)
        w->timer = loop_timer(w->loop, ms, time_has_come, w);
}

int tasks_run_within(struct loop *l, struct task *tasks, size_t len, const struct task_limits *limits,
    bool keep_going, struct sink *sink, struct task_totals *totals, struct err *e)
{
    struct loop_world w = {.loop = l, .tokens = limits->tokens};
    const struct task_host host = {
        start, wait_for_all, stop, interrupted, end_all, forget, now_ns, load, want_token, wake, &w};
    int status = tasks_run_on(&host, tasks, len, limits, keep_going, sink, totals, e);
    want_token(&w, false, NULL, NULL);
    loop_timer_cancel(l, w.timer);
    return status;
}
