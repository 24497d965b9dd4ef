/* Which programs of the machine take its memory: processes of one name together, each by its share (PSS), so
 * that the sum over all is what they take and nothing is counted twice. */
#ifndef FOOTPRINT_PROGRAMS_H
#define FOOTPRINT_PROGRAMS_H

#include "footprint/sample.h"

struct program_use {
    const char *name;
    size_t process_count;
    struct memory total;
};

struct program_list {
    struct arena arena;
    struct program_use *items; /* the largest share first */
    size_t count;
    size_t process_count;
    struct memory total;
    size_t unread;   /* processes that may not be read: the sums lack them */
    const char *why; /* of the first, or NULL */
};

/* Reads all processes of proc ("/proc"); those that end meanwhile are left out. ERR_ENVIRONMENT when there is
 * no such folder, or none may be read. */
int programs_read(struct program_list *l, const char *proc, struct err *e);
void program_list_release(struct program_list *l);

/* The process of this name; of several that come from each other the first. None, or several, is ERR_USAGE
 * with their numbers. */
int process_of_program(pid_t *pid, const char *proc, const char *name, struct err *e);

#endif
