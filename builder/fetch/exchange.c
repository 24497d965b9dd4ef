/* Transfers of a cache that is shared: each a question, or a file that is sent. */
#include "fetch/exchange.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "fetch/transfer.h"
#include "fetch/settings.h"
#include "sys/read.h"

enum {
    PATIENCE_MS = 10000, /* for a connection, and without a byte */
    ATTEMPTS = 2,
    AT_ONCE = 32,
    NOT_FOUND = 404,
};

struct exchanger {
    struct loop *loop;
    struct engine *engine;
    const struct credentials *access;
    VEC(struct under_way *) all; /* those that are not done */
};

struct under_way {
    struct exchanger *exchanger;
    struct exchange *what;
    int fd; /* of the file that is given, or -1 */
    unsigned attempt;
    uint64_t timer;
};

void exchange_release(struct exchange *x)
{
    strbuf_release(&x->answer);
    free(x->reason);
    x->reason = NULL;
}

struct exchanger *exchanger_new(struct loop *l, const struct credentials *access, struct err *e)
{
    struct transfer_limits limits = {
        .connect_timeout_ms = setting_ms("STATICBUILD_CONNECT_TIMEOUT", PATIENCE_MS),
        .stall_timeout_ms = setting_ms("STATICBUILD_STALL_TIMEOUT", PATIENCE_MS)};
    struct engine *engine = engine_new(l, &limits, e);
    if (!engine)
        return NULL;
    struct exchanger *x = xcalloc(1, sizeof *x);
    *x = (struct exchanger){.loop = l, .engine = engine, .access = access};
    return x;
}

static void forget(struct under_way *u)
{
    struct exchanger *x = u->exchanger;
    size_t i = 0;
    while (x->all.items[i] != u)
        i++;
    x->all.items[i] = x->all.items[--x->all.len];
    loop_timer_cancel(x->loop, u->timer);
    if (u->fd >= 0)
        close(u->fd);
    free(u);
}

static void finish(struct under_way *u, enum exchange_result result, const char *reason)
{
    struct exchange *what = u->what;
    what->result = result;
    free(what->reason);
    what->reason = reason ? xstrdup(reason) : NULL;
    forget(u);
    if (what->done)
        what->done(what->arg, what);
}

static bool on_begin(void *arg, long status, uint64_t from, uint64_t total)
{
    struct under_way *u = arg;
    strbuf_clear(&u->what->answer);
    return status == 200 && from == 0 && total <= u->what->bytes_max;
}

static bool on_body(void *arg, const void *bytes, size_t len)
{
    struct under_way *u = arg;
    if (len > u->what->bytes_max - u->what->answer.len)
        return false;
    strbuf_add(&u->what->answer, bytes, len);
    return true;
}

static void begin(void *arg);

static void on_end(void *arg, const struct transfer_end *end)
{
    struct under_way *u = arg;
    u->what->status = end->status;
    bool is_absent = end->status == NOT_FOUND;
    if (end->outcome == TRANSFER_DONE)
        finish(u, EXCHANGE_YES, NULL);
    else if (is_absent && u->what->kind != EXCHANGE_GIVE)
        finish(u, EXCHANGE_NO, NULL);
    else if (end->outcome == TRANSFER_PASSING && end->status && u->attempt < ATTEMPTS)
        begin(u);
    else
        finish(u, EXCHANGE_FAIL, end->reason ? end->reason : "its answer is larger than it can be");
}

/* A failure is told later, from the loop. */
static void begin(void *arg)
{
    static const enum transfer_method methods[] = {
        [EXCHANGE_ASK] = TRANSFER_GET, [EXCHANGE_LOOK] = TRANSFER_HEAD, [EXCHANGE_GIVE] = TRANSFER_PUT};
    struct under_way *u = arg;
    struct exchange *what = u->what;
    AUTO(err) struct err why = ERR_INIT;
    struct stat st = {0};
    u->timer = 0;
    u->attempt++;
    if (what->kind == EXCHANGE_GIVE && u->fd < 0)
        u->fd = file_open_regular(what->path, &st, &why);
    else if (u->fd >= 0 && fstat(u->fd, &st) < 0)
        err_errno(&why, ERR_ENVIRONMENT, "%s", what->path);
    struct transfer_spec spec = {.url = what->url,
        .method = methods[what->kind],
        .content = {u->fd, what->sha256, (uint64_t)st.st_size},
        .access = u->exchanger->access,
        .arg = u,
        .begin = on_begin,
        .body = on_body,
        .end = on_end};
    if (why.text || transfer_start(u->exchanger->engine, &spec, &why) < 0)
        finish(u, EXCHANGE_FAIL, why.text);
}

void exchanger_add(struct exchanger *x, struct exchange *what)
{
    struct under_way *u = xcalloc(1, sizeof *u);
    *u = (struct under_way){.exchanger = x, .what = what, .fd = -1};
    vec_push(&x->all, u);
    u->timer = loop_timer(x->loop, 0, begin, u);
}

/* Those of exchange_all. */
struct exchange_batch {
    struct loop *loop;
    struct exchanger *exchanger;
    struct exchange *all;
    size_t count, begun, done;
    bool failed;
};

static void go_on(struct exchange_batch *b)
{
    while (!b->failed && b->begun < b->count && b->begun - b->done < AT_ONCE)
        exchanger_add(b->exchanger, &b->all[b->begun++]);
    if (b->done == b->begun)
        loop_stop(b->loop);
}

static void one_is_done(void *arg, struct exchange *x)
{
    struct exchange_batch *b = arg;
    b->done++;
    b->failed = b->failed || x->result == EXCHANGE_FAIL;
    go_on(b);
}

int exchange_all(struct loop *l, struct exchanger *x, struct exchange *all, size_t count, struct err *e)
{
    struct exchange_batch b = {.loop = l, .exchanger = x, .all = all, .count = count};
    for (size_t i = 0; i < count; i++) {
        all[i].result = EXCHANGE_FAIL;
        all[i].done = one_is_done;
        all[i].arg = &b;
    }
    if (!count)
        return 0;
    go_on(&b);
    return loop_run(l, e);
}

void exchanger_free(struct exchanger *x)
{
    if (!x)
        return;
    engine_free(x->engine);
    while (x->all.len)
        forget(x->all.items[0]);
    vec_release(&x->all);
    free(x);
}
