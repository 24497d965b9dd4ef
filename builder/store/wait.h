/* Waiting for a tree that another run makes, without stopping the poll loop: a child of ourselves waits for
 * the lock and ends; then the task asks tree_draft_try again. */
#ifndef STORE_WAIT_H
#define STORE_WAIT_H

#include "sched/helper.h"
#include "sched/tasks.h"
#include "store/store.h"

/* Fills the command of the helper that ends with status 0 once nobody holds the lock of this tree. */
void store_wait_command(struct command *c, const struct store *s, const char *name, const struct key *k);

/* The process that makes this tree just now; 0 when it is not known. */
long store_wait_for(const struct store *s, const char *name, const struct key *k);

extern const struct helper store_wait_helper;

#endif
