/* Children. A command is an argument vector, a complete environment and a folder; never a shell string. */
#ifndef SCHED_PROCESS_H
#define SCHED_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct process_spec {
    char *const *argv; /* argv[0] is a path (a relative one from dir), or a name looked up in PATH of env */
    char *const *env;  /* NULL: this process's own environment */
    const char *dir;   /* NULL: this process's own */
    int in, out, err;  /* descriptors for 0, 1, 2; -1 is /dev/null */
    const int *pass;   /* two more, which it finds as 3 and 4; NULL: none */
    const char *input; /* text to read from 0, instead of in; NULL: none */
    bool itself;       /* the program that this process runs, whatever has the name argv[0] by now */
    uint64_t memory_bytes; /* RLIMIT_AS, 0 is none */
    uint64_t file_bytes;   /* RLIMIT_FSIZE, 0 is none */
    bool starts_nothing;   /* so that it needs no supervisor */
    int lifeline; /* read end of a pipe that ends with us: what the child leaves running is ended with it, and
              all of it with us, by a supervisor (sched/supervise.h). Such a child cannot write to what
              is read-only, not even root's. 0: none, the child alone ends with us */
};

struct process {
    pid_t pid;
    int pidfd; /* readable when the child has ended */
    bool supervised;
};

/* Starts a child in a process group of its own, with no descriptor of ours but those, which is killed when we
 * die. A program that cannot be started is an error here, not an exit status. */
int process_start(struct process *p, const struct process_spec *spec, struct err *e);

/* Becomes that program, in that folder; comes back with -1 when it cannot. */
int process_become(char *const *argv, char *const *env, const char *dir, struct err *e);

/* How a child ended. */
struct process_end {
    int status;          /* exit status, 128 + signal, or 255 when it was not to be had */
    int signal;          /* 0 when it exited by itself */
    int lost;            /* the errno of a wait(2) that failed: nobody knows how the child ended; else 0 */
    double cpu_seconds;  /* user and system, with its waited-for children */
    uint64_t peak_bytes; /* largest resident size of one process */
};

/* Reaps the child (waits when it still runs) and closes pidfd. */
void process_wait(struct process *p, struct process_end *end);

/* For what ran in namespaces of its own: no signal comes out of those, and who waits inside ends with 128 and
 * its number. Makes it a signal again. */
void process_end_from_inside(struct process_end *end);

/* Sends the signal to the child's whole group. */
void process_kill(const struct process *p, int signal);

/* The argument vector as one line that a shell would take back, for messages and logs; the caller frees it.
 */
char *process_words(char *const *argv);

/* Looks a program up in the folders of search (like PATH); the caller frees it. NULL with *e empty when it is
 * in none of them, with *e set when that cannot be told. */
char *program_find(const char *name, const char *search, struct err *e);

#endif
