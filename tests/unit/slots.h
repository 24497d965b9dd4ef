/* Tasks under a number of slots of their own, and no other limits. */
#ifndef TESTS_UNIT_SLOTS_H
#define TESTS_UNIT_SLOTS_H

#include "sched/tasks.h"
#include "sched/tokens.h"

static inline int tasks_run(struct loop *l, struct task *tasks, size_t len, unsigned slots, bool keep_going,
    struct sink *sink, struct task_totals *totals, struct err *e)
{
    struct task_limits limits = {.tokens = tokens_new(slots, NULL, e)};
    if (!limits.tokens)
        return -1;
    int status = tasks_run_within(l, tasks, len, &limits, keep_going, sink, totals, e);
    tokens_free(limits.tokens);
    return status;
}

#endif
