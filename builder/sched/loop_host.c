/* The world that tasks usually run in: commands are processes, the poll loop waits for them. */
#include <stdio.h>
#include <string.h>

#include "sched/internal.h"
#include "sys/clock.h"

static void was_unable(void *arg)
{
    struct command_run *run = arg;
    run->timer = 0;
    run->ended(run->arg, NULL, &(struct task_usage){0});
}

static int start(void *arg, struct command_run *run, struct err *e)
{
    struct command_end *end = run->command->end;
    run->loop = arg;
    if (command_start(run, e) == 0)
        return 0;
    if (!end || e->kind == ERR_INTERRUPTED)
        return -1;
    *end = (struct command_end){.is_known = true};
    snprintf(end->unable, sizeof end->unable, "%.*s", (int)strcspn(e->text, "\n"), e->text);
    err_release(e);
    run->timer = loop_timer(arg, 0, was_unable, run);
    return 0;
}

static int wait_for_all(void *arg, struct err *e)
{
    return loop_run(arg, e);
}

static void stop(void *arg)
{
    loop_stop(arg);
}

static bool interrupted(void *arg)
{
    return loop_interrupted(arg);
}

static void end_all(void *arg)
{
    loop_kill_children(arg);
}

static void forget(void *arg, struct command_run *run)
{
    loop_timer_cancel(arg, run->timer);
}

static int64_t now_ns(void *arg)
{
    (void)arg;
    return clock_monotonic_ns();
}

int tasks_run(struct loop *l, struct task *tasks, size_t len, unsigned slots, bool keep_going,
    struct sink *sink, struct task_totals *totals, struct err *e)
{
    const struct task_host host = {start, wait_for_all, stop, interrupted, end_all, forget, now_ns, l};
    return tasks_run_on(&host, tasks, len, slots, keep_going, sink, totals, e);
}
