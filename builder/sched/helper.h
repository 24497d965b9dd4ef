/* A helper is this program again, with one JSON request on its standard input: work that can be killed, and
 * has limits and a log of its own. */
#ifndef SCHED_HELPER_H
#define SCHED_HELPER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "json/fields.h"

struct command;

struct helper {
    const char *word; /* the program's first argument: "internal-unpack" */
    const struct field *fields;
    size_t field_count;
    size_t request_bytes;       /* sizeof what the fields are of */
    bool starts_nothing;        /* so that its CPU counts as the program's own */
    int (*load)(struct err *e); /* what run needs of libraries, loaded before it is there; NULL: nothing */
    int (*run)(const void *request, struct err *e);
};

/* Makes the command that helper, with this request. Environment, folder and log are the caller's to fill. */
void command_set_helper(struct command *c, const struct helper *h, const void *request);

/* The other side: reads the request from standard input and does the work. What is wrong goes to standard
 * error. Gives the exit status. */
int helper_main(const struct helper *h);

/* The same for a request in memory. */
int helper_run(const struct helper *h, struct slice request, struct err *e);

#endif
