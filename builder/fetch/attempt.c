/* Asking one URL over HTTP: the answer's bytes, other attempts, the rest of a cut transfer. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/index.h"
#include "fetch/job.h"
#include "fetch/policy.h"
#include "fetch/url.h"
#include "recipe/location_shown.h"

enum {
    LARGEST_PAGE = 64 << 20,
    LONGEST_WAIT_MS = 60000,  /* a server's Retry-After beyond this is not waited for */
    WORTH_IT_BYTES = 1 << 20, /* an attempt that brought so much does not count */
    UNRESOLVED_ATTEMPTS = 2,  /* libcurl does not tell a name server that is busy from a name that is not */
};

static bool refuse(struct job *j, const char *why)
{
    j->refusal = why;
    return false;
}

static bool on_begin(void *arg, long status, uint64_t from, uint64_t total)
{
    struct job *j = arg;
    if (job_is_page(j)) {
        strbuf_clear(&j->page);
        return status == 200;
    }
    if (status == 206) {
        if (from == 0 || from != j->partial.size)
            return false; /* not the part that was asked for */
        j->resumed = true;
    } else if (job_forget_bytes(j) < 0)
        return false;
    if (total > j->request->size_max)
        return refuse(j, "is larger than the limit");
    j->total = total;
    job_tell_progress(j, true);
    return true;
}

static bool on_body(void *arg, const void *bytes, size_t len)
{
    struct job *j = arg;
    if (job_is_page(j)) {
        if (len > LARGEST_PAGE - j->page.len)
            return refuse(j, "the page of the index is larger than 64 MiB");
        strbuf_add(&j->page, bytes, len);
        return true;
    }
    if (len > j->request->size_max - j->partial.size)
        return refuse(j, "is larger than the limit");
    if (partial_add(&j->partial, bytes, len, &j->trouble) < 0)
        return false;
    job_tell_progress(j, false);
    return true;
}

/* xorshift64*: good enough for spreading attempts over time. */
static double chance(struct fetcher *f)
{
    f->random ^= f->random >> 12;
    f->random ^= f->random << 25;
    f->random ^= f->random >> 27;
    return (double)(f->random * 2685821657736338717ULL >> 11) / (double)(1ULL << 53);
}

static void on_end(void *arg, const struct transfer_end *end);

/* False when it cannot be started: see trouble. */
static bool start_attempt(struct job *j)
{
    struct transfer_spec spec = {
        .url = j->url,
        .access = j->request->access,
        .accept = job_is_page(j) ? index_accept : NULL,
        .from = job_is_page(j) ? 0 : j->partial.size,
        .if_range = j->validator,
        .arg = j,
        .begin = on_begin,
        .body = on_body,
        .end = on_end,
    };
    j->refusal = NULL;
    j->size_before = j->partial.size;
    return transfer_start(j->fetcher->engine, &spec, &j->trouble) == 0;
}

static void on_pause_over(void *arg)
{
    struct job *j = arg;
    j->timer = 0;
    job_set_active(j, true);
    if (!start_attempt(j))
        job_continue(j);
}

/* Another attempt after a while; false when that was done often enough. */
static bool try_again(struct job *j, const struct transfer_end *end)
{
    struct fetcher *f = j->fetcher;
    if (j->partial.size >= j->size_before && j->partial.size - j->size_before >= WORTH_IT_BYTES)
        j->attempt = 1;
    unsigned most = f->options.attempts;
    if (end->unresolved && most > UNRESOLVED_ATTEMPTS)
        most = UNRESOLVED_ATTEMPTS;
    if (j->attempt >= most || end->retry_after_ms > LONGEST_WAIT_MS)
        return false;
    j->attempt++;
    int64_t ms = retry_delay(f->options.retry_delay_ms, j->attempt, chance(f));
    if (ms < end->retry_after_ms)
        ms = end->retry_after_ms;
    AUTO_FREE char *shown = location_shown(j->url);
    event_detail(f->sink, "%s: %s: %s; attempt %u in %.1f s", j->request->label, shown, end->reason,
        j->attempt, (double)ms / 1000);
    j->timer = loop_timer(f->loop, ms, on_pause_over, j);
    job_set_active(j, false);
    return true;
}

/* The whole file at once after all, because its parts do not fit together. */
static bool ask_anew(struct job *j)
{
    if (j->attempt >= j->fetcher->options.attempts) {
        job_add_reason(j, j->url, "does not send the rest of what it began to send");
        return false;
    }
    j->attempt++;
    return job_forget_bytes(j) == 0 && start_attempt(j);
}

static void give_up(struct job *j, const struct transfer_end *end)
{
    AUTO(strbuf) struct strbuf why = {0};
    strbuf_adds(&why, end->reason);
    if (end->retry_after_ms > LONGEST_WAIT_MS)
        strbuf_addf(&why, ", to be asked again after %lld s", (long long)end->retry_after_ms / 1000);
    if (j->partial.size && j->total)
        strbuf_addf(&why, ", %llu of %llu bytes came", (unsigned long long)j->partial.size,
            (unsigned long long)j->total);
    if (j->attempt > 1)
        strbuf_addf(&why, " (%u attempts)", j->attempt);
    job_add_reason(j, j->url, strbuf_str(&why));
}

/* The link to the file becomes the next thing to try. */
static void take_page(struct job *j, const char *page_url)
{
    AUTO_FREE char *link = index_find(strbuf_str(&j->page), j->page.len, j->at.file);
    AUTO_FREE char *url = link ? url_resolve(page_url, link) : NULL;
    AUTO_FREE char *why = NULL;
    strbuf_release(&j->page);
    if (!link)
        why = xstrf("does not list %s", j->at.file);
    else if (!url || redirect_refusal(page_url, url))
        why = xstrf(
            "the link to %s %s", j->at.file, url ? "leads from https to http" : "is neither http nor https");
    if (why)
        job_add_reason(j, j->url, why);
    else
        strvec_push(&j->tries, url);
}

/* True when the same URL is being asked again. */
static bool settle(struct job *j, const struct transfer_end *end)
{
    if (j->trouble.text)
        return false;
    switch (end->outcome) {
    case TRANSFER_DONE:
        if (job_is_page(j)) {
            take_page(j, end->url);
            return false;
        }
        /* Two answers that do not fit together prove nothing against either. */
        return job_check_hash(j, j->resumed) == 1 && j->resumed && ask_anew(j);
    case TRANSFER_REFUSED:
        if (!j->refusal)
            return ask_anew(j);
        j->request->is_answered = true;
        job_add_reason(j, j->url, j->refusal);
        return false;
    case TRANSFER_PASSING:
        if (end->status == 200) {
            free(j->validator);
            j->validator = end->validator ? xstrdup(end->validator) : NULL;
        }
        if (try_again(j, end))
            return true;
        break;
    case TRANSFER_FAILED:
        if (end->status == 416 && j->partial.size)
            return ask_anew(j);
        break;
    }
    j->request->is_answered = end->status == 404 || end->status == 410;
    give_up(j, end);
    return false;
}

static void on_end(void *arg, const struct transfer_end *end)
{
    struct job *j = arg;
    if (!settle(j, end))
        job_continue(j);
}

bool job_ask(struct job *j)
{
    struct fetcher *f = j->fetcher;
    if (!f->engine && !f->no_engine.text) {
        struct transfer_limits limits = {f->options.connect_timeout_ms, f->options.stall_timeout_ms};
        f->engine = engine_new(f->loop, &limits, &f->no_engine);
    }
    if (!f->engine) {
        job_add_reason(j, j->url, f->no_engine.text);
        return false;
    }
    j->attempt = 1;
    return job_forget_bytes(j) == 0 && start_attempt(j);
}
