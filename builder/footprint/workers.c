/* What workers cost that are forked before or after an import, and share its pages or not. */
#include "footprint/workers.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "footprint/own_pages.h"
#include "footprint/sample.h"
#include "sys/clock.h"

const char *fork_setup_name(enum fork_setup setup)
{
    static const char *const names[SETUPS] = {[SETUP_SEPARATE] = "separate",
        [SETUP_FORK_EARLY] = "fork-early",
        [SETUP_FORK] = "fork",
        [SETUP_FREEZE] = "fork-freeze"};
    return names[setup];
}

const char *fork_figure_name(enum fork_figure figure)
{
    static const char *const names[FORK_FIGURES] = {[FORK_PSS] = "pss",
        [FORK_USS] = "worker_uss",
        [FORK_SHARED] = "worker_shared",
        [FORK_RSS] = "rss_sum",
        [FORK_FAULTS] = "faults"};
    return names[figure];
}

const char *fork_moment_title(const struct fork_measurement *m, size_t moment)
{
    static const char *const used[] = {
        "ready", "gc.collect()", "1/4 used", "1/2 used", "3/4 used", "all used"};
    static const char *const ran[] = {"ready", "gc.collect()", "run once", "run twice", "3 times", "4 times"};
    return moment < FORK_MOMENTS ? (m->script ? ran : used)[moment] : "";
}

/* All processes of one setup while it is measured. */
struct worker_group {
    struct driver *drivers; /* one, or one a worker */
    size_t driver_count;
    pid_t *pids; /* workers, then the parent where there is one */
    size_t pid_count, workers;
};

static enum driver_mode mode_of(enum fork_setup setup)
{
    switch (setup) {
    case SETUP_FORK_EARLY:
        return DRIVER_FORK_EARLY;
    case SETUP_FORK:
        return DRIVER_FORK;
    case SETUP_FREEZE:
        return DRIVER_FORK_FREEZE;
    case SETUP_SEPARATE:
    case SETUPS:
        break;
    }
    return DRIVER_WORK;
}

/* Those who stopped, but for the parent. */
static int wait_for(struct worker_group *c, struct driver *d, size_t count, pid_t parent, struct err *e)
{
    struct driver_stop *stops = xcalloc(count, sizeof *stops);
    int status = driver_wait(d, stops, count, e);
    for (size_t i = 0; status == 0 && i < count; i++) {
        if (stops[i].pid != parent && c->pid_count < c->workers)
            c->pids[c->pid_count++] = stops[i].pid;
        driver_stop_release(&stops[i]);
    }
    free(stops);
    return status;
}

static int wait_ready(struct worker_group *c, enum fork_setup setup, struct err *e)
{
    if (setup != SETUP_SEPARATE) {
        pid_t parent = c->drivers[0].pid;
        if (wait_for(c, &c->drivers[0], c->workers + 1, parent, e) < 0)
            return -1;
        c->pids[c->pid_count++] = parent;
        return 0;
    }
    for (size_t i = 0; i < c->driver_count; i++)
        if (wait_for(c, &c->drivers[i], 1, 0, e) < 0)
            return -1;
    return 0;
}

/* The pids stay as they are. */
static int wait_round(struct worker_group *c, struct err *e)
{
    size_t each = c->driver_count == 1 ? c->workers : 1;
    struct driver_stop *stops = xcalloc(each, sizeof *stops);
    int status = 0;
    for (size_t i = 0; status == 0 && i < c->driver_count; i++) {
        status = driver_wait(&c->drivers[i], stops, each, e);
        for (size_t k = 0; status == 0 && k < each; k++)
            driver_stop_release(&stops[k]);
    }
    free(stops);
    return status;
}

static int add_process(double *sums, pid_t pid, bool is_worker, struct err *e)
{
    struct watched w;
    struct sample s;
    if (watched_open(&w, "/proc", pid, e) < 0)
        return -1;
    int status = sample_take(&s, &w, SAMPLE_ALL, e);
    if (status == 0) {
        sums[FORK_PSS] += (double)s.total.pss;
        sums[FORK_RSS] += (double)s.total.rss;
        if (is_worker) {
            sums[FORK_USS] += (double)memory_uss(&s.total);
            sums[FORK_SHARED] += (double)s.shared_anonymous;
            sums[FORK_FAULTS] += (double)s.minor_faults;
        }
        sample_release(&s);
    }
    watched_release(&w);
    return status;
}

static int look(struct setup_runs *s, const struct worker_group *c, size_t moment, size_t run, struct err *e)
{
    double sums[FORK_FIGURES] = {0};
    own_pages_let_go();
    for (size_t i = 0; i < c->pid_count; i++)
        if (add_process(sums, c->pids[i], i < c->workers, e) < 0)
            return -1;
    sums[FORK_USS] /= (double)c->workers;
    sums[FORK_SHARED] /= (double)c->workers;
    for (int f = 0; f < FORK_FIGURES; f++)
        s->values[moment][f][run] = sums[f];
    if (moment)
        s->values[moment][FORK_FAULTS][run] -= s->values[0][FORK_FAULTS][run];
    return 0;
}

static int start_workers(
    struct worker_group *c, const struct fork_request *r, enum fork_setup setup, struct err *e)
{
    size_t wanted = setup == SETUP_SEPARATE ? r->workers : 1;
    c->workers = r->workers;
    c->drivers = xcalloc(wanted, sizeof *c->drivers);
    c->pids = xcalloc(r->workers + 1, sizeof *c->pids);
    struct driver_request request = {.python = r->python,
        .mode = mode_of(setup),
        .site = r->subject->site,
        .script = r->script,
        .workers = r->workers,
        .names = &r->subject->names,
        .scratch = r->scratch};
    while (c->driver_count < wanted) {
        if (driver_start(&c->drivers[c->driver_count], &request, e) < 0)
            return -1;
        c->driver_count++;
    }
    return 0;
}

static void end_workers(struct worker_group *c)
{
    for (size_t i = 0; i < c->driver_count; i++)
        driver_end(&c->drivers[i]);
    free(c->drivers);
    free(c->pids);
}

static int run_once(struct setup_runs *s, const struct fork_request *r, size_t run, struct err *e)
{
    struct worker_group c = {0};
    int64_t begin = clock_monotonic_ns();
    int status = start_workers(&c, r, s->setup, e);
    if (status == 0)
        status = wait_ready(&c, s->setup, e);
    if (status == 0) {
        s->ready_ms[run] = (double)(clock_monotonic_ns() - begin) / 1e6;
        status = look(s, &c, 0, run, e);
    }
    for (size_t moment = 1; status == 0 && moment < FORK_MOMENTS; moment++) {
        for (size_t i = 0; i < c.workers; i++)
            driver_resume(c.pids[i]);
        status = wait_round(&c, e);
        if (status == 0)
            status = look(s, &c, moment, run, e);
    }
    end_workers(&c);
    return status;
}

static void make_room(struct fork_measurement *m, struct setup_runs *s, enum fork_setup setup)
{
    s->setup = setup;
    s->ready_ms = arena_alloc(&m->arena, m->runs * sizeof *s->ready_ms);
    for (int i = 0; i < FORK_MOMENTS; i++)
        for (int f = 0; f < FORK_FIGURES; f++)
            s->values[i][f] = arena_alloc(&m->arena, m->runs * sizeof(double));
}

int fork_measure(struct fork_measurement *m, const struct fork_request *r, struct err *e)
{
    *m = (struct fork_measurement){.runs = r->runs, .workers = r->workers, .names = &r->subject->names};
    m->python = arena_strdup(&m->arena, r->python);
    m->version = arena_strdup(&m->arena, r->version);
    m->label = arena_strdup(&m->arena, r->subject->label);
    m->script = r->script ? arena_strdup(&m->arena, r->script) : NULL;
    for (int setup = 0; setup < SETUPS; setup++)
        if ((setup != SETUP_FREEZE || r->freeze) && (setup != SETUP_FORK_EARLY || r->subject->names.len))
            make_room(m, &m->setups[m->setup_count++], setup);
    size_t all = (m->runs + 1) * m->setup_count, done = 0;
    for (size_t run = 0; run <= m->runs; run++) /* the first warms the caches, and is written over */
        for (size_t i = 0; i < m->setup_count; i++) {
            if (run_once(&m->setups[i], r, run ? run - 1 : 0, e) < 0) {
                fork_measurement_release(m);
                return -1;
            }
            if (r->progress)
                r->progress(r->arg, ++done, all);
        }
    return 0;
}

void fork_measurement_release(struct fork_measurement *m)
{
    arena_release(&m->arena);
}
