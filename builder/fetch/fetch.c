/* Brings files side by side on one loop, whatever else goes on there. */
#include "fetch/fetch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "fetch/job.h"
#include "fetch/settings.h"
#include "sys/clock.h"

#define LARGEST_FILE (2ULL << 30)

enum { TIMEOUT_MS = 30000, RETRY_DELAY_MS = 500, ATTEMPTS = 4 };

/* Files at the same time: what was added first shall be there first, when the line is what limits. */
enum { ACTIVE_MAX = 3 };

static struct fetch_options complete(const struct fetch_options *given)
{
    struct fetch_options o = given ? *given : (struct fetch_options){0};
    if (!o.mirror)
        o.mirror = getenv("STATICBUILD_MIRROR");
    if (o.mirror && !*o.mirror)
        o.mirror = NULL;
    if (o.connect_timeout_ms <= 0)
        o.connect_timeout_ms = setting_ms("STATICBUILD_CONNECT_TIMEOUT", TIMEOUT_MS);
    if (o.stall_timeout_ms <= 0)
        o.stall_timeout_ms = setting_ms("STATICBUILD_STALL_TIMEOUT", TIMEOUT_MS);
    if (o.retry_delay_ms <= 0)
        o.retry_delay_ms = setting_ms("STATICBUILD_RETRY_DELAY", RETRY_DELAY_MS);
    if (!o.attempts)
        o.attempts = ATTEMPTS;
    return o;
}

struct fetcher *fetcher_new(struct loop *l, const struct fetch_options *options, struct sink *sink)
{
    struct fetcher *f = xcalloc(1, sizeof *f);
    *f = (struct fetcher){.loop = l, .sink = sink, .options = complete(options)};
    f->random = (uint64_t)clock_monotonic_ns() ^ (uint64_t)getpid() << 40;
    f->random = f->random ? f->random : 1;
    return f;
}

/* One file in a round of the loop: files of this machine are copied at once, and others shall have their turn
 * in between. */
static void begin_next(void *arg)
{
    struct fetcher *f = arg;
    struct job *j = f->jobs.items[f->begun++];
    f->timer = 0;
    job_set_active(j, true);
    fetcher_go_on(f);
    job_continue(j);
}

void fetcher_go_on(struct fetcher *f)
{
    if (!f->timer && f->begun < f->jobs.len && f->active < ACTIVE_MAX)
        f->timer = loop_timer(f->loop, 0, begin_next, f);
}

void fetcher_add(struct fetcher *f, struct fetch_request *r, void (*done)(void *arg), void *arg)
{
    struct job *j = xcalloc(1, sizeof *j);
    r->size_max = r->size_max ? r->size_max : LARGEST_FILE;
    *j = (struct job){
        .fetcher = f, .request = r, .partial = {.fd = -1}, .when_done = done, .when_done_arg = arg};
    vec_push(&f->jobs, j);
    fetcher_go_on(f);
}

void fetcher_free(struct fetcher *f)
{
    if (!f)
        return;
    loop_timer_cancel(f->loop, f->timer);
    engine_free(f->engine);
    vec_each (&f->jobs, j) {
        job_abandon(*j);
        job_release(*j);
        free(*j);
    }
    vec_release(&f->jobs);
    err_release(&f->no_engine);
    strvec_release(&f->bases);
    free(f);
}

void fetch_request_release(struct fetch_request *r)
{
    err_release(&r->error);
    free(r->from);
    r->from = NULL;
}
