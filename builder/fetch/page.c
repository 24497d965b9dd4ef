/* A page by itself, a project's of the package index first of all: what there is, before one file of it is
 * wanted. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/fetch.h"
#include "fetch/index.h"
#include "fetch/page.h"
#include "fetch/transfer.h"
#include "fetch/url.h"
#include "recipe/location_shown.h"

enum { LARGEST_PAGE = 64 << 20, ATTEMPTS = 3, TIMEOUT_MS = 30000 };

/* One attempt. */
struct page_asking {
    struct loop *loop;
    const char *accept;
    struct strbuf *out;
    enum transfer_outcome outcome;
    long status;
    char *reason; /* owned */
};

static bool on_begin(void *arg, long status, uint64_t from, uint64_t total)
{
    struct page_asking *p = arg;
    strbuf_clear(p->out);
    return status == 200 && from == 0 && total <= LARGEST_PAGE;
}

static bool on_body(void *arg, const void *bytes, size_t len)
{
    struct page_asking *p = arg;
    if (len > LARGEST_PAGE - p->out->len)
        return false;
    strbuf_add(p->out, bytes, len);
    return true;
}

static void on_end(void *arg, const struct transfer_end *end)
{
    struct page_asking *p = arg;
    p->outcome = end->outcome;
    p->status = end->status;
    p->reason = end->reason ? xstrdup(end->reason) : NULL;
    loop_stop(p->loop);
}

static int ask(struct page_asking *p, struct engine *engine, const char *url, struct err *e)
{
    struct transfer_spec spec = {
        .url = url, .accept = p->accept, .arg = p, .begin = on_begin, .body = on_body, .end = on_end};
    free(p->reason);
    p->reason = NULL;
    return transfer_start(engine, &spec, e) < 0 || loop_run(p->loop, e) < 0 ? -1 : 0;
}

/* What came of it is in p. */
static int ask_often(struct page_asking *p, const char *url, struct err *e)
{
    struct transfer_limits limits = {TIMEOUT_MS, TIMEOUT_MS};
    struct engine *engine = engine_new(p->loop, &limits, e);
    int status = engine ? 0 : -1;
    for (int i = 0; i < ATTEMPTS && !status; i++) {
        status = ask(p, engine, url, e);
        if (p->outcome != TRANSFER_PASSING)
            break;
    }
    engine_free(engine);
    return status;
}

static const char *reason_of(const struct page_asking *p)
{
    return p->reason ? p->reason : "its answer is too large";
}

static int fail(const struct page_asking *p, const char *name, const char *url, struct err *e)
{
    AUTO_FREE char *shown = location_shown(url);
    enum { NOT_FOUND = 404 };
    if (p->status == NOT_FOUND)
        return err_set(e, ERR_FETCH, "the package index has no project \"%s\" (%s)", name, shown);
    return err_set(
        e, ERR_FETCH, "the package index cannot be asked for %s: %s: %s", name, shown, reason_of(p));
}

int page_get(struct loop *l, const char *url, const char *accept, struct strbuf *out, struct err *e)
{
    AUTO_FREE char *shown = location_shown(url);
    if (!url_is_http(url))
        return err_set(e, ERR_FETCH, "%s: is no http or https URL", shown);
    struct page_asking p = {.loop = l, .accept = accept, .out = out};
    int status = ask_often(&p, url, e);
    if (!status && p.outcome != TRANSFER_DONE)
        status = err_set(e, ERR_FETCH, "%s: %s", shown, reason_of(&p));
    free(p.reason);
    return status;
}

int fetch_index_page(struct loop *l, const char *name, struct strbuf *out, struct err *e)
{
    AUTO_FREE char *index = index_url(e);
    AUTO_FREE char *url = index ? index_page_url(index, name) : NULL;
    if (!url)
        return -1;
    if (!url_is_http(url))
        return err_set(e, ERR_FETCH, "%s: the package index is no http or https URL", url);
    struct page_asking p = {.loop = l, .accept = index_accept, .out = out};
    int status = ask_often(&p, url, e);
    if (!status && p.outcome != TRANSFER_DONE)
        status = fail(&p, name, url, e);
    free(p.reason);
    return status;
}
