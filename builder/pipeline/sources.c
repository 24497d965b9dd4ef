/* The sources of the wanted steps, each a task beside the steps that need it; what cannot be had gives way to
 * its alternative. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "fetch/fetch.h"
#include "pipeline/internal.h"
#include "sys/clock.h"
#include "store/used.h"

static bool is_wanted_node(const struct run *r, size_t node)
{
    if (r->request->goal == GOAL_FETCH)
        return true;
    for (size_t i = 0; i < r->plan->len; i++) {
        const struct step *s = &r->plan->steps[i];
        if (r->wanted[i] && s->node == node && step_hooks_of(s)->unpacks)
            return true;
    }
    return false;
}

/* Without a plan nothing is wanted. */
static bool lacks_download(const struct run *r, bool but_failed)
{
    if (!r->graph || !r->plan)
        return false;
    for (size_t i = 0; i < r->graph->len; i++) {
        const struct node *n = &r->graph->nodes[i];
        for (size_t k = 0; k < n->source_count && is_wanted_node(r, i); k++) {
            const char *sha256 = n->sources[k]->sha256;
            if (sha256 && !store_has_download(&r->store, sha256) &&
                !(but_failed && map_get(&r->unfetched, sha256)))
                return true;
        }
    }
    return false;
}

bool run_lacks_download(const struct run *r)
{
    return lacks_download(r, false);
}

bool run_lost_download(const struct run *r)
{
    return lacks_download(r, true);
}

/* Preferred is what the store has, and what takes the place of a source that could not be had in this run. */
bool run_prefers_source(void *arg, const struct source *source)
{
    struct run *r = arg;
    if (!source->sha256 || map_get(&r->failed_sources, source->sha256))
        return false;
    return map_get(&r->alternatives, source->sha256) || store_has_download(&r->store, source->sha256);
}

/* The next source for the same folder that has not failed yet, or NULL. */
static const struct source *next_alternative(
    const struct run *r, const struct recipe *recipe, const struct source *failed)
{
    for (size_t i = 0; i < recipe->source_count; i++) {
        const struct source *other = &recipe->sources[i];
        if (strcmp(other->into, failed->into) == 0 && other->sha256 &&
            strcmp(other->sha256, failed->sha256) != 0 && !map_get(&r->failed_sources, other->sha256))
            return other;
    }
    return NULL;
}

static void take_instead(
    struct run *r, const struct source *failed, const char *why, const struct source *other)
{
    map_set(&r->failed_sources, failed->sha256, arena_strdup(r->arena, why));
    map_set(&r->alternatives, other->sha256, r);
}

/* When the last alternative fails too, the reader wants to know about all of them. */
static void tell_earlier_failures(const struct download *d, struct err *e)
{
    for (size_t i = 0; i < d->recipe->source_count; i++) {
        const struct source *s = &d->recipe->sources[i];
        const char *why = s->sha256 ? map_get(&d->run->failed_sources, s->sha256) : NULL;
        if (why && strcmp(s->into, d->source->into) == 0)
            err_add(e, ERR_FETCH, "%s", why);
    }
}

static void has_come(void *arg)
{
    struct download *d = arg;
    struct run *r = d->run;
    struct fetch_request *q = &d->request;
    const struct source *other = next_alternative(r, d->recipe, d->source);
    timing_add_download(d, q->result == 0);
    if (q->result == 0) {
        r->result->fetched_bytes += q->bytes;
        task_is_done(d->outside);
        return;
    }
    map_set(&r->unfetched, d->source->sha256, r);
    if (other && q->error.kind == ERR_FETCH) {
        take_instead(r, d->source, q->error.text, other);
        event_note(r->sink, "%s %s: %s could not be had; taking %s instead", d->recipe->name,
            d->recipe->version, d->source->name, other->name);
        event_detail(r->sink, "%s", q->error.text);
        r->begins_again = true;
        task_is_given_up(d->outside);
        return;
    }
    AUTO(err) struct err failure = ERR_INIT;
    tell_earlier_failures(d, &failure);
    err_add(&failure, q->error.kind, "%s", q->error.text);
    task_has_failed(d->outside, &failure);
}

struct fetcher *run_fetcher(struct run *r)
{
    struct fetch_options options = {.mirror = r->request->mirror, .offline = r->request->offline};
    if (!r->fetcher)
        r->fetcher = fetcher_new(r->loop, &options, r->sink);
    return r->fetcher;
}

static int begin(void *arg, struct task_outside *outside, struct err *e)
{
    struct download *d = arg;
    (void)e;
    d->outside = outside;
    d->begun_ns = clock_monotonic_ns();
    fetcher_add(run_fetcher(d->run), &d->request, has_come, d);
    return 0;
}

static bool is_listed(const struct downloads *list, const char *sha256)
{
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->items[i].source->sha256, sha256) == 0)
            return true;
    return false;
}

/* The server's is asked first. */
static struct texts urls_of(struct run *r, const struct source *s)
{
    if (!r->share.remote || r->share_is_off)
        return s->urls;
    AUTO_FREE char *url = remote_blob_url(r->share.remote, s->sha256);
    const char **urls = arena_alloc(r->arena, (s->urls.len + 1) * sizeof *urls);
    urls[0] = arena_strdup(r->arena, url);
    for (size_t i = 0; i < s->urls.len; i++)
        urls[i + 1] = s->urls.items[i];
    return (struct texts){urls, s->urls.len + 1};
}

void downloads_find(struct downloads *list, struct run *r)
{
    for (size_t i = 0; i < r->graph->len; i++) {
        const struct node *n = &r->graph->nodes[i];
        for (size_t k = 0; k < n->source_count && is_wanted_node(r, i); k++) {
            const struct source *s = n->sources[k];
            if (s->path)
                continue;
            store_used_download(&r->store, s->sha256);
            if (store_has_download(&r->store, s->sha256) || is_listed(list, s->sha256) ||
                run_bring_download(r, s))
                continue;
            AUTO_FREE char *path = store_download_path(&r->store, s->sha256);
            struct texts urls = urls_of(r, s);
            vec_push(list, ((struct download){.run = r,
                               .recipe = n->recipe,
                               .source = s,
                               .request = {.label = s->name,
                                   .urls = urls.items,
                                   .url_count = urls.len,
                                   .access = r->share.remote ? &r->share.remote->access : NULL,
                                   .sha256 = s->sha256,
                                   .final_path = arena_strdup(r->arena, path)}}));
        }
    }
}

void download_task(struct task *t, struct download *d)
{
    *t = (struct task){
        .label = arena_strf(d->run->arena, "fetch %s", d->source->name), .arg = d, .begin = begin};
}

void downloads_release(struct downloads *list)
{
    for (size_t i = 0; i < list->len; i++)
        fetch_request_release(&list->items[i].request);
    vec_release(list);
}
