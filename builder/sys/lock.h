/* Locks between processes: one flock(2) on a file of its own. */
#ifndef SYS_LOCK_H
#define SYS_LOCK_H

#include "base/err.h"

struct lock {
    int fd; /* -1 when not held */
};

/* Takes the lock, making the file when needed. Does not wait: returns 1 when another process has it. */
int lock_try(struct lock *l, const char *path, struct err *e);

/* Like lock_try, but waits. */
int lock_take(struct lock *l, const char *path, struct err *e);
void lock_release(struct lock *l);

#endif
