/* Programs that are asked something and answer at once: compilers, interpreters, tools. */
#ifndef SCHED_ASK_H
#define SCHED_ASK_H

#include "base/err.h"
#include "base/str.h"
#include "sched/process.h"

struct question {
    struct process_spec spec; /* borrowed; its out is not looked at, nor is err when that is kept */
    bool keeps_errors;        /* what it prints on standard error goes to said */
    size_t bytes_max;         /* that it may print */
    int64_t timeout_ms;       /* after which it is killed */

    struct strbuf out, said;
    struct process_end end;
};

/* Asks them all, at most slots at the same time, and waits for the answers. Fails when one cannot be started,
 * prints too much or takes too long; the others are then ended. How each ended is in its end: a status other
 * than 0 is no failure here. */
int questions_ask(struct question *questions, size_t count, unsigned slots, struct err *e);

void question_release(struct question *q); /* out and said */

/* One question: runs to the end and collects what it printed (out may be NULL: thrown away). */
int process_run(const struct process_spec *spec, struct strbuf *out, size_t bytes_max, int timeout_ms,
    struct process_end *end, struct err *e);

#endif
