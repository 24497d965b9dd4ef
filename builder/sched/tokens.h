/* The tokens of a run: one for each command that may run at the same time, whoever starts it. GNU make's
 * jobserver protocol: a byte in a FIFO each; who wants to start one more takes one out, and puts it back
 * afterwards. Build tools that we start take theirs from the same place as we do.
 * https://www.gnu.org/software/make/manual/html_node/POSIX-Jobserver.html */
#ifndef SCHED_TOKENS_H
#define SCHED_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* How a tool may be told of the pool; a tool that knows neither is given a number ("-j4"). */
enum tokens_form {
    TOKENS_PIPE = 1, /* --jobserver-auth=3,4: two descriptors that it is started with */
    TOKENS_FIFO = 2, /* --jobserver-auth=fifo:PATH */
};

struct job_tokens;

/* A pool of our own. fifo: a path to make it at, below a folder of ours; NULL: it has no name, and can be
 * told of by descriptors only. */
struct job_tokens *tokens_new(unsigned count, const char *fifo, struct err *e);

/* The pool of who started us, by the MAKEFLAGS of our environment (NULL: none). most: how many we use at the
 * same time when it does not say. NULL when there is none; *why, which the caller frees, when it is spoken of
 * and cannot be reached. To be called before descriptors of our own are open. */
struct job_tokens *tokens_of_parent(const char *makeflags, unsigned most, char **why);

/* Ours are gone; a parent's are given back. */
void tokens_free(struct job_tokens *t);

unsigned tokens_count(const struct job_tokens *t);   /* that there are in all */
const char *tokens_path(const struct job_tokens *t); /* of the FIFO, NULL: it has no name */

bool tokens_take(struct job_tokens *t);         /* false: none is free */
void tokens_give(struct job_tokens *t);         /* one that was taken */
size_t tokens_left(const struct job_tokens *t); /* that are free */
int tokens_fd(const struct job_tokens *t);      /* readable when one is free */

/* Of our own pool: those that commands have. Once none of these runs, the ones that they did not give back,
 * because they were killed, are put back by tokens_level (and those that they gave too many are taken out).
 */
size_t tokens_lent(const struct job_tokens *t);
void tokens_level(struct job_tokens *t);

/* Whether one who understands these forms can be told of the pool. */
bool tokens_reach(const struct job_tokens *t, unsigned forms);

/* Tells it: sets MAKEFLAGS in env, and gives the two descriptors that it has to find as TOKENS_FIRST_FD and
 * the next (they stay ours), or -1. load: what GNU make is told of the load average; 0: nothing. */
enum { TOKENS_FIRST_FD = 3 };
void tokens_tell(const struct job_tokens *t, unsigned forms, unsigned load, struct strvec *env, int pass[2]);

#endif
