/* Tasks with dependencies, run side by side under a number of job slots. A task is a sequence of commands, or
 * work of its own between them. */
#ifndef SCHED_TASKS_H
#define SCHED_TASKS_H

#include <stddef.h>

#include "base/str.h"
#include "event/event.h"
#include "sched/loop.h"
#include "sched/tokens.h"

/* How a command ended of which that is wanted to be known, whatever it was. */
struct command_end {
    bool is_known; /* false: it did not get that far */
    bool is_late;  /* its time was up */
    int status;    /* 128 + signal when there was one */
    int signal;
    char unable[512];  /* why it could not be started; "": it was */
    bool is_missing;   /* then: there is no such program */
    int64_t log_start; /* where its output begins in its log, bytes */
};

static inline bool command_succeeded(const struct command_end *end)
{
    return end->is_known && !end->is_late && !end->status;
}

/* One command of a task. Owned by the list it is in. */
struct command {
    char *phase;          /* "configure": what events and log names call it */
    struct strvec before; /* words that make argv run apart from the machine; not shown */
    bool launched;        /* its compilers are called through another program, which may reach the network */
    bool reaches_out; /* it fetches for the user, with the user's own settings, and is never made to run apart
                       */
    struct strvec argv;
    size_t jobs_at;    /* word of argv that ends in the number of jobs ("-j2"), written anew when the command
                          starts and its task then has more slots; 0: none */
    size_t jobs_words; /* how many words say it, the last of them at jobs_at ("-j", "2"); 0: one */
    unsigned tokens;   /* forms in which it can be told of the pool (sched/tokens.h), and then takes what it
                          uses itself, without those words; 0: it has to be given a number */
    struct strvec env; /* complete: none given is none had, not even PATH */
    char *dir;
    char *input; /* what it reads from standard input; NULL: nothing */
    char *log;   /* file that gets its output, appended after a line with the command, and one with its input;
                    NULL: thrown away */
    bool beside; /* may run at the same time as the commands next to it, of the same phase, of which this is
                    said too */
    bool helper; /* the program itself, and it runs nothing else: its CPU counts as the program's own, and
                    nothing of it can be left running */
    bool itself; /* the program itself, as it was when it began: somebody may have replaced it since */
    uint64_t memory_bytes;
    uint64_t file_bytes;     /* that one file of its may grow to; 0: any */
    int64_t timeout_ms;      /* 0: none */
    int64_t silent_ms;       /* that it may write nothing to its log; 0: any */
    struct command_end *end; /* when given: no end is a failure, it is written down here; borrowed */
};

struct commands {
    struct command *items;
    size_t len, cap;
};

struct command *commands_add(struct commands *list, const char *phase);
void commands_release(struct commands *list);

/* Moves the commands from this one on to *to, which must be empty. */
void commands_split(struct commands *list, size_t at, struct commands *to);

/* Of a task that is done elsewhere. */
struct task_outside;

/* What commands took of the machine. */
struct task_usage {
    double cpu_seconds;  /* user and system */
    uint64_t peak_bytes; /* largest resident size of one process */
};

struct task {
    const char *label;   /* "build libzmq 4.3.4" */
    const size_t *needs; /* indices of tasks that must have succeeded */
    size_t need_count;
    unsigned widest; /* how many slots its commands can use; at least 1 */
    bool is_lean;    /* it begins with one slot: those commands that can use more get them when they start */
    double seconds;  /* that it took an earlier time; 0: not known */
    uint64_t memory_bytes; /* that it took then; 0: not known */
    void *arg;
    /* Gives the commands for this many slots. Called when all needs are done and a slot is free. It may do
     * quick work itself and give none. Returns 1 (no commands) when there was nothing to do: *why then says
     * why, and finish is not called. */
    int (*prepare)(void *arg, unsigned slots, struct commands *out, const char **why, struct err *e);
    /* Called after the last command succeeded; may give further commands (then it is called again after
     * them). Returns 1 when it has not come to what it was meant to, and that is no failure: as
     * task_is_given_up. */
    int (*finish)(void *arg, struct commands *more, struct err *e);
    /* Called when a command failed: may put what it really was into *failure. May be NULL. */
    void (*explain)(void *arg, const struct command *c, struct err *failure);
    /* Called whatever happened, last: releases what prepare took. May be NULL. */
    void (*cleanup)(void *arg, bool succeeded);
    /* Instead of all these but cleanup: begins something that goes on in the loop and needs no processor,
     * such as a download. It takes no slot, begins as soon as its needs are done (of several, those first
     * that most others wait for), and is no step that is counted or told of but when it fails. One of the
     * next three is called once for it, later, never from within begin.
     */
    int (*begin)(void *arg, struct task_outside *outside, struct err *e);
    bool aside; /* it is no step that is counted or told of but when it fails, though it takes a slot */
    struct task_usage *used; /* its commands' is added here, before finish; or NULL */
    enum err_kind failure;   /* what a failed command of this task is: ERR_BUILD (also when not given),
                              ERR_PACKAGE, ERR_FINDINGS */
};

void task_is_done(struct task_outside *outside);
void task_has_failed(struct task_outside *outside, struct err *failure); /* takes over what it is */

/* It has not come to what it was meant to, and that is no failure: what needs it is not started, and
 * everything else goes on. */
void task_is_given_up(struct task_outside *outside);

struct task_totals {
    size_t done, skipped, failed, blocked; /* blocked: a need had failed, or was given up */
    double wall_seconds;
    double children_cpu_seconds;
    double helpers_cpu_seconds; /* the part of it that helpers used */
    double slot_idle_seconds; /* sum over slots of the time a slot was free while a task was ready to start */
};

/* What they may use of the machine. */
struct task_limits {
    struct job_tokens *tokens; /* a slot each; borrowed */
    uint64_t memory_bytes;     /* that what runs may come to, by what it took an earlier time; 0: any */
    unsigned load;             /* load average at which nothing more is started; 0: any */
};

/* Runs them all under as many slots as there are tokens. A task that starts takes up to widest of the free
 * slots, but leaves one for each other task that could start now, or waits for nothing but what takes no
 * slot; those start first whose way to the end is longest, by the seconds that are known (what is not known
 * counts as their mean). Before a command with jobs_at it takes more, when there are some that nobody else
 * could use; one that can be told of the tokens takes them itself. Whatever the limits say, one task runs.
 * At the first failure no new task starts (with keep_going, those that do not need the failed
 * one still do); running ones end by themselves. The first failure (with keep_going: each, and the kind of
 * the first) is in *e, with the command, the lines of its log that matter, and the log's path; of every
 * failure EVENT_STEP_FAIL has the first line in message and the whole in detail. Tasks without slots that are
 * under way when another fails end by themselves too, and each of their failures is told. EVENT_STEP_BEGIN
 * has the slots in count; a skipped task has no begin. needs must not go in a circle. totals may be NULL. */
int tasks_run_within(struct loop *l, struct task *tasks, size_t len, const struct task_limits *limits,
    bool keep_going, struct sink *sink, struct task_totals *totals, struct err *e);

#endif
