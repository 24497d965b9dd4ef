/* Brings all files of a request at once, on one loop. */
#include "fetch/fetch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/job.h"
#include "sys/clock.h"

#define LARGEST_FILE (2ULL << 30)

enum { TIMEOUT_MS = 30000, RETRY_DELAY_MS = 500, ATTEMPTS = 4 };

/* A time in seconds from the environment, in ms; fallback when it is not set or no time. */
static int64_t time_setting(int64_t given_ms, const char *name, int64_t fallback_ms)
{
    const char *text = getenv(name);
    if (given_ms > 0)
        return given_ms;
    if (!text || !*text)
        return fallback_ms;
    char *end = NULL;
    double seconds = strtod(text, &end);
    if (*end || !(seconds > 0) || seconds > 86400)
        return fallback_ms;
    return seconds < 0.001 ? 1 : (int64_t)(seconds * 1000);
}

static struct fetch_options complete(const struct fetch_options *given)
{
    struct fetch_options o = given ? *given : (struct fetch_options){0};
    if (!o.mirror)
        o.mirror = getenv("STATICBUILD_MIRROR");
    if (o.mirror && !*o.mirror)
        o.mirror = NULL;
    o.connect_timeout_ms = time_setting(o.connect_timeout_ms, "STATICBUILD_CONNECT_TIMEOUT", TIMEOUT_MS);
    o.stall_timeout_ms = time_setting(o.stall_timeout_ms, "STATICBUILD_STALL_TIMEOUT", TIMEOUT_MS);
    o.retry_delay_ms = time_setting(o.retry_delay_ms, "STATICBUILD_RETRY_DELAY", RETRY_DELAY_MS);
    if (!o.attempts)
        o.attempts = ATTEMPTS;
    return o;
}

/* An earlier request for the same file, or NULL. */
static const struct fetch_request *twin_of(const struct fetch_request *requests, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(requests[i].final_path, requests[index].final_path) == 0 &&
            strcmp(requests[i].sha256, requests[index].sha256) == 0)
            return &requests[i];
    return NULL;
}

static void copy_result(struct fetch_request *to, const struct fetch_request *from)
{
    to->result = from->result;
    to->bytes = from->bytes;
    to->from = from->from ? xstrdup(from->from) : NULL;
    if (from->error.text)
        err_set(&to->error, from->error.kind, "%s", from->error.text);
}

int fetch_all(struct loop *l, struct fetch_request *requests, size_t len, const struct fetch_options *options,
    struct sink *sink, struct err *e)
{
    struct fetch_run run = {.loop = l, .sink = sink, .options = complete(options)};
    run.random = (uint64_t)clock_monotonic_ns() ^ (uint64_t)getpid() << 40;
    run.random = run.random ? run.random : 1;
    struct job *jobs = xcalloc(len + 1, sizeof *jobs);
    for (size_t i = 0; i < len; i++) {
        struct fetch_request *r = &requests[i];
        r->size_limit = r->size_limit ? r->size_limit : LARGEST_FILE;
        jobs[i] =
            (struct job){.run = &run, .request = r, .partial = {.fd = -1}, .done = twin_of(requests, i)};
        run.left += !jobs[i].done;
    }
    for (size_t i = 0; i < len; i++)
        job_continue(&jobs[i]);
    if (!run.left)
        loop_stop(l); /* other people's timers shall not keep us */
    int result = loop_run(l, e);
    for (size_t i = 0; i < len; i++) {
        const struct fetch_request *twin = twin_of(requests, i);
        if (twin)
            copy_result(&requests[i], twin);
        else if (result < 0)
            job_abandon(&jobs[i], e);
    }
    engine_free(run.engine);
    for (size_t i = 0; i < len; i++)
        job_release(&jobs[i]);
    free(jobs);
    err_release(&run.no_engine);
    strvec_release(&run.bases);
    return result;
}

void fetch_request_release(struct fetch_request *r)
{
    err_release(&r->error);
    free(r->from);
    r->from = NULL;
}
