/* The Python program that is measured: it imports, tells how long that took, and stops itself at barriers. */
#ifndef FOOTPRINT_DRIVER_H
#define FOOTPRINT_DRIVER_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "sched/loop.h"

/* How many interpreters there are, and who imports. */
enum driver_mode {
    DRIVER_IMPORT,      /* one: imports, stops */
    DRIVER_WORK,        /* one: imports, stops, works in rounds */
    DRIVER_FORK,        /* imports, forks workers, which stop and work in rounds */
    DRIVER_FORK_FREEZE, /* the same with gc.freeze() before the fork */
    DRIVER_FORK_EARLY,  /* forks workers, each imports, stops and works in rounds */
};

/* Rounds of work: in the first the garbage collector looks at everything; in each of the next four a further
 * quarter of the modules is used, or the script runs once more. */
enum { WORK_ROUNDS = 5 };

struct driver_request {
    const char *python; /* the executable */
    enum driver_mode mode;
    const char *site;   /* absolute folder that is looked into first, or NULL */
    const char *script; /* absolute path of what workers run each round, or NULL */
    unsigned workers;
    const struct strvec *names; /* modules to import; may be empty */
    const char *scratch;        /* absolute: home, temporary files, and the log of what it prints */
    const char *loader_log; /* absolute: where the loader writes its statistics (it adds the PID), or NULL */
};

/* A line that one of the processes wrote before it stopped itself. */
struct driver_stop {
    pid_t pid;
    double seconds, cpu_seconds; /* that the imports took; 0 when that was told before */
    struct strvec places;        /* the files that the imported modules are of; "" for those without one */
};

struct driver {
    struct loop *loop;
    pid_t pid;
    bool ended, late;
    struct process_end end; /* once it has */
    bool has_heard;         /* heard, trouble: what came of reading its reports */
    ssize_t heard;
    struct err trouble;
    int reports; /* the pipe they write to */
    char *log;
    const char *python;
    struct strbuf unread;
    const struct strvec *names;
    bool was_ready; /* it came to a barrier once */
};

/* d stays where it is until driver_finish or driver_end. */
int driver_start(struct driver *d, const struct driver_request *r, struct err *e);

/* Waits for count processes to say that they are ready, and to be stopped, all their threads. Fails when one
 * ends instead (with the last line it printed), and when it takes longer than a few minutes. stops has room
 * for count; the caller releases each. */
int driver_wait(struct driver *d, struct driver_stop *stops, size_t count, struct err *e);
void driver_stop_release(struct driver_stop *stop);

/* Lets a stopped process go on. */
void driver_resume(pid_t pid);

/* Waits for it to end by itself, after driver_resume; a bad end is an error. */
int driver_finish(struct driver *d, struct err *e);

/* Kills it and all that came from it. */
void driver_end(struct driver *d);

/* From now on SIGINT, SIGTERM and SIGQUIT make what waits here, or is started, fail with ERR_INTERRUPTED, so
 * that nothing is left running and no folder is left behind. */
void driver_heed_interrupts(void);
bool driver_was_interrupted(void);

#endif
