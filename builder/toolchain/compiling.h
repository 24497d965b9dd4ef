/* A compiler that runs beside others while a kit is made, and what it says. */
#ifndef TOOLCHAIN_COMPILING_H
#define TOOLCHAIN_COMPILING_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "sched/process.h"

struct compiling {
    struct strvec argv;
    const char *input; /* what it reads, NULL: nothing */
    bool has_output;   /* its standard output is kept in text, else among what it says */
    struct strbuf text, said;
    struct process process;
    int out, log; /* of a running one */
    bool runs;
};

/* The environment of such programs: where they are looked for, and no language but C. */
int compiling_environment(struct strvec *env, struct err *e);

/* dir NULL: this process's own. */
int compiling_start(struct compiling *j, char *const *env, const char *dir, struct err *e);

/* Waits for it, at most two minutes. The failure of a compiler quotes it; e that is set already stays. */
int compiling_finish(struct compiling *j, struct err *e);

void compiling_release(struct compiling *j);

#endif
