/* The one poll loop: descriptors, timers, children, signals. Single-threaded; callbacks run from loop_run. */
#ifndef SCHED_LOOP_H
#define SCHED_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "sched/process.h"

struct loop;

/* From here to loop_free, SIGINT, SIGTERM, SIGHUP and SIGQUIT wait for loop_run (those that the caller's
 * parent had ignored stay ignored). One loop a process. loop_free ends the children that still run. */
struct loop *loop_new(void);
void loop_free(struct loop *l);

/* A loop for who waits for a few things and nothing else: signals are left alone, children have no
 * supervisor, and there may be any number. Once is_ending says so (a signal, which wakes the loop, had a
 * handler), loop_run returns -1 with ERR_INTERRUPTED; NULL: never. */
struct loop *loop_new_plain(bool (*is_ending)(void));

/* Calls back with the poll(2) events that came. One watch a descriptor: a second call changes it. Unwatch
 * before closing. Callbacks may add and remove watches and timers, start children and stop the loop. */
void loop_watch(
    struct loop *l, int fd, short events, void (*ready)(void *arg, int fd, short revents), void *arg);
void loop_unwatch(struct loop *l, int fd);

/* Calls back once after ms; gives a number to cancel it by (never 0). Cancelling 0 or an old number is fine.
 */
uint64_t loop_timer(struct loop *l, int64_t ms, void (*expired)(void *arg), void *arg);
void loop_timer_cancel(struct loop *l, uint64_t id);

/* Starts a child and calls back when it has ended and was reaped; whatever it left running, in its process
 * group or not, is killed first, also when this process itself is killed. After an interrupt nothing is
 * started any more (ERR_INTERRUPTED). */
int loop_spawn(struct loop *l, const struct process_spec *spec,
    void (*ended)(void *arg, const struct process_end *end), void *arg, struct err *e);

/* The child that was started with this arg and still runs; 0 when there is none. */
pid_t loop_child(const struct loop *l, const void *arg);

/* Sends the signal to the groups of the children that were started with this arg. */
void loop_signal(struct loop *l, const void *arg, int signal);

/* Runs until nothing is left to wait for, or loop_stop. SIGINT, SIGTERM, SIGHUP and SIGQUIT end every child
 * (SIGTERM, after two seconds or a second signal SIGKILL), and make loop_run return -1 with ERR_INTERRUPTED
 * once all are reaped and told; watches and timers are not called any more then. */
int loop_run(struct loop *l, struct err *e);
void loop_stop(struct loop *l);

/* Ends every child that still runs (SIGTERM, after two seconds SIGKILL) and waits for it. Nobody is called
 * back. */
void loop_kill_children(struct loop *l);

/* True once a signal asked for the end. */
bool loop_interrupted(const struct loop *l);

#endif
