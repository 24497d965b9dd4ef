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

/* Of two numbers + 1 that of what ended later. */
static size_t later(const struct run *r, size_t a, size_t b)
{
    if (!a || !b)
        return a ? a : b;
    return r->result->timings[a - 1].end >= r->result->timings[b - 1].end ? a : b;
}

/* The last of what the step waited for. */
static size_t waited_for(const struct run *r, const struct step *s)
{
    size_t found = 0;
    for (size_t i = 0; i < s->need_count; i++)
        found = later(r, found, r->steps[s->needs[i]].timing);
    return found;
}

static const struct step *step_of(const struct run *r, size_t timing)
{
    size_t i = 0;
    while (r->steps[i].timing != timing)
        i++;
    return &r->plan->steps[i];
}

void timings_find_critical(struct run *r)
{
    size_t at = 0;
    for (size_t i = 0; i < r->plan->len; i++)
        at = later(r, at, r->steps[i].timing);
    for (; at; at = waited_for(r, step_of(r, at)))
        r->result->timings[at - 1].critical = true;
}
