/* What the files of sched/ share. */
#ifndef SCHED_INTERNAL_H
#define SCHED_INTERNAL_H

#include "base/str.h"
#include "sched/loop.h"
#include "sched/tasks.h"

/* One command that runs. Filled by command_start; stays where it is until ended was called. */
struct command_run {
    struct loop *loop;
    const struct command *command;   /* borrowed */
    const char *label;               /* borrowed: the task's */
    enum err_kind failure;           /* what a status other than 0 is */
    int64_t log_start;               /* where this command's output begins in its log, bytes */
    uint64_t timer, look;            /* look: when its log is looked at next */
    int64_t log_size;                /* when it was looked at last */
    int64_t heard_ns;                /* when it had grown last */
    bool late;                       /* its time was up */
    bool silent;                     /* because it wrote nothing */
    const struct job_tokens *tokens; /* that it is told of; NULL: it is not */
    unsigned load;                   /* that it is told with them */
    /* Called once. failure is NULL when the status was 0, else an error to move away. */
    void (*ended)(void *arg, struct err *failure, const struct task_usage *used);
    void *arg;
};

/* ---- parts of starting a process (process.c) ---- */

/* In the child: makes of it what spec says, up to its program. What fails is written into *report, a pipe,
 * and the child ends. *report may become another descriptor. */
void process_settle(const struct process_spec *spec, int *report, pid_t parent);

/* In the child: closes all descriptors from first on. */
void process_close_others(int first);

/* Waits until the child has become its program, or says through reader why not, and fills *p. */
int process_started(struct process *p, pid_t pid, const struct process_spec *spec, const char *program,
    int reader, struct err *e);

/* A file in memory to read that text from, so that nobody waits for who reads it. The caller closes it. */
int process_input(const char *text, struct err *e);

/* What the scheduler needs of the world: commands that run, and time that passes. The real one is a loop
 * (loop_host.c); tests give one in which nothing is started and no time is lost. */
struct task_host {
    /* Starts run->command; run->ended is called later, from wait, never from within start. */
    int (*start)(void *arg, struct command_run *run, struct err *e);
    int (*wait)(void *arg, struct err *e); /* until stop, or until nothing is left to wait for */
    void (*stop)(void *arg);
    bool (*interrupted)(void *arg);
    void (*end_all)(void *arg); /* commands that still run */
    void (*forget)(
        void *arg, struct command_run *run); /* after end_all: ended is not called for it any more */
    int64_t (*now_ns)(void *arg);
    double (*load)(void *arg); /* average of the last minute */
    /* Calls back, from wait: once when a token is free, while one is wanted; and once after ms. Several calls
     * are one. */
    void (*want_token)(void *arg, bool wanted, void (*is_free)(void *of), void *of);
    void (*wake)(void *arg, int64_t ms, void (*woken)(void *of), void *of);
    void *arg;
};

/* tasks_run_within on that host. */
int tasks_run_on(const struct task_host *host, struct task *tasks, size_t len,
    const struct task_limits *limits, bool keep_going, struct sink *sink, struct task_totals *totals,
    struct err *e);

/* Writes the number at the end of the word jobs_at; does nothing when the command has none. */
void command_set_jobs(struct command *c, unsigned jobs);

/* Takes out the words that say it. */
void command_drop_jobs(struct command *c);

/* Starts run->command with its output appended to its log, after a line that shows the command. loop,
 * command, label, failure, ended and arg are given. Fails when the program or the log is not to be had. */
int command_start(struct command_run *run, struct err *e);

/* Adds the lines of the log that tell why a command failed, each after a newline and two blanks: the first
 * that speak of an error with their neighbours, and the end; at most 15. Only what stands after `from` bytes,
 * and of that the last 4 MiB, is read. Escape sequences and control characters are left out. Adds nothing
 * when there is nothing to read. */
void log_excerpt(struct strbuf *out, const char *path, int64_t from);

/* Looks at the log that grew beyond what is kept: what it began with stays, and its end. from: where this
 * command's output begins. Gives its size then, or -1. */
int64_t log_bound(const char *path, int64_t from);

#endif
