/* Do distributions get along in one process? They are imported there, one after the other, in a child that
 * may write nothing and reaches no network where bubblewrap can be had. */
#ifndef SMOKE_TOGETHER_H
#define SMOKE_TOGETHER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "python/interpreter.h"

struct together_member {
    const char *label;          /* "pyzmq-27.1.0-….whl" */
    const char *site;           /* absolute: the folder that it was installed into */
    const struct strvec *names; /* to import */
};

enum together_end {
    TOGETHER_WORKS,
    TOGETHER_FAILS, /* an exception, or no end within the time */
    TOGETHER_DIES,  /* by a signal */
};

/* One child: a member alone (second is then SIZE_MAX), or two in this order. */
struct together_try {
    size_t first, second;
    enum together_end end;
    int signal;       /* of TOGETHER_DIES */
    const char *said; /* the last line of what it printed; NULL when it works */
};

struct together {
    struct arena arena;
    const struct interpreter *python;
    const struct together_member *members;
    size_t member_count;
    const char *driver;          /* what Python runs */
    const char *confined;        /* the program that confines, or NULL */
    const char *why_not;         /* why nothing does, or NULL */
    struct together_try *alone;  /* by member */
    struct together_try *orders; /* both of each pair of which each works alone */
    size_t order_count;
};

enum { TOGETHER_MEMBERS_MAX = 12, TOGETHER_SECONDS = 120 };

/* Runs all of that, one child after the other. python and members must outlive *out. Fails when a child
 * cannot be started. */
int together_run(struct together *out, const struct interpreter *python,
    const struct together_member *members, size_t count, struct err *e);
void together_release(struct together *t);

#endif
