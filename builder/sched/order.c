/* Who waits for whom, and whose way to the end is longest. */
#include <assert.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/runner.h"

/* What is not known takes as long as the others do; when nothing is known, only their number counts. */
static void expect_seconds(struct runner *r)
{
    double sum = 0;
    size_t known = 0;
    for (size_t i = 0; i < r->len; i++) {
        known += r->jobs[i].task->seconds > 0;
        sum += r->jobs[i].task->seconds;
    }
    for (size_t i = 0; i < r->len; i++) {
        double seconds = r->jobs[i].task->seconds;
        r->jobs[i].seconds = seconds > 0 ? seconds : known ? sum / (double)known : 1;
    }
}

/* Fills edges, needs_left and height; seconds are there. Needs that go in a circle are a bug of the caller.
 */
static void link_jobs(struct runner *r, const struct task *tasks)
{
    size_t total = 0;
    for (size_t i = 0; i < r->len; i++)
        for (size_t k = 0; k < tasks[i].need_count; k++, total++) {
            assert(tasks[i].needs[k] < r->len);
            r->jobs[tasks[i].needs[k]].dependent_count++;
        }
    r->edges = xcalloc(total + 1, sizeof *r->edges);
    size_t at = 0;
    for (size_t i = 0; i < r->len; i++) {
        r->jobs[i].dependents = r->edges + at;
        at += r->jobs[i].dependent_count;
        r->jobs[i].dependent_count = 0;
    }
    for (size_t i = 0; i < r->len; i++)
        for (size_t k = 0; k < tasks[i].need_count; k++) {
            struct task_job *need = &r->jobs[tasks[i].needs[k]];
            need->dependents[need->dependent_count++] = i;
        }
    /* Heights against the edges: a job is settled once all that wait for it are. */
    AUTO_FREE size_t *waiting = xcalloc(r->len + 1, sizeof *waiting);
    AUTO_FREE size_t *settled = xcalloc(r->len + 1, sizeof *settled);
    size_t head = 0, tail = 0;
    for (size_t i = 0; i < r->len; i++) {
        r->jobs[i].height = r->jobs[i].seconds;
        r->jobs[i].needs_left = tasks[i].need_count;
        waiting[i] = r->jobs[i].dependent_count;
        if (!waiting[i])
            settled[tail++] = i;
    }
    for (; head < tail; head++)
        for (size_t k = 0; k < tasks[settled[head]].need_count; k++) {
            size_t need = tasks[settled[head]].needs[k];
            double way = r->jobs[settled[head]].height + r->jobs[need].seconds;
            if (r->jobs[need].height < way)
                r->jobs[need].height = way;
            if (--waiting[need] == 0)
                settled[tail++] = need;
        }
    assert(tail == r->len);
}

void runner_order(struct runner *r, const struct task *tasks)
{
    expect_seconds(r);
    link_jobs(r, tasks);
}
