/* Brings the sources of the wanted steps into the store; what cannot be had gives way to its alternative. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "fetch/fetch.h"
#include "pipeline/internal.h"

static bool is_wanted_node(const struct run *r, size_t node)
{
    if (r->request->goal == GOAL_FETCH)
        return true;
    for (size_t i = 0; i < r->plan->len; i++) {
        const struct step *s = &r->plan->steps[i];
        if (r->wanted[i] && s->node == node && (s->kind == STEP_BUILD || s->kind == STEP_SOURCE))
            return true;
    }
    return false;
}

bool run_lacks_download(const struct run *r)
{
    for (size_t i = 0; i < r->graph->len; i++) {
        const struct node *n = &r->graph->nodes[i];
        for (size_t k = 0; k < n->sources_len && is_wanted_node(r, i); k++)
            if (n->sources[k]->sha256 && !store_has_download(&r->store, n->sources[k]->sha256))
                return true;
    }
    return false;
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
    for (size_t i = 0; i < recipe->sources_len; i++) {
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

struct wish {
    const struct recipe *recipe;
    const struct source *source;
};

/* When the last alternative fails too, the reader wants to know about all of them. */
static void tell_earlier_failures(const struct run *r, const struct wish *w, struct err *e)
{
    for (size_t i = 0; i < w->recipe->sources_len; i++) {
        const struct source *s = &w->recipe->sources[i];
        const char *why = s->sha256 ? map_get(&r->failed_sources, s->sha256) : NULL;
        if (why && strcmp(s->into, w->source->into) == 0)
            err_add(e, ERR_FETCH, "%s", why);
    }
}

int run_fetch(struct run *r, struct err *e)
{
    VEC(struct fetch_request) requests = {0};
    VEC(struct wish) wishes = {0};
    for (size_t i = 0; i < r->graph->len; i++) {
        const struct node *n = &r->graph->nodes[i];
        for (size_t k = 0; k < n->sources_len && is_wanted_node(r, i); k++) {
            const struct source *s = n->sources[k];
            if (s->path || store_has_download(&r->store, s->sha256))
                continue;
            AUTO_FREE char *path = store_download_path(&r->store, s->sha256);
            vec_push(&requests, ((struct fetch_request){.label = s->name,
                                    .urls = s->urls.items,
                                    .urls_len = s->urls.len,
                                    .sha256 = s->sha256,
                                    .final_path = arena_strdup(r->arena, path)}));
            vec_push(&wishes, ((struct wish){n->recipe, s}));
        }
    }
    int again = 0;
    if (requests.len) {
        if (!r->loop)
            r->loop = loop_new();
        struct fetch_options options = {.mirror = r->request->mirror, .offline = r->request->offline};
        fetch_all(r->loop, requests.items, requests.len, &options, r->sink, e);
    }
    for (size_t i = 0; i < requests.len; i++) {
        struct fetch_request *q = &requests.items[i];
        const struct wish *w = &wishes.items[i];
        const struct source *other = next_alternative(r, w->recipe, w->source);
        if (q->result == 0) {
            r->result->fetched_bytes += q->bytes;
        } else if (other && q->error.kind == ERR_FETCH) {
            take_instead(r, w->source, q->error.text, other);
            event_note(r->sink, "%s %s: %s could not be had; taking %s instead", w->recipe->name,
                w->recipe->version, w->source->name, other->name);
            event_detail(r->sink, "%s", q->error.text);
            again = 1;
        } else if (q->error.text && e->kind != ERR_INTERRUPTED) {
            tell_earlier_failures(r, w, e);
            err_add(e, q->error.kind, "%s", q->error.text);
        }
        fetch_request_release(q);
    }
    vec_release(&requests);
    vec_release(&wishes);
    return e->text ? -1 : again;
}
