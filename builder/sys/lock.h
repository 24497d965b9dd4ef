/* Locks between processes: one flock(2) on a file of its own, which is there only while somebody holds it or
 * waits for it. */
#ifndef SYS_LOCK_H
#define SYS_LOCK_H

#include "base/err.h"

/* Zeroed is not held. */
struct lock {
    int fd;     /* while it is held */
    char *path; /* owned; NULL when not held */
};

/* Takes the lock, making the file when needed. Does not wait: returns 1 when another process has it. */
int lock_try(struct lock *l, const char *path, struct err *e);

/* Like lock_try, but waits. */
int lock_take(struct lock *l, const char *path, struct err *e);

/* Takes a lock that nobody can have: its path is prefix and six characters. */
int lock_new(struct lock *l, const char *prefix, struct err *e);

/* The process that holds the lock, as far as its file says; 0 when it does not. For messages. */
long lock_holder(const char *path);

/* Removes the file and lets go; does nothing when it is not held. */
void lock_release(struct lock *l);

#endif
