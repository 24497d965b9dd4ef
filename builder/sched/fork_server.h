/* Starts helpers without starting the program for each: one process of it loads what they need, and forks. */
#ifndef SCHED_FORK_SERVER_H
#define SCHED_FORK_SERVER_H

#include "sched/helper.h"
#include "sched/process.h"

/* The program's first argument when it is one. */
#define FORK_SERVER "internal-fork-server"

/* Ours; {0} before it is needed. */
struct fork_server {
    struct process process;
    int socket;
    bool is_there, is_refused; /* refused: it cannot be had on this machine, and is not asked again */
};

/* Starts the command of a helper that starts nothing, as process_start does: a child of this process, in a
 * group of its own, with the limits, descriptors, environment and folder of spec. The first call starts the
 * server. Gives 1; 0 when there is no such server here, and process_start is to be used; -1 with *e set. */
int fork_server_start(
    struct fork_server *s, struct process *p, const struct process_spec *spec, struct err *e);
void fork_server_end(struct fork_server *s);

/* The other side: forks for what comes through that socket, until nobody holds the other end. find gives the
 * helper of that word, or NULL. */
void fork_server_serve(int socket, const struct helper *(*find)(const char *word));

#endif
