/* When each step and each download of a run was done, and which of them the whole run waited for. */
#include <string.h>

#include "pipeline/internal.h"
#include "sys/clock.h"

static double seconds_since(int64_t begin_ns, int64_t ns)
{
    return (double)(ns - begin_ns) / 1e9;
}

/* Gives its number + 1. */
static size_t add(struct run *r, const struct timing *t)
{
    struct pipeline_result *result = r->result;
    result->timings = arena_regrow(
        r->arena, result->timings, result->timing_count, result->timing_count + 1, sizeof *result->timings);
    result->timings[result->timing_count++] = *t;
    return result->timing_count;
}

void timing_add_step(struct step_run *s, bool succeeded)
{
    struct run *r = s->run;
    bool has_node = s->step->node != NO_NODE;
    s->timing = add(r, &(struct timing){.label = s->step->label,
                           .kind = step_kind_name(s->step->kind),
                           .of = has_node ? r->graph->nodes[s->step->node].recipe->name : "",
                           .begin = seconds_since(r->begun_ns, s->begun_ns),
                           .end = seconds_since(r->begun_ns, clock_monotonic_ns()),
                           .cpu_seconds = s->used.cpu_seconds,
                           .peak_bytes = s->used.peak_bytes,
                           .failed = !succeeded});
}

void timing_add_download(struct download *d, bool succeeded)
{
    struct run *r = d->run;
    d->timing = add(r, &(struct timing){.label = arena_strf(r->arena, "fetch %s", d->source->name),
                           .kind = "fetch",
                           .of = d->recipe->name,
                           .begin = seconds_since(r->begun_ns, d->begun_ns),
                           .end = seconds_since(r->begun_ns, clock_monotonic_ns()),
                           .failed = !succeeded});
}

/* Of two numbers + 1 that of what ended later. */
static size_t later(const struct run *r, size_t a, size_t b)
{
    if (!a || !b)
        return a ? a : b;
    return r->result->timings[a - 1].end >= r->result->timings[b - 1].end ? a : b;
}

static const struct download *download_of(const struct downloads *all, const struct source *source)
{
    for (size_t i = 0; source->sha256 && i < all->len; i++)
        if (strcmp(all->items[i].source->sha256, source->sha256) == 0)
            return &all->items[i];
    return NULL;
}

/* The last of what the step waited for. */
static size_t waited_for(const struct run *r, const struct downloads *downloads, const struct step *s)
{
    size_t found = 0;
    for (size_t i = 0; i < s->need_count; i++)
        found = later(r, found, r->steps[s->needs[i]].timing);
    const struct node *n = s->node != NO_NODE && step_hooks_of(s)->unpacks ? &r->graph->nodes[s->node] : NULL;
    for (size_t i = 0; n && i < n->source_count; i++) {
        const struct download *d = download_of(downloads, n->sources[i]);
        found = later(r, found, d ? d->timing : 0);
    }
    return found;
}

static const struct step *step_of(const struct run *r, size_t timing)
{
    for (size_t i = 0; i < r->plan->len; i++)
        if (r->steps[i].timing == timing)
            return &r->plan->steps[i];
    return NULL; /* a download */
}

void timings_find_critical(struct run *r, const struct downloads *downloads)
{
    size_t at = 0;
    for (size_t i = 0; i < r->plan->len; i++)
        at = later(r, at, r->steps[i].timing);
    for (size_t i = 0; i < downloads->len; i++)
        at = later(r, at, downloads->items[i].timing);
    while (at) {
        const struct step *s = step_of(r, at);
        r->result->timings[at - 1].critical = true;
        at = s ? waited_for(r, downloads, s) : 0;
    }
}
