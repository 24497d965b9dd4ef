/* What a run of tasks consists of while it lasts; for the files that run them. */
#ifndef SCHED_RUNNER_H
#define SCHED_RUNNER_H

#include "sched/internal.h"

enum task_state { WAITING, READY, RUNNING, FINISHED, FAILED, BLOCKED };

struct runner;

struct task_outside {
    struct task_job *job;
};

/* A place for a command that runs. */
struct lane {
    struct task_job *job;
    struct command_run run;
    bool busy, shares; /* shares: its command takes tokens by itself */
};

/* A task while tasks_run_within has it. */
struct task_job {
    struct runner *runner;
    const struct task *task;
    enum task_state state;
    size_t needs_left;
    double height;      /* seconds of the longest path that waits for this one */
    size_t *dependents; /* into runner->edges */
    size_t dependent_count;
    double seconds; /* that it is expected to take */
    unsigned slots; /* held while RUNNING */
    struct commands commands;
    size_t next;        /* command */
    struct lane *lanes; /* as many as the runner has slots; while RUNNING */
    unsigned busy;      /* lanes in which a command runs */
    struct err trouble; /* of the first command that failed, while others still run */
    const char *trouble_log;
    int64_t started_ns;
    struct task_outside outside; /* of a task with begin */
};

struct runner {
    const struct task_host *host;
    struct sink *sink;
    struct task_job *jobs;
    size_t len;
    size_t *edges;
    const struct task_limits *limits;
    unsigned slots;           /* in all */
    unsigned used;            /* by tasks */
    size_t idle;              /* free at last, while a task could have started */
    size_t ready, running;    /* of the tasks; running with those outside */
    size_t sharing;           /* commands that take tokens by themselves */
    bool is_held;             /* a limit that is no slot keeps what is ready */
    bool some_lost;           /* one of those ended badly: what it had is seen when none runs any more */
    uint64_t memory_bytes;    /* of the tasks that hold slots, by what they took an earlier time */
    bool keep_going, closing; /* closing: nothing new is started */
    struct task_totals totals;
    int64_t counted_ns; /* up to when idle slots were counted */
    struct err first;   /* failure */
};

/* order.c: fills what each waits for, and its height. Needs that go in a circle are a bug of the caller. */
void runner_order(struct runner *r, const struct task *tasks);

/* slots.c: how many a task could take now; takes up to that many, and gives how many it got. */
size_t runner_free_slots(const struct runner *r);
unsigned runner_take_slots(struct runner *r, size_t most);

/* Adds what was idle up to now: before every change of used or ready. After it: what is idle from now on. A
 * slot that another's limits keep from a task is not. */
void runner_count_idle(struct runner *r);
void runner_note_idle(struct runner *r);

int64_t runner_now_ns(const struct runner *r);

#endif
