/* What copies of a library in one process do not share. */
#ifndef AUDIT_STATE_H
#define AUDIT_STATE_H

struct library_state {
    const char *library; /* as inspect/libraries.def calls it */
    const char *keeps;   /* "its locks, error queues and what it does at exit" */
    const char *report;  /* the address of a public report of what came of it */
};

/* By the library's name, or NULL; the i-th, or NULL past the end. */
const struct library_state *library_state_find(const char *library);
const struct library_state *library_state_at(unsigned i);

#endif
