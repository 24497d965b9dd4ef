#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "sched/internal.h"
#include "sched/tasks.h"
#include "sys/clock.h"
#include "sys/fs.h"
#include "there.h"
#include "scratch.h"
#include "slots.h"

/* A sink that writes what happened as text: "begin A; phase A sh; end A; ". */
struct recorder {
    struct sink sink;
    struct strbuf text;
    struct strbuf failures; /* whole texts of EVENT_STEP_FAIL */
};

static void record(struct sink *sink, const struct event *event)
{
    struct recorder *r = (struct recorder *)sink;
    static const char *const names[] = {[EVENT_STEP_BEGIN] = "begin",
        [EVENT_STEP_PHASE] = "phase",
        [EVENT_STEP_END] = "end",
        [EVENT_STEP_SKIP] = "skip",
        [EVENT_STEP_FAIL] = "fail"};
    ck_assert_ptr_nonnull(names[event->kind]);
    strbuf_addf(&r->text, "%s %s", names[event->kind], event->step);
    if (event->kind == EVENT_STEP_PHASE || event->kind == EVENT_STEP_SKIP)
        strbuf_addf(&r->text, " %s", event->message);
    strbuf_adds(&r->text, "; ");
    if (event->kind == EVENT_STEP_FAIL)
        strbuf_addf(&r->failures, "%s\n", event->detail);
}

static struct loop *loop;
static struct recorder recorder;
static char *folder;

static void set_up(void)
{
    AUTO(err) struct err e = ERR_INIT;
    loop = loop_new();
    recorder = (struct recorder){.sink = {record}};
    folder = folder_make_temporary("/tmp", "staticbuild-tasks-", &e);
    ck_assert_ptr_nonnull(folder);
}

static void tear_down(void)
{
    loop_free(loop);
    strbuf_release(&recorder.text);
    strbuf_release(&recorder.failures);
    scratch_remove(folder);
}

/* A task that runs a script; what happened to it is noted. */
struct job_arg {
    const char *script; /* NULL: no command */
    const char *second; /* given by finish, once */
    const char *skip;   /* why there is nothing to do */
    const char *refuse; /* an error of prepare */
    const char *refuse_finish;
    const char *log;
    int64_t timeout_ms;
    bool helper;
    bool wide; /* its scripts get the number of jobs as "-jN" in $0 */
    unsigned slots;
    int prepared, finished, cleaned, succeeded;
    int64_t started_ns;
};

static void add_script(struct commands *out, const struct job_arg *a, const char *script)
{
    struct command *c = commands_add(out, "run");
    strvec_push(&c->argv, "/bin/sh");
    strvec_push(&c->argv, "-c");
    strvec_push(&c->argv, script);
    c->helper = a->helper;
    if (a->wide) {
        strvec_pushf(&c->argv, "-j%u", a->slots);
        c->jobs_at = c->argv.len - 1;
    }
    strvec_push(&c->env, "PATH=/usr/bin:/bin");
    c->dir = xstrdup(folder);
    c->log = a->log ? xstrdup(a->log) : NULL;
    c->timeout_ms = a->timeout_ms;
}

static int prepare(void *arg, unsigned slots, struct commands *out, const char **why, struct err *e)
{
    struct job_arg *a = arg;
    a->prepared++;
    a->slots = slots;
    a->started_ns = clock_monotonic_ns();
    if (a->refuse)
        return err_set(e, ERR_ENVIRONMENT, "%s", a->refuse);
    if (a->skip) {
        *why = a->skip;
        return 1;
    }
    if (a->script)
        add_script(out, a, a->script);
    return 0;
}

static int finish(void *arg, struct commands *more, struct err *e)
{
    struct job_arg *a = arg;
    a->finished++;
    if (a->refuse_finish)
        return err_set(e, ERR_PACKAGE, "%s", a->refuse_finish);
    if (a->second)
        add_script(more, a, a->second);
    a->second = NULL;
    return 0;
}

static void cleanup(void *arg, bool succeeded)
{
    struct job_arg *a = arg;
    a->cleaned++;
    a->succeeded = succeeded;
}

static struct task task_of(const char *label, struct job_arg *a, const size_t *needs, size_t need_count)
{
    return (struct task){.label = label,
        .needs = needs,
        .need_count = need_count,
        .widest = 1,
        .arg = a,
        .prepare = prepare,
        .finish = finish,
        .cleanup = cleanup,
        .failure = ERR_BUILD};
}

static const size_t first[] = {0}, second[] = {1}, first_two[] = {0, 1};

START_TEST(needs_come_first_and_events_tell_the_story)
{
    struct job_arg a = {.script = "echo a >>order"},
                   b = {.script = "echo b >>order", .second = "echo c >>order"};
    struct task tasks[] = {task_of("B", &b, second, 1), task_of("A", &a, NULL, 0)};
    struct task_totals totals;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 2, 4, false, &recorder.sink, &totals, &e), 0);
    ck_assert_str_eq(
        recorder.text.ptr, "begin A; phase A run; end A; begin B; phase B run; phase B run; end B; ");
    AUTO(strbuf) struct strbuf order = {0};
    AUTO_FREE char *path = xstrf("%s/order", folder);
    ck_assert_int_eq(file_read(&order, path, 100, &e), 0);
    ck_assert_str_eq(order.ptr, "a\nb\nc\n");
    ck_assert_int_eq(b.finished, 2);
    ck_assert_int_eq(a.cleaned + b.cleaned, 2);
    ck_assert(a.succeeded && b.succeeded);
    ck_assert_uint_eq(totals.done, 2);
    ck_assert_double_gt(totals.children_cpu_seconds, 0);
    ck_assert_double_gt(totals.wall_seconds, 0);
}
END_TEST

static void explain(void *arg, const struct command *c, struct err *failure)
{
    (void)arg;
    err_release(failure);
    err_set(failure, ERR_RECIPE, "what the phase %s really was", c->phase);
}

START_TEST(a_task_may_know_better_why_a_command_failed)
{
    struct job_arg a = {.script = "exit 3"};
    struct task task = task_of("A", &a, NULL, 0);
    struct task_totals totals;
    AUTO(err) struct err e = ERR_INIT;
    task.explain = explain;
    ck_assert_int_eq(tasks_run(loop, &task, 1, 1, false, NULL, &totals, &e), -1);
    ck_assert_int_eq(e.kind, ERR_RECIPE);
    ck_assert_str_eq(e.text, "what the phase run really was");
}
END_TEST

/* What starts nothing needs nobody who ends that. */
START_TEST(helpers_have_no_supervisor)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *script = xstrf("test $PPID = %d", (int)getpid());
    struct job_arg a = {.script = script, .helper = true};
    struct task tasks[] = {task_of("A", &a, NULL, 0)};
    ck_assert_msg(tasks_run(loop, tasks, 1, 1, false, &recorder.sink, NULL, &e) == 0, "%s", e.text);
    a.helper = false;
    ck_assert_int_eq(tasks_run(loop, tasks, 1, 1, false, &recorder.sink, NULL, &e), -1);
}
END_TEST

START_TEST(the_cpu_of_helpers_is_told_apart)
{
    struct job_arg a = {.script = "i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); done", .helper = true}, b = a;
    b.helper = false;
    struct task tasks[] = {task_of("A", &a, NULL, 0), task_of("B", &b, NULL, 0)};
    struct task_totals totals;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 2, 1, false, NULL, &totals, &e), 0);
    ck_assert_double_gt(totals.helpers_cpu_seconds, 0);
    ck_assert_double_lt(totals.helpers_cpu_seconds, totals.children_cpu_seconds);
}
END_TEST

/* Of two commands: the sum of their time, and the larger of their sizes. */
START_TEST(what_a_task_takes_is_told)
{
    struct job_arg a = {.script = "i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); done", .second = "true"};
    struct task_usage used = {0};
    struct task task = task_of("A", &a, NULL, 0);
    struct task_totals totals;
    AUTO(err) struct err e = ERR_INIT;
    task.used = &used;
    ck_assert_int_eq(tasks_run(loop, &task, 1, 1, false, NULL, &totals, &e), 0);
    ck_assert_double_eq(used.cpu_seconds, totals.children_cpu_seconds);
    ck_assert_uint_gt(used.peak_bytes, 100000);
    ck_assert_uint_lt(used.peak_bytes, 100000000);
}
END_TEST

START_TEST(nothing_to_do_is_told_and_lets_others_go_on)
{
    struct job_arg a = {.skip = "up to date"}, b = {0};
    struct task tasks[] = {task_of("A", &a, NULL, 0), task_of("B", &b, first, 1)};
    struct task_totals totals;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 2, 1, false, &recorder.sink, &totals, &e), 0);
    ck_assert_str_eq(recorder.text.ptr, "skip A up to date; begin B; end B; ");
    ck_assert_int_eq(a.finished, 0);
    ck_assert_int_eq(a.cleaned, 1);
    ck_assert_int_eq(b.finished, 1);
    ck_assert_uint_eq(totals.skipped, 1);
    ck_assert_uint_eq(totals.done, 1);
}
END_TEST

START_TEST(no_tasks_at_all_is_fine)
{
    AUTO(err) struct err e = ERR_INIT;
    struct task none;
    ck_assert_int_eq(tasks_run(loop, &none, 0, 1, false, NULL, NULL, &e), 0);
}
END_TEST

static void fire_late(void *arg)
{
    ++*(int *)arg;
}

START_TEST(other_peoples_timers_do_not_hold_the_run)
{
    int fired = 0;
    loop_timer(loop, 20000, fire_late, &fired);
    struct job_arg a = {.script = "exit 0"};
    struct task tasks[] = {task_of("A", &a, NULL, 0)};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 1, 1, false, NULL, NULL, &e), 0);
    ck_assert_int_eq(a.succeeded, 1);
    ck_assert_int_eq(fired, 0);
}
END_TEST

/* At most this many ran side by side: each script counts itself in and out with a folder of its own. */
START_TEST(slots_bound_how_many_run_side_by_side)
{
    enum { N = 6 };
    struct job_arg args[N];
    struct task tasks[N];
    for (int i = 0; i < N; i++) {
        args[i] = (struct job_arg){.script = "touch in.$$; ls in.* | wc -l >>counts; sleep 0.15; rm in.$$"};
        tasks[i] = task_of("T", &args[i], NULL, 0);
    }
    struct task_totals totals;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, N, 2, false, NULL, &totals, &e), 0);
    AUTO(strbuf) struct strbuf counts = {0};
    AUTO_FREE char *path = xstrf("%s/counts", folder);
    ck_assert_int_eq(file_read(&counts, path, 1000, &e), 0);
    ck_assert_ptr_nonnull(strstr(counts.ptr, "2\n"));
    ck_assert_ptr_null(strstr(counts.ptr, "3\n"));
    ck_assert_double_lt(totals.wall_seconds, 6 * 0.15);
    ck_assert_double_lt(totals.slot_idle_seconds, 0.1);
}
END_TEST

START_TEST(wide_tasks_share_the_slots)
{
    static const struct {
        unsigned slots, widest[3];
        unsigned got[3];
    } cases[] = {
        {8, {8, 8, 8}, {6, 1, 1}}, /* one is left for each other that is ready */
        {8, {2, 8, 1}, {2, 5, 1}}, /* no more than it can use */
        {2, {8, 8, 8}, {1, 1, 2}}, /* the last one, alone, gets all */
        {1, {4, 4, 4}, {1, 1, 1}},
    };
    struct job_arg args[3];
    struct task tasks[3];
    for (int k = 0; k < 3; k++) {
        args[k] = (struct job_arg){.script = "sleep 0.1"};
        tasks[k] = task_of("T", &args[k], NULL, 0);
        tasks[k].widest = cases[_i].widest[k];
    }
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 3, cases[_i].slots, false, NULL, NULL, &e), 0);
    if (cases[_i].slots == 2) { /* the third starts when one of the first two has ended */
        ck_assert_uint_le(args[2].slots, 2);
        return;
    }
    for (int k = 0; k < 3; k++)
        ck_assert_uint_eq(args[k].slots, cases[_i].got[k]);
}
END_TEST

START_TEST(a_wide_command_takes_what_nobody_else_could_use)
{
    static const char ends[] = "echo $$ >pid.tmp; mv pid.tmp pid";
    static const char seen_to_end[] = "until [ -e pid ] && ! kill -0 $(cat pid); do sleep 0.01; done";
    static const char goes_on[] = "until [ -e jobs ]; do sleep 0.01; done";
    static const struct {
        unsigned slots, widest;
        const char *narrow, *wide;
        const char *jobs;
    } cases[] = {
        {12, 12, ends, seen_to_end, "-j12\n"},
        {12, 4, ends, seen_to_end, "-j4\n"},
        {2, 2, ends, seen_to_end, "-j2\n"},
        {12, 12, goes_on, "exit 0", "-j11\n"},
        {1, 2, ends, "exit 0", "-j1\n"},
    };
    struct job_arg args[] = {
        {.script = cases[_i].wide, .second = "echo $0 >jobs", .wide = true}, {.script = cases[_i].narrow}};
    struct task tasks[] = {task_of("wide", &args[0], NULL, 0), task_of("narrow", &args[1], NULL, 0)};
    tasks[0].widest = cases[_i].widest;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 2, cases[_i].slots, false, NULL, NULL, &e), 0);
    AUTO(strbuf) struct strbuf jobs = {0};
    AUTO_FREE char *path = xstrf("%s/jobs", folder);
    ck_assert_int_eq(file_read(&jobs, path, 100, &e), 0);
    ck_assert_str_eq(jobs.ptr, cases[_i].jobs);
}
END_TEST

START_TEST(what_others_wait_for_starts_first)
{
    /* 0 and 1 stand alone, 2 has two behind it. */
    static const size_t on_two[] = {2}, on_three[] = {3};
    struct job_arg args[5] = {{0}, {0}, {0}, {0}, {0}};
    struct task tasks[] = {task_of("0", &args[0], NULL, 0), task_of("1", &args[1], NULL, 0),
        task_of("2", &args[2], NULL, 0), task_of("3", &args[3], on_two, 1),
        task_of("4", &args[4], on_three, 1)};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 5, 1, false, &recorder.sink, NULL, &e), 0);
    ck_assert_int_eq(strncmp(recorder.text.ptr, "begin 2; end 2; begin 3; end 3; begin 0; ", 41), 0);
}
END_TEST

/* Failures */

START_TEST(a_failure_shows_command_lines_and_log)
{
    AUTO_FREE char *log = xstrf("%s/a.log", folder);
    struct job_arg a = {.script = "echo fine; echo 'x.c:3:1: error: no such thing' >&2; exit 7", .log = log};
    struct task tasks[] = {task_of("build libx 1.0", &a, NULL, 0)};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 1, 1, false, &recorder.sink, NULL, &e), -1);
    ck_assert_int_eq(e.kind, ERR_BUILD);
    AUTO_FREE char *wanted =
        xstrf("build libx 1.0: run failed with status 7\n"
              "  command: /bin/sh -c 'echo fine; echo '\\''x.c:3:1: error: no such thing'\\'' >&2; exit 7'\n"
              "  folder: %s\n"
              "  + /bin/sh -c",
            folder);
    /* The line with the command itself is no output: it must not be repeated. */
    ck_assert_ptr_null(strstr(e.text, "  + /bin/sh"));
    *strstr(wanted, "  + /bin/sh") = '\0';
    ck_assert_int_eq(strncmp(e.text, wanted, strlen(wanted)), 0);
    AUTO_FREE char *end = xstrf("  fine\n  x.c:3:1: error: no such thing\n  log: %s", log);
    ck_assert(str_ends(e.text, end));
    ck_assert_int_eq(a.finished, 0);
    ck_assert_int_eq(a.cleaned, 1);
    ck_assert_int_eq(a.succeeded, 0);
}
END_TEST

START_TEST(only_the_output_of_the_failed_command_is_shown)
{
    AUTO_FREE char *log = xstrf("%s/a.log", folder);
    struct job_arg a = {.script = "echo first error: harmless", .second = "echo second; exit 1", .log = log};
    struct task tasks[] = {task_of("A", &a, NULL, 0)};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 1, 1, false, &recorder.sink, NULL, &e), -1);
    ck_assert_ptr_null(strstr(e.text, "harmless"));
    ck_assert_ptr_nonnull(strstr(e.text, "\n  second\n"));
    AUTO(strbuf) struct strbuf whole = {0};
    struct err none = ERR_INIT;
    ck_assert_int_eq(file_read(&whole, log, 1000, &none), 0);
    ck_assert_ptr_nonnull(
        strstr(whole.ptr, "+ /bin/sh -c 'echo first error: harmless'\nfirst error: harmless\n"));
}
END_TEST

START_TEST(other_ways_to_fail_say_so)
{
    static const struct {
        struct job_arg arg;
        enum err_kind kind;
        const char *text;
    } cases[] = {
        {{.script = "kill -SEGV $$"}, ERR_BUILD, "A: run was killed by signal 11 (Segmentation fault)\n"},
        {{.script = "kill -KILL $$"}, ERR_BUILD,
            "A: run was killed by signal 9 (Killed): the machine may be"},
        {{.script = "sleep 20", .timeout_ms = 100}, ERR_BUILD,
            "A: run did not end within 0.1 s and was stopped\n"},
        {{.script = "trap 'exit 0' TERM; sleep 20 & wait", .timeout_ms = 100}, ERR_BUILD,
            "A: run did not end within 0.1 s"},
        {{.refuse = "no room"}, ERR_ENVIRONMENT, "A: no room"},
        {{.refuse_finish = "promise broken"}, ERR_PACKAGE, "A: promise broken"},
        {{.script = "exit 0", .log = "/nonexistent/log"}, ERR_BUILD,
            "A: run: the log cannot be written: /nonexistent/log: "},
    };
    struct job_arg a = cases[_i].arg;
    struct task tasks[] = {task_of("A", &a, NULL, 0)};
    AUTO(err) struct err e = ERR_INIT;
    int64_t start = clock_monotonic_ns();
    ck_assert_int_eq(tasks_run(loop, tasks, 1, 1, false, &recorder.sink, NULL, &e), -1);
    ck_assert_msg(str_starts(e.text, cases[_i].text), "%s", e.text);
    if (!a.log)
        ck_assert_int_eq(e.kind, cases[_i].kind);
    ck_assert_int_eq(a.cleaned, 1);
    ck_assert_int_eq(a.succeeded, 0);
    ck_assert_int_lt(clock_monotonic_ns() - start, 5000000000);
}
END_TEST

static int prepare_missing(void *arg, unsigned slots, struct commands *out, const char **why, struct err *e)
{
    (void)arg, (void)slots, (void)why, (void)e;
    struct command *c = commands_add(out, "configure");
    strvec_push(&c->argv, "no-such-program-here");
    strvec_push(&c->argv, "-G Ninja");
    strvec_push(&c->env, "PATH=/usr/bin");
    return 0;
}

START_TEST(a_program_that_is_missing_is_named)
{
    struct task tasks[] = {{.label = "build x", .prepare = prepare_missing}};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 1, 1, false, NULL, NULL, &e), -1);
    ck_assert_int_eq(e.kind, ERR_MISSING);
    ck_assert_str_eq(e.text, "build x: configure: no-such-program-here: program not found\n"
                             "  command: no-such-program-here '-G Ninja'");
}
END_TEST

static void count(void *arg, struct err *failure, const struct task_usage *used)
{
    ck_assert_ptr_null(failure);
    ck_assert_double_ge(used->cpu_seconds, 0);
    ++*(int *)arg;
}

START_TEST(no_environment_means_none)
{
    setenv("STATICBUILD_TEST_LEAK", "1", 1);
    struct job_arg a = {.script = "exit 0"};
    struct command_run run = {.loop = loop, .label = "A"};
    AUTO_FREE char *log = xstrf("%s/env.log", folder);
    struct commands list = {0};
    add_script(&list, &a, "/usr/bin/env");
    strvec_clear(&list.items[0].env);
    list.items[0].log = xstrdup(log);
    struct command *c = &list.items[0];
    AUTO(err) struct err e = ERR_INIT;
    int ended = 0;
    run.command = c;
    run.arg = &ended;
    run.ended = count;
    ck_assert_int_eq(command_start(&run, &e), 0);
    ck_assert_int_eq(loop_run(loop, &e), 0);
    ck_assert_int_eq(ended, 1);
    AUTO(strbuf) struct strbuf text = {0};
    ck_assert_int_eq(file_read(&text, log, 10000, &e), 0);
    ck_assert_ptr_null(strstr(text.ptr, "LEAK"));
    commands_release(&list);
}
END_TEST

START_TEST(after_a_failure_only_what_runs_ends)
{
    /* A fails while B runs; B's second command still comes; C (ready, no slot yet) and D (needs A) do not. */
    struct job_arg a = {.script = "exit 1"}, b = {.script = "sleep 0.3", .second = "touch b-done"}, c = {0},
                   d = {0};
    struct task tasks[] = {task_of("A", &a, NULL, 0), task_of("B", &b, NULL, 0), task_of("C", &c, NULL, 0),
        task_of("D", &d, first, 1)};
    struct task_totals totals;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 4, 2, false, &recorder.sink, &totals, &e), -1);
    AUTO_FREE char *path = xstrf("%s/b-done", folder);
    ck_assert(there_is(path));
    ck_assert_int_eq(b.succeeded, 1);
    ck_assert_int_eq(c.prepared + d.prepared, 0);
    ck_assert_int_eq(c.cleaned + d.cleaned, 0);
    ck_assert_uint_eq(totals.failed, 1);
    ck_assert_uint_eq(totals.done, 1);
    ck_assert_uint_eq(totals.blocked, 1);
}
END_TEST

START_TEST(keep_going_does_all_that_can_be_done)
{
    static const size_t on_c[] = {2}, on_d[] = {3};
    struct job_arg a = {.script = "sleep 0.1; exit 3"}, b = {.script = "sleep 0.3; exit 4"}, c = {0}, d = {0},
                   x = {0}, y = {0};
    struct task tasks[] = {task_of("A", &a, NULL, 0), task_of("B", &b, NULL, 0), task_of("C", &c, NULL, 0),
        task_of("D", &d, first_two, 2), task_of("X", &x, on_c, 1), task_of("Y", &y, on_d, 1)};
    struct task_totals totals;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 6, 3, true, &recorder.sink, &totals, &e), -1);
    ck_assert_msg(str_starts(e.text, "A: run failed with status 3\n"), "%s", e.text);
    ck_assert_ptr_nonnull(strstr(recorder.failures.ptr, "B: run failed with status 4\n"));
    ck_assert_int_eq(x.succeeded, 1);
    ck_assert_int_eq(d.prepared + y.prepared, 0);
    ck_assert_uint_eq(totals.failed, 2);
    ck_assert_uint_eq(totals.done, 2);
    ck_assert_uint_eq(totals.blocked, 2);
}
END_TEST

static void interrupt_ourselves(void *arg)
{
    (void)arg;
    kill(getpid(), SIGINT);
}

START_TEST(an_interrupt_ends_all_and_every_task_is_cleaned_up)
{
    struct job_arg a = {.script = "sleep 20"}, b = {.script = "sleep 20"}, c = {0};
    struct task tasks[] = {
        task_of("A", &a, NULL, 0), task_of("B", &b, NULL, 0), task_of("C", &c, first_two, 2)};
    loop_timer(loop, 50, interrupt_ourselves, NULL);
    struct task_totals totals;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tasks_run(loop, tasks, 3, 2, true, &recorder.sink, &totals, &e), -1);
    ck_assert_int_eq(e.kind, ERR_INTERRUPTED);
    ck_assert_int_eq(a.cleaned + b.cleaned, 2);
    ck_assert_int_eq(a.succeeded + b.succeeded, 0);
    ck_assert_int_eq(c.prepared, 0);
    ck_assert_ptr_null(strstr(recorder.text.ptr, "fail"));
    ck_assert_uint_eq(totals.failed, 0);
}
END_TEST

/* The lines of a log that matter */

static char *lines(const char *before, const char *after, int from, int to)
{
    struct strbuf b = {0};
    for (int i = from; i <= to; i++)
        strbuf_addf(&b, "%s%d%s", before, i, after);
    return strbuf_steal(&b);
}

static char *excerpt_of(const char *text, size_t len, int64_t from)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = xstrf("%s/log", folder);
    ck_assert_int_eq(file_write(path, text, len, 0600, &e), 0);
    struct strbuf out = {0};
    log_excerpt(&out, path, from);
    return strbuf_steal(&out);
}

START_TEST(a_log_without_errors_shows_its_end)
{
    AUTO_FREE char *log = lines("line ", "\n\n", 1, 40);
    AUTO_FREE char *got = excerpt_of(log, strlen(log), 0);
    AUTO_FREE char *wanted = lines("\n  line ", "", 26, 40);
    AUTO_FREE char *with_gap = xstrf("\n  ...%s", wanted);
    ck_assert_str_eq(got, with_gap);
}
END_TEST

START_TEST(the_first_errors_and_the_end_are_shown)
{
    AUTO_FREE char *before = lines("cc -c file", ".c\n", 1, 30);
    AUTO_FREE char *after = lines("cc -c more", ".c\n", 1, 30);
    AUTO_FREE char *log = xstrf("%sa.c: In function 'f':\na.c:1:2: error: boom\n  1 | x\n    | ^\ncc -c "
                                "b.c\n%smake: *** [all] Error 2\n",
        before, after);
    AUTO_FREE char *got = excerpt_of(log, strlen(log), 0);
    AUTO_FREE char *tail = lines("\n  cc -c more", ".c", 27, 30);
    AUTO_FREE char *start =
        xstrf("\n  ...\n  a.c: In function 'f':\n  a.c:1:2: error: boom\n    1 | x\n      | ^\n"
              "  cc -c b.c\n  ...");
    ck_assert_msg(str_starts(got, start), "%s", got);
    ck_assert_ptr_nonnull(strstr(got, tail));
    ck_assert(str_ends(got, "\n  make: *** [all] Error 2"));
    size_t count_lines = 0, gaps = 0;
    for (const char *p = got; (p = strchr(p, '\n')); p++) {
        count_lines++;
        gaps += str_starts(p, "\n  ...");
    }
    ck_assert_uint_eq(count_lines - gaps, 15);
}
END_TEST

START_TEST(lines_that_tell_of_errors)
{
    static const char *const cases[] = {"a.c:1:2: error: boom",
        "a.c:1: fatal error: x.h: No such file or directory", "/usr/bin/ld: a.o: undefined reference to `f'",
        "/usr/bin/ld: cannot find -lfoo", "CMake Error at x:1 (y)", "meson.build:1:0: ERROR: Dependency",
        "FAILED: x.o", "sh: 1: cmake: not found", "ModuleNotFoundError: No module named 'x'",
        "configure: error: no compiler"};
    AUTO_FREE char *quiet = lines("quiet ", "\n", 1, 30);
    AUTO_FREE char *log = xstrf("%s%s\n%s", quiet, cases[_i], quiet);
    AUTO_FREE char *got = excerpt_of(log, strlen(log), 0);
    ck_assert_ptr_nonnull(strstr(got, cases[_i]));
}
END_TEST

START_TEST(what_a_terminal_would_obey_is_left_out)
{
    static const char log[] = "\033[31;1mred\033[0m\a\b\rend \xff\xc3\xa4 \xe2\x82\tx\0y\n\033[";
    AUTO_FREE char *got = excerpt_of(log, sizeof log - 1, 0);
    ck_assert_str_eq(got, "\n  redend ?\xc3\xa4 ??\txy\n  ");
}
END_TEST

START_TEST(long_lines_are_cut_and_large_logs_read_from_their_end)
{
    size_t size = 6 << 20;
    AUTO_FREE char *log = xmalloc(size + 8);
    memset(log, 'x', size);
    memcpy(log + size, "\nthe end", 8);
    AUTO_FREE char *got = excerpt_of(log, size + 8, 0);
    ck_assert_uint_lt(strlen(got), 600);
    ck_assert(str_ends(got, "x ...\n  the end"));
}
END_TEST

START_TEST(a_log_that_is_not_there_shows_nothing)
{
    AUTO(strbuf) struct strbuf out = {0};
    log_excerpt(&out, "/nonexistent/log", 0);
    log_excerpt(&out, "/dev/null", 0);
    log_excerpt(&out, "/tmp", 0);
    ck_assert_uint_eq(out.len, 0);
    AUTO_FREE char *got = excerpt_of("abc\n", 4, 4);
    ck_assert_str_eq(got, "");
}
END_TEST

Suite *tasks_suite(void)
{
    Suite *s = suite_create("tasks");
    TCase *t = tcase_create("tasks");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 20);
    tcase_add_test(t, needs_come_first_and_events_tell_the_story);
    tcase_add_test(t, helpers_have_no_supervisor);
    tcase_add_test(t, the_cpu_of_helpers_is_told_apart);
    tcase_add_test(t, what_a_task_takes_is_told);
    tcase_add_test(t, a_task_may_know_better_why_a_command_failed);
    tcase_add_test(t, nothing_to_do_is_told_and_lets_others_go_on);
    tcase_add_test(t, no_tasks_at_all_is_fine);
    tcase_add_test(t, other_peoples_timers_do_not_hold_the_run);
    tcase_add_test(t, slots_bound_how_many_run_side_by_side);
    tcase_add_loop_test(t, wide_tasks_share_the_slots, 0, 4);
    tcase_add_loop_test(t, a_wide_command_takes_what_nobody_else_could_use, 0, 5);
    tcase_add_test(t, what_others_wait_for_starts_first);
    tcase_add_test(t, a_failure_shows_command_lines_and_log);
    tcase_add_test(t, only_the_output_of_the_failed_command_is_shown);
    tcase_add_loop_test(t, other_ways_to_fail_say_so, 0, 7);
    tcase_add_test(t, a_program_that_is_missing_is_named);
    tcase_add_test(t, no_environment_means_none);
    tcase_add_test(t, after_a_failure_only_what_runs_ends);
    tcase_add_test(t, keep_going_does_all_that_can_be_done);
    tcase_add_test(t, an_interrupt_ends_all_and_every_task_is_cleaned_up);
    tcase_add_test(t, a_log_without_errors_shows_its_end);
    tcase_add_test(t, the_first_errors_and_the_end_are_shown);
    tcase_add_loop_test(t, lines_that_tell_of_errors, 0, 10);
    tcase_add_test(t, what_a_terminal_would_obey_is_left_out);
    tcase_add_test(t, long_lines_are_cut_and_large_logs_read_from_their_end);
    tcase_add_test(t, a_log_that_is_not_there_shows_nothing);
    suite_add_tcase(s, t);
    return s;
}
