/* Several interpreters, or one that forks: what N workers take together, and how what they share decays while
 * they work, since a reference count that changes makes a page a worker's own. */
#ifndef FOOTPRINT_WORKERS_H
#define FOOTPRINT_WORKERS_H

#include "base/arena.h"
#include "footprint/driver.h"
#include "footprint/subject.h"

enum fork_setup {
    SETUP_SEPARATE,   /* N interpreters, each imports */
    SETUP_FORK_EARLY, /* one forks N, each imports; not with bare interpreters */
    SETUP_FORK,       /* one imports, then forks N */
    SETUP_FREEZE,     /* the same with gc.freeze() between */
    SETUPS,
};

enum fork_figure {
    FORK_PSS,    /* sum of shares, the parent's too: what all take together */
    FORK_USS,    /* of one worker, the mean */
    FORK_SHARED, /* pages of one worker that are no file's and that another process has too, the mean */
    FORK_RSS,    /* sum of what is present: counts what is shared again and again */
    FORK_FAULTS, /* minor page faults of all workers since they were ready */
    FORK_FIGURES,
};

/* The first moment is before any work. */
enum { FORK_MOMENTS = WORK_ROUNDS + 1 };

struct setup_runs {
    enum fork_setup setup;
    double *values[FORK_MOMENTS][FORK_FIGURES]; /* fork_measurement.runs each */
    double *ready_ms;                           /* until all workers are ready */
};

struct fork_measurement {
    struct arena arena;
    const char *python, *version;
    const char *label; /* of the subject */
    const struct strvec *names;
    const char *script; /* what the workers run, or NULL */
    unsigned workers;
    size_t runs;
    struct setup_runs setups[SETUPS];
    size_t setup_count;
};

struct fork_request {
    const char *python, *version;
    const struct subject *subject;
    const char *script;  /* absolute, or NULL */
    const char *scratch; /* absolute; exists */
    unsigned workers, runs;
    bool freeze; /* also SETUP_FREEZE */
    void (*progress)(void *arg, size_t done, size_t all);
    void *arg;
};

/* Measures; the caller releases. names of the subject may be empty: then bare interpreters are compared. */
int fork_measure(struct fork_measurement *m, const struct fork_request *r, struct err *e);
void fork_measurement_release(struct fork_measurement *m);

const char *fork_setup_name(enum fork_setup setup);    /* "fork-early": for JSON */
const char *fork_figure_name(enum fork_figure figure); /* "pss" */

/* What was done until a moment: "ready", "gc.collect()", "1/4 used", "all used". */
const char *fork_moment_title(const struct fork_measurement *m, size_t moment);

#endif
