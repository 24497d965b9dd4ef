/* Whatever a command starts ends with it, and with us. */
#ifndef SCHED_SUPERVISE_H
#define SCHED_SUPERVISE_H

#include <sys/types.h>

/* Becomes the supervisor of a child that start(arg, supervisor) turns into the command: a small process
 * between us and it, which adopts what the command leaves behind (it is a subreaper), kills that when the
 * command has ended, and ends as the command did. It kills everything at once when nobody holds the other end
 * of lifeline any more, so when we were killed, and when it gets SUPERVISE_KILL. All other signals go on to
 * the command's process group. When no child can be made, start is called in the supervisor itself, with 0
 * and errno set, to say so. Called in a forked child; neither returns. */
_Noreturn void supervise(int lifeline, void (*start)(const void *arg, pid_t supervisor), const void *arg);

enum { SUPERVISE_KILL = 12 }; /* SIGUSR2: SIGKILL cannot be passed on */

#endif
