/* Trees that a server has. Its archive is fetched beside everything else, unpacked and held against its
 * manifest by a helper, and only then it becomes a tree of the store. One that is not what it should be is
 * made here instead: what needs it is given up, and planned again without it. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/remote.h"
#include "store/carry.h"
#include "store/wait.h"
#include "sys/fs.h"
#include "sys/path.h"

static void not_used(struct run *r, const struct step *s, const char *why)
{
    event_warning(r->sink, "%s: what %s has of it is not used: %s", s->label, r->shared.place.location, why);
    map_set(&r->shared.untaken, s->key.digest.hex, r);
}

static void take_answer(struct run *r, size_t step, const struct exchange *x)
{
    const struct step *s = &r->plan->steps[step];
    struct arriving *t = arena_new(r->arena, struct arriving);
    *t = (struct arriving){
        .run = r, .step = s, .folder.lock.fd = -1, .draft = {.lock.fd = -1, .folder.lock.fd = -1}};
    if (receipt_read(&t->receipt, r->arena, (struct slice){strbuf_str(&x->answer), x->answer.len}))
        r->coming[step] = t;
    else
        not_used(r, s, "what is said to be there is no tree");
}

static bool is_asked_for(const struct run *r, size_t step)
{
    const struct step *s = &r->plan->steps[step];
    return step_travels(s) && !map_get(&r->shared.untaken, s->key.digest.hex);
}

int remote_ask(struct run *r, const size_t *steps, size_t count, struct err *e)
{
    AUTO_FREE struct exchange *all = xcalloc(count + 1, sizeof *all);
    AUTO_FREE size_t *of = xcalloc(count + 1, sizeof *of);
    struct exchanger *x = remote_exchanger(r);
    size_t asked = 0;
    for (size_t i = 0; i < count && x; i++) {
        if (!is_asked_for(r, steps[i]))
            continue;
        AUTO_FREE char *url = remote_receipt_url(r->shared.place.remote, &r->plan->steps[steps[i]].key);
        all[asked] = (struct exchange){
            .kind = EXCHANGE_ASK, .url = arena_strdup(r->arena, url), .bytes_max = RECEIPT_BYTES_MAX};
        of[asked++] = steps[i];
    }
    int failed = exchange_all(r->loop, x, all, asked, e);
    for (size_t i = 0; i < asked; i++) {
        if (!failed && all[i].result == EXCHANGE_YES)
            take_answer(r, of[i], &all[i]);
        else if (!failed && all[i].result == EXCHANGE_FAIL && all[i].reason)
            remote_give_up(r, all[i].reason);
        exchange_release(&all[i]);
    }
    return failed;
}

/* Its users are planned again without it. */
static void give_way(struct arriving *t, const char *why)
{
    not_used(t->run, t->step, why);
    t->run->begins_again = true;
}

static void has_come(void *arg)
{
    struct arriving *t = arg;
    struct run *r = t->run;
    if (t->request.result == 0) {
        r->result->fetched_bytes += t->request.bytes;
        task_is_done(t->outside);
        return;
    }
    const char *why = remote_reason(r, t->request.error.text);
    if (t->request.error.kind != ERR_FETCH) { /* no space: nothing else would fare better */
        task_has_failed(t->outside, &t->request.error);
        return;
    }
    if (!t->request.is_answered)
        remote_give_up(r, why);
    if (r->shared.is_off) {
        map_set(&r->shared.untaken, t->step->key.digest.hex, r);
        r->begins_again = true;
    } else {
        give_way(t, why);
    }
    task_is_given_up(t->outside);
}

static int begin_fetch(void *arg, struct task_outside *outside, struct err *e)
{
    struct arriving *t = arg;
    struct run *r = t->run;
    if (work_open(&t->folder, &r->store, "shared", e) < 0)
        return -1;
    AUTO_FREE char *url = remote_blob_url(r->shared.place.remote, t->receipt.sha256);
    const char **urls = arena_alloc(r->arena, sizeof *urls);
    urls[0] = arena_strdup(r->arena, url);
    t->archive = arena_strf(r->arena, "%s/tree.tar.zst", t->folder.path);
    t->said = arena_strf(r->arena, "%s/said", t->folder.path);
    t->outside = outside;
    t->request = (struct fetch_request){.label = t->step->name,
        .urls = urls,
        .url_count = 1,
        .sha256 = t->receipt.sha256,
        .final_path = t->archive,
        .size_max = t->receipt.size_bytes,
        .is_shared = true,
        .access = &r->shared.place.remote->access};
    fetcher_add(run_fetcher(r), &t->request, has_come, t);
    return 0;
}

static int begin(struct arriving *t, struct commands *out, struct err *e)
{
    struct run *r = t->run;
    int state = tree_draft_try(&t->draft, &r->store, t->step->name, &t->step->key, e);
    t->waiting = state == DRAFT_BUSY;
    t->ready = state == DRAFT_READY;
    t->drafting = state == DRAFT_BEGUN;
    if (state < 0)
        return -1;
    if (t->waiting)
        store_wait_command(
            commands_add(out, "wait for another run"), &r->store, t->step->name, &t->step->key);
    if (!t->drafting)
        return 0;
    if (tree_remove(t->draft.stage, e) < 0 || folder_make(t->draft.stage, e) < 0)
        return -1;
    struct command *c = commands_add(out, "unpack");
    const struct strvec *trusted = r->shared.place.trusted;
    take_command(c, &(struct take_request){.archive = t->archive,
                        .into = t->draft.stage,
                        .key = t->step->key.text,
                        .signature = t->receipt.signature,
                        .has_trusted = trusted,
                        .trusted = trusted ? *trusted : (struct strvec){0},
                        .said = t->said});
    c->end = &t->end;
    return 0;
}

static int prepare(void *arg, unsigned slots, struct commands *out, const char **why, struct err *e)
{
    struct arriving *t = arg;
    (void)slots;
    *why = "made by another run";
    return begin(t, out, e) < 0 ? -1 : t->ready;
}

static int finish(void *arg, struct commands *more, struct err *e)
{
    struct arriving *t = arg;
    AUTO(strbuf) struct strbuf said = {0};
    AUTO(err) struct err unsaid = ERR_INIT;
    if (t->waiting)
        return begin(t, more, e);
    if (t->ready)
        return 0;
    bool has_ended = t->end.is_known && t->end.status == 0 && !*t->end.unable;
    if (!has_ended || file_read(&said, t->said, RECEIPT_BYTES_MAX, &unsaid) < 0) {
        give_way(t, *t->end.unable ? t->end.unable : "it cannot be unpacked and judged here");
        return 1;
    }
    if (said.len) {
        give_way(t, strbuf_str(&said));
        return 1;
    }
    if (tree_draft_adopt(&t->draft, e) < 0)
        return -1;
    event_detail(t->run->sink, "%s: taken from %s", t->step->label, t->run->shared.place.location);
    return 0;
}

static void cleanup(void *arg, bool succeeded)
{
    struct arriving *t = arg;
    if (t->drafting && succeeded)
        tree_draft_release(&t->draft);
    else if (t->drafting)
        tree_draft_discard(&t->draft);
    t->drafting = false;
}

void arriving_tasks(struct task *fetch, struct task *take, struct arriving *t, size_t number_of_fetch)
{
    struct arena *a = t->run->arena;
    size_t *needs = arena_alloc(a, sizeof *needs);
    *needs = number_of_fetch;
    *fetch =
        (struct task){.label = arena_strf(a, "fetch %s", t->step->label), .arg = t, .begin = begin_fetch};
    *take = (struct task){.label = arena_strf(a, "take %s", t->step->label),
        .needs = needs,
        .need_count = 1,
        .widest = 1,
        .arg = t,
        .prepare = prepare,
        .finish = finish,
        .cleanup = cleanup};
}

void arriving_release(struct arriving *t)
{
    AUTO(err) struct err ignored = ERR_INIT; /* the next run tidies */
    work_remove(&t->folder, &ignored);
    fetch_request_release(&t->request);
}
