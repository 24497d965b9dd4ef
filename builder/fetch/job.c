/* One file: the places to try in order, what each said, and the hash that ends it. */
#include "fetch/job.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/crates.h"
#include "fetch/index.h"
#include "fetch/url.h"
#include "recipe/location_shown.h"
#include "sys/clock.h"
#include "sys/path.h"
#include "sys/read.h"

#define TOLD_EVERY_NS 100000000

void job_tell_progress(struct job *j, bool at_once)
{
    int64_t now = clock_monotonic_ns();
    if (!at_once && now - j->fetcher->told_ns < TOLD_EVERY_NS)
        return;
    j->fetcher->told_ns = now;
    AUTO_FREE char *from = location_shown(j->url);
    event_emit(j->fetcher->sink, &(struct event){.kind = EVENT_FETCH,
                                     .step = j->request->label,
                                     .detail = from,
                                     .done = j->partial.size,
                                     .total = j->total});
}

void job_add_reason(struct job *j, const char *where, const char *reason)
{
    AUTO_FREE char *shown = location_shown(where);
    strbuf_addf(&j->reasons, "\n  %s: %s", shown, reason);
    event_detail(j->fetcher->sink, "%s: %s: %s", j->request->label, shown, reason);
}

bool job_is_page(const struct job *j)
{
    return j->at.where && j->at.kind == LOCATION_PYPI && j->next_try == 1;
}

/* The end */

void job_set_active(struct job *j, bool active)
{
    j->fetcher->active += (size_t)active - (size_t)j->active;
    j->active = active;
    if (!active)
        fetcher_go_on(j->fetcher);
}

static void job_done(struct job *j, int result)
{
    assert(!j->done);
    j->done = true;
    j->request->result = result;
    partial_release(&j->partial);
    job_set_active(j, false);
    j->when_done(j->when_done_arg);
}

static void job_failed(struct job *j)
{
    struct fetch_request *r = j->request;
    if (j->trouble.text) {
        err_move(&r->error, &j->trouble);
        err_wrap(&r->error, "%s", r->label);
    } else if (!r->sha256) {
        err_set(&r->error, j->fetcher->no_engine.text ? ERR_ENVIRONMENT : ERR_FETCH, "%s: could not be had%s",
            r->label, strbuf_str(&j->reasons));
    } else {
        err_set(&r->error, j->fetcher->no_engine.text ? ERR_ENVIRONMENT : ERR_FETCH,
            "%s: could not be had\n  wanted: SHA-256 %s%s\n  %s --mirror DIR can give it, as a file named %s",
            r->label, r->sha256, strbuf_str(&j->reasons),
            j->fetcher->options.offline ? "the network was not asked (--offline);" : "also", r->sha256);
    }
    job_done(j, -1);
}

int job_check_hash(struct job *j, bool quiet)
{
    struct digest found;
    uint64_t size = j->partial.size;
    int other = partial_commit(&j->partial, j->request->sha256, &found, &j->trouble);
    AUTO_FREE char *shown = location_shown(j->url);
    if (other == 0) {
        event_emit(j->fetcher->sink, &(struct event){.kind = EVENT_FETCH,
                                         .step = j->request->label,
                                         .detail = shown,
                                         .done = size,
                                         .total = size});
        j->request->bytes = size;
        j->request->found = found;
        j->request->from = steal_ptr(&shown);
        job_done(j, 0);
    } else if (other == 1 && !quiet) {
        j->request->is_answered = true;
        AUTO_FREE char *reason =
            xstrf("wrong content: expected SHA-256 %s, got %s (%llu bytes); nothing was kept",
                j->request->sha256, found.hex, (unsigned long long)size);
        strbuf_addf(&j->reasons, "\n  %s: %s", shown, reason);
        if (!j->request->is_shared)
            event_warning(j->fetcher->sink, "%s: %s: %s", j->request->label, shown, reason);
    }
    return other;
}

void job_abandon(struct job *j)
{
    if (j->done)
        return;
    j->done = true;
    j->request->result = -1;
    err_set(&j->request->error, ERR_INTERRUPTED, "%s: interrupted", j->request->label);
}

void job_release(struct job *j)
{
    loop_timer_cancel(j->fetcher->loop, j->timer);
    partial_release(&j->partial);
    location_release(&j->at);
    strvec_release(&j->tries);
    strbuf_release(&j->page);
    strbuf_release(&j->reasons);
    err_release(&j->trouble);
    free(j->url);
    free(j->validator);
}

/* Files of this machine */

int job_forget_bytes(struct job *j)
{
    j->resumed = false;
    j->total = 0;
    free(j->validator);
    j->validator = NULL;
    if (j->partial.fd < 0)
        return partial_open(&j->partial, j->request->final_path, &j->trouble);
    return j->partial.size ? partial_restart(&j->partial, &j->trouble) : 0;
}

/* Gives why it could not, or NULL. */
static const char *copy_file(struct job *j)
{
    AUTO(err) struct err why = ERR_INIT;
    struct stat st;
    AUTO_CLOSE int fd = file_open_regular(j->url, &st, &why);
    if (fd < 0)
        return why.number == ENOENT || why.number == ENOTDIR ? "is not there"
               : why.number                                  ? strerror(why.number)
                                                             : "is not a file";
    j->total = (uint64_t)st.st_size;
    if (j->total > j->request->size_max)
        return "is larger than the limit";
    char buffer[65536];
    for (;;) {
        ssize_t n = file_take(fd, buffer, sizeof buffer, -1, j->url, &why);
        if (n < 0)
            return strerror(why.number);
        if (n == 0)
            return NULL;
        if ((uint64_t)n > j->request->size_max - j->partial.size)
            return "is larger than the limit";
        if (partial_add(&j->partial, buffer, (size_t)n, &j->trouble) < 0)
            return j->trouble.text;
        job_tell_progress(j, false);
    }
}

static void try_file(struct job *j)
{
    if (job_forget_bytes(j) < 0)
        return;
    const char *why = copy_file(j);
    if (!why)
        job_check_hash(j, false);
    else if (!j->trouble.text)
        job_add_reason(j, j->url, why);
}

/* Locations */

static void take_mirror(struct job *j)
{
    const char *mirror = j->fetcher->options.mirror;
    if (!mirror || j->request->is_shared || !j->request->sha256)
        return;
    size_t len = strlen(mirror);
    while (len > 1 && mirror[len - 1] == '/')
        len--;
    AUTO_FREE char *text = xstrf("%.*s/%s", (int)len, mirror, j->request->sha256);
    struct location at = {0};
    AUTO(err) struct err why = ERR_INIT;
    if (!strstr(mirror, "://") && !str_starts(mirror, "file:")) {
        AUTO_FREE char *path = path_absolute(text);
        strvec_push(&j->tries, path);
    } else if (location_parse(&at, text, &why) == 0 &&
               (at.kind == LOCATION_FILE || !j->fetcher->options.offline))
        strvec_push(&j->tries, at.where);
    else
        job_add_reason(j, text, why.text ? "is no folder and no URL" : "not asked");
    location_release(&at);
}

static void expand_debian(struct job *j, const char *text)
{
    struct fetcher *f = j->fetcher;
    if (!f->bases_known)
        apt_bases(&f->bases, "/etc/apt");
    f->bases_known = true;
    if (!f->bases.len)
        job_add_reason(
            j, text, "apt is configured with no Debian archive; set STATICBUILD_DEBIAN_MIRROR to one");
    debian_urls(&j->tries, &f->bases, j->at.where, j->at.file);
    for (size_t i = 0; i < j->tries.len; i++) { /* a base may be a folder */
        char *path = url_file_path(j->tries.items[i]);
        if (path) {
            free(j->tries.items[i]);
            j->tries.items[i] = path;
        }
    }
}

static void expand_pypi(struct job *j, const char *text)
{
    AUTO(err) struct err why = ERR_INIT;
    AUTO_FREE char *index = index_url(&why);
    if (!index) {
        job_add_reason(j, text, why.text);
        return;
    }
    AUTO_FREE char *page = index_page_url(index, j->at.where);
    if (url_is_http(page))
        strvec_push(&j->tries, page);
    else
        job_add_reason(j, page, "the package index is no http or https URL");
}

static void expand_crates(struct job *j, const char *text)
{
    AUTO(err) struct err why = ERR_INIT;
    AUTO_FREE char *url = crates_url(j->at.where, j->at.file, &why);
    if (url)
        strvec_push(&j->tries, url);
    else
        job_add_reason(j, text, why.text);
}

/* Fills tries from the next location; false when there is none left. */
static bool next_location(struct job *j)
{
    size_t index = j->next_location++;
    strvec_clear(&j->tries);
    j->next_try = 0;
    location_release(&j->at);
    if (index == 0) {
        take_mirror(j);
        return true;
    }
    if (index > j->request->url_count)
        return false;
    const char *text = j->request->urls[index - 1];
    AUTO(err) struct err why = ERR_INIT;
    if (location_parse(&j->at, text, &why) < 0)
        job_add_reason(j, text, why.text);
    else if (j->at.kind == LOCATION_FILE)
        strvec_push(&j->tries, j->at.where);
    else if (j->fetcher->options.offline)
        job_add_reason(j, text, "not asked");
    else if (j->at.kind == LOCATION_HTTP)
        strvec_push(&j->tries, j->at.where);
    else if (j->at.kind == LOCATION_DEBIAN)
        expand_debian(j, text);
    else if (j->at.kind == LOCATION_PYPI)
        expand_pypi(j, text);
    else
        expand_crates(j, text);
    return true;
}

void job_continue(struct job *j)
{
    while (!j->done) {
        if (j->trouble.text) {
            job_failed(j);
        } else if (j->next_try < j->tries.len) {
            free(j->url);
            j->url = xstrdup(j->tries.items[j->next_try++]);
            if (j->url[0] == '/')
                try_file(j);
            else if (job_ask(j))
                return;
        } else if (!next_location(j)) {
            job_failed(j);
        }
    }
}
