/* What was made here, for others: a helper packs it, then it is sent beside everything else. The archive
 * comes first, and what names it last, so that nobody finds half of it. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/remote.h"
#include "store/carry.h"
#include "sys/fs.h"

bool remote_gives(const struct run *r)
{
    return r->shared.place.remote && !r->shared.is_off && !r->shared.is_full && !r->request->share_read_only;
}

static int prepare(void *arg, unsigned slots, struct commands *out, const char **why, struct err *e)
{
    struct giving *g = arg;
    struct run *r = g->run;
    (void)slots;
    *why = "nothing is given any more";
    if (!remote_gives(r))
        return 1;
    if (work_open(&g->folder, &r->store, "given", e) < 0)
        return -1;
    g->archive = arena_strf(r->arena, "%s/tree.tar.zst", g->folder.path);
    g->said = arena_strf(r->arena, "%s/said", g->folder.path);
    g->receipt = arena_strf(r->arena, "%s/receipt", g->folder.path);
    AUTO_FREE char *tree = step_tree(r, g->step);
    struct command *c = commands_add(out, "pack");
    pack_command(
        c, &(struct pack_request){tree, g->archive, g->step->key.text, r->shared.place.sign_key, g->said});
    c->end = &g->end;
    return 0;
}

/* The receipt names the archive by its hash, which is known now. */
static int write_receipt(struct giving *g, const char *signature, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    struct stat st;
    struct digest d;
    int there = path_look(&st, g->archive, false, e);
    if (there != 1)
        return there < 0 ? -1 : err_set(e, ERR_ENVIRONMENT, "%s: vanished", g->archive);
    receipt_write(&(struct receipt){g->sha256, (uint64_t)st.st_size, signature}, &text);
    if (file_write(g->receipt, text.ptr, text.len, 0644, e) < 0)
        return -1;
    digest_bytes(&d, text.ptr, text.len);
    g->record.sha256 = arena_strdup(g->run->arena, d.hex);
    return 0;
}

/* What cannot be packed, and what cannot be written down for want of space, is not given; that is all. */
static int finish(void *arg, struct commands *more, struct err *e)
{
    struct giving *g = arg;
    AUTO(strbuf) struct strbuf said = {0};
    AUTO(err) struct err why = ERR_INIT;
    (void)more, (void)e;
    if (file_read(&said, g->said, RECEIPT_BYTES_MAX, &why) == 0) {
        struct slice signature = {strbuf_str(&said), said.len}, hash = slice_cut(&signature, '\n');
        bool is_packed =
            g->end.is_known && g->end.status == 0 && hash.len + 1 == sizeof g->sha256 && signature.ptr;
        if (is_packed) {
            memcpy(g->sha256, hash.ptr, hash.len);
            g->sha256[hash.len] = '\0';
            if (write_receipt(g, signature.ptr, &why) == 0)
                return 0;
        }
    }
    *g->sha256 = '\0';
    event_detail(g->run->sink, "%s: is not given to %s: %s", g->step->label, g->run->shared.place.location,
        why.text ? why.text : strbuf_str(&said));
    return 0;
}

void giving_pack_task(struct task *t, struct giving *g)
{
    *t = (struct task){.label = arena_strf(g->run->arena, "pack %s", g->step->label),
        .widest = 1,
        .aside = true,
        .arg = g,
        .prepare = prepare,
        .finish = finish};
}

static void sent(struct giving *g)
{
    AUTO(err) struct err ignored = ERR_INIT;
    work_remove(&g->folder, &ignored);
    task_is_done(g->outside);
}

static void refused(struct giving *g, const struct exchange *x)
{
    enum { TOO_LARGE = 413, FULL = 507 };
    struct run *r = g->run;
    bool is_large = x->status == TOO_LARGE;
    const char *what = g->step ? g->step->label : "a source";
    if (is_large && r->shared.is_small)
        event_detail(r->sink, "%s: is larger than %s allows", what, r->shared.place.location);
    else if (is_large)
        event_warning(r->sink, "%s does not take everything: %s: %s: larger than it allows",
            r->shared.place.location, what, x->reason);
    r->shared.is_small = r->shared.is_small || is_large;
    if (!is_large && !r->shared.is_full && !r->shared.is_off)
        event_warning(r->sink, "%s is given nothing more: %s%s", r->shared.place.location, x->reason,
            x->status == FULL ? ": it is full" : "");
    r->shared.is_full = r->shared.is_full || !is_large;
    sent(g);
}

static void record_was_sent(void *arg, struct exchange *x)
{
    struct giving *g = arg;
    if (x->result == EXCHANGE_FAIL) {
        refused(g, x);
        return;
    }
    event_detail(g->run->sink, "%s: given to %s", g->step->label, g->run->shared.place.location);
    sent(g);
}

static void send_record(struct giving *g)
{
    struct run *r = g->run;
    if (!g->step) {
        sent(g);
        return;
    }
    AUTO_FREE char *url = remote_receipt_url(r->shared.place.remote, &g->step->key);
    g->record.kind = EXCHANGE_GIVE;
    g->record.url = arena_strdup(r->arena, url);
    g->record.path = g->receipt;
    g->record.done = record_was_sent;
    g->record.arg = g;
    exchanger_add(r->shared.exchanger, &g->record);
}

/* Looked for first: that costs less than to send it. */
static void blob_was_answered(void *arg, struct exchange *x)
{
    struct giving *g = arg;
    if (x->result == EXCHANGE_FAIL) {
        refused(g, x);
    } else if (x->result == EXCHANGE_NO) {
        exchange_release(x);
        x->kind = EXCHANGE_GIVE;
        exchanger_add(g->run->shared.exchanger, x);
    } else {
        send_record(g);
    }
}

static void nothing_to_send(void *arg)
{
    sent(arg);
}

static int begin(void *arg, struct task_outside *outside, struct err *e)
{
    struct giving *g = arg;
    struct run *r = g->run;
    (void)e;
    g->outside = outside;
    if (!*g->sha256 || !remote_gives(r) || !remote_exchanger(r)) {
        loop_timer(r->loop, 0, nothing_to_send, g);
        return 0;
    }
    AUTO_FREE char *url = remote_blob_url(r->shared.place.remote, g->sha256);
    g->blob = (struct exchange){.kind = EXCHANGE_LOOK,
        .url = arena_strdup(r->arena, url),
        .path = g->archive,
        .sha256 = g->sha256,
        .done = blob_was_answered,
        .arg = g};
    exchanger_add(r->shared.exchanger, &g->blob);
    return 0;
}

void giving_send_task(struct task *t, struct giving *g)
{
    *t = (struct task){.label = arena_strf(g->run->arena, "give %s", g->step ? g->step->label : g->sha256),
        .arg = g,
        .begin = begin};
}

void giving_release(struct giving *g)
{
    AUTO(err) struct err ignored = ERR_INIT; /* the next run tidies */
    work_remove(&g->folder, &ignored);
    exchange_release(&g->blob);
    exchange_release(&g->record);
}
