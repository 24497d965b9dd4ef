/* The one poll loop: descriptors, timers, children, signals. Single-threaded; callbacks run from loop_run. */
#ifndef SCHED_LOOP_H
#define SCHED_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "sys/process.h"

struct loop;

struct loop *loop_new(void);
void loop_free(struct loop *l);

/* Calls back with the poll(2) events that came. One watch a descriptor: a second call changes it. */
void loop_watch(
    struct loop *l, int fd, short events, void (*ready)(void *arg, int fd, short revents), void *arg);
void loop_unwatch(struct loop *l, int fd);

/* Calls back once after ms; gives a number to cancel it by (never 0). Cancelling 0 or an old number is fine.
 */
uint64_t loop_timer(struct loop *l, int64_t ms, void (*expired)(void *arg), void *arg);
void loop_timer_cancel(struct loop *l, uint64_t id);

/* Starts a child and calls back when it has ended and was reaped. */
int loop_spawn(struct loop *l, const struct process_spec *spec,
    void (*ended)(void *arg, const struct process_end *end), void *arg, struct err *e);

/* Runs until nothing is left to wait for, or loop_stop. SIGINT, SIGTERM and SIGHUP end every child (SIGTERM,
 * after two seconds SIGKILL), and make loop_run return -1 with ERR_INTERRUPTED once all are reaped. */
int loop_run(struct loop *l, struct err *e);
void loop_stop(struct loop *l);

/* Ends every child that still runs and waits for it. */
void loop_kill_children(struct loop *l);

/* True once a signal asked for the end. */
bool loop_interrupted(const struct loop *l);

#endif
