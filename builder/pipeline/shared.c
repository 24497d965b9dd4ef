/* A place that others use too: asked for what the store has not, before it is made, and given what was made.
 * It is a help and no need: when it fails, that is said once, and the run goes on without it. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "hash/signature.h"
#include "pipeline/internal.h"
#include "store/bring.h"

static void go_on_without(struct run *r, struct err *why)
{
    event_warning(r->sink, "the shared place is not used any more: %s", why->text);
    share_release(&r->shared.place);
}

/* Read before anything is done: a key that cannot be read is a mistake, and no reason to go on without. */
static int read_keys(struct run *r, struct err *e)
{
    const struct strvec *files = r->request->cache_trust;
    char digits[PUBLIC_KEY_DIGITS + 1];
    for (size_t i = 0; files && i < files->len; i++) {
        if (public_key_read(digits, files->items[i], e) < 0)
            return -1;
        strvec_push(&r->shared.trusted, digits);
    }
    char signature[SIGNATURE_DIGITS + 1];
    return r->request->cache_sign ? text_sign(digits, signature, r->request->cache_sign, "", e) : 0;
}

int run_open_share(struct run *r, struct err *e)
{
    AUTO(err) struct err why = ERR_INIT;
    if (!r->request->share || r->request->goal < GOAL_FETCH)
        return 0;
    if (read_keys(r, e) < 0)
        return -1;
    if (share_open(&r->shared.place, r->request->share, &why) == 0) {
        r->shared.place.trusted = r->shared.trusted.len ? &r->shared.trusted : NULL;
        r->shared.place.sign_key = r->request->cache_sign;
        r->shared.is_off = r->shared.place.remote && r->request->offline;
        return 0;
    }
    if (why.kind == ERR_USAGE)
        return err_move(e, &why);
    go_on_without(r, &why);
    return 0;
}

static bool judge(struct run *r, const char *what, int brought, const char *why, struct err *trouble)
{
    if (brought < 0)
        go_on_without(r, trouble);
    else if (brought)
        event_detail(r->sink, "%s: taken from %s", what, r->shared.place.location);
    else if (why)
        event_warning(r->sink, "%s: what %s has of it is not used: %s", what, r->shared.place.location, why);
    return brought == 1;
}

bool run_bring_tree(struct run *r, const struct step *s)
{
    AUTO(err) struct err trouble = ERR_INIT;
    AUTO_FREE char *why = NULL;
    if (!r->shared.place.self || r->request->goal < GOAL_BUILD)
        return false;
    int brought = store_bring_tree(&r->store, &r->shared.place, s->name, &s->key, &why, &trouble);
    return judge(r, s->label, brought, why, &trouble);
}

bool run_bring_download(struct run *r, const struct source *source)
{
    AUTO(err) struct err trouble = ERR_INIT;
    AUTO_FREE char *why = NULL;
    if (!r->shared.place.self)
        return false;
    int brought = store_bring_download(&r->store, &r->shared.place, source->sha256, &why, &trouble);
    return judge(r, source->name, brought, why, &trouble);
}

static int give_sources(struct run *r, const struct step *s, struct err *e)
{
    for (size_t i = 0; i < s->need_count; i++) {
        const struct source *source = r->plan->steps[s->needs[i]].source;
        if (source && store_has_download(&r->store, source->sha256) &&
            store_give_download(&r->store, &r->shared.place, source->sha256, e) < 0)
            return -1;
    }
    return 0;
}

/* 1, 0 when there is nothing to give, or -1. */
static int give_step(struct run *r, const struct step *s, struct err *e)
{
    if (give_sources(r, s, e) < 0)
        return -1;
    int made = s->name ? store_has_tree(&r->store, s->name, &s->key, e) : 0;
    return made != 1 ? made : store_give_tree(&r->store, &r->shared.place, s->name, &s->key, e);
}

void run_give(struct run *r)
{
    AUTO(err) struct err trouble = ERR_INIT;
    for (size_t i = 0; i < r->plan->len && r->shared.place.self && !r->request->share_read_only; i++)
        if (r->wanted[i] && give_step(r, &r->plan->steps[i], &trouble) < 0)
            go_on_without(r, &trouble);
}
