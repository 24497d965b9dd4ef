/* A source that is fetched, beside everything else; what cannot be had gives way to its alternative. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fetch/fetch.h"
#include "pipeline/internal.h"
#include "store/used.h"

static bool lacks_download(const struct run *r, const struct step *s, bool but_failed)
{
    for (size_t i = 0; i < s->need_count; i++) {
        const struct source *source = r->plan->steps[s->needs[i]].source;
        if (source && !store_has_download(&r->store, source->sha256) &&
            !(but_failed && map_get(&r->sources.unfetched, source->sha256)))
            return true;
    }
    return false;
}

/* Without a plan nothing is wanted. */
static bool any_lacks_download(const struct run *r, bool but_failed)
{
    for (size_t i = 0; r->graph && r->plan && i < r->plan->len; i++)
        if (r->wanted[i] && lacks_download(r, &r->plan->steps[i], but_failed))
            return true;
    return false;
}

bool run_lacks_download(const struct run *r)
{
    return any_lacks_download(r, false);
}

bool run_lost_download(const struct run *r)
{
    return any_lacks_download(r, true);
}

/* Preferred is what is locked, then what the store has, and what takes the place of a source that could not
 * be had in this run. */
bool run_prefers_source(void *arg, const struct recipe *recipe, const struct source *source)
{
    struct run *r = arg;
    bool is_locked;
    if (!source->sha256 || map_get(&r->sources.failed, source->sha256))
        return false;
    if (run_has_locked_source(r, recipe, &is_locked, source->sha256) &&
        !map_get(&r->sources.alternatives, source->sha256))
        return is_locked;
    return map_get(&r->sources.alternatives, source->sha256) || store_has_download(&r->store, source->sha256);
}

/* The next source for the same folder that has not failed yet, or NULL. */
static const struct source *next_alternative(
    const struct run *r, const struct recipe *recipe, const struct source *failed)
{
    for (size_t i = 0; i < recipe->source_count; i++) {
        const struct source *other = &recipe->sources[i];
        if (strcmp(other->into, failed->into) == 0 && other->sha256 &&
            strcmp(other->sha256, failed->sha256) != 0 && !map_get(&r->sources.failed, other->sha256))
            return other;
    }
    return NULL;
}

static void take_instead(
    struct run *r, const struct source *failed, const char *why, const struct source *other)
{
    map_set(&r->sources.failed, failed->sha256, arena_strdup(r->arena, why));
    map_set(&r->sources.alternatives, other->sha256, r);
}

/* When the last alternative fails too, the reader wants to know about all of them. */
static void tell_earlier_failures(const struct step_run *s, const struct recipe *recipe, struct err *e)
{
    for (size_t i = 0; i < recipe->source_count; i++) {
        const struct source *other = &recipe->sources[i];
        const char *why = other->sha256 ? map_get(&s->run->sources.failed, other->sha256) : NULL;
        if (why && strcmp(other->into, s->step->source->into) == 0)
            err_add(e, ERR_FETCH, "%s", why);
    }
}

static void has_failed(struct step_run *s)
{
    struct run *r = s->run;
    const struct source *source = s->step->source;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    const struct source *other = next_alternative(r, recipe, source);
    const struct err *why = &s->fetch->error;
    map_set(&r->sources.unfetched, source->sha256, r);
    if (other && why->kind == ERR_FETCH) {
        take_instead(r, source, why->text, other);
        event_note(r->sink, "%s %s: %s could not be had; taking %s instead", recipe->name, recipe->version,
            source->name, other->name);
        event_detail(r->sink, "%s", why->text);
        r->begins_again = true;
        task_is_given_up(s->outside);
        return;
    }
    AUTO(err) struct err failure = ERR_INIT;
    tell_earlier_failures(s, recipe, &failure);
    err_add(&failure, why->kind, "%s", why->text);
    task_has_failed(s->outside, &failure);
}

static void has_come(void *arg)
{
    struct step_run *s = arg;
    timing_add_step(s, s->fetch->result == 0);
    if (s->fetch->result != 0) {
        has_failed(s);
        return;
    }
    s->run->result->fetched_bytes += s->fetch->bytes;
    task_is_done(s->outside);
}

struct fetcher *run_fetcher(struct run *r)
{
    struct fetch_options options = {.mirror = r->request->mirror, .offline = r->request->offline};
    if (!r->sources.fetcher)
        r->sources.fetcher = fetcher_new(r->loop, &options, r->sink);
    return r->sources.fetcher;
}

/* The server's is asked first. */
static struct texts urls_of(struct run *r, const struct source *s)
{
    if (!r->shared.place.remote || r->shared.is_off)
        return s->urls;
    AUTO_FREE char *url = remote_blob_url(r->shared.place.remote, s->sha256);
    const char **urls = arena_alloc(r->arena, (s->urls.len + 1) * sizeof *urls);
    urls[0] = arena_strdup(r->arena, url);
    for (size_t i = 0; i < s->urls.len; i++)
        urls[i + 1] = s->urls.items[i];
    return (struct texts){urls, s->urls.len + 1};
}

static int begin(struct step_run *s, struct err *e)
{
    struct run *r = s->run;
    const struct source *source = s->step->source;
    AUTO_FREE char *path = store_download_path(&r->store, source->sha256);
    struct texts urls = urls_of(r, source);
    (void)e;
    s->fetch = arena_new(r->arena, struct fetch_request);
    *s->fetch = (struct fetch_request){.label = source->name,
        .urls = urls.items,
        .url_count = urls.len,
        .access = r->shared.place.remote ? &r->shared.place.remote->access : NULL,
        .sha256 = source->sha256,
        .final_path = arena_strdup(r->arena, path)};
    fetcher_add(run_fetcher(r), s->fetch, has_come, s);
    return 0;
}

static int is_there(struct run *r, const struct step *s, struct err *e)
{
    (void)e;
    if (r->request->goal >= GOAL_FETCH)
        store_used_download(&r->store, s->source->sha256);
    return store_has_download(&r->store, s->source->sha256) || run_bring_download(r, s->source);
}

const struct step_hooks step_download_hooks = {.begin = begin, .is_there = is_there};
