/* What several runs made, told as one. */
#include "pipeline/pipeline.h"

#include <stdlib.h>

#include "base/alloc.h"

#define JOIN(all, one, items, count)                                                                       \
    do {                                                                                                   \
        (all)->items = arena_regrow(                                                                       \
            &(all)->arena, (all)->items, (all)->count, (all)->count + (one)->count, sizeof *(all)->items); \
        for (size_t i_ = 0; i_ < (one)->count; i_++)                                                       \
            (all)->items[(all)->count++] = (one)->items[i_];                                               \
    } while (0)

static void join_timings(struct pipeline_result *all, const struct pipeline_result *one)
{
    size_t first = all->timing_count;
    JOIN(all, one, timings, timing_count);
    for (size_t i = first; i < all->timing_count; i++) {
        all->timings[i].begin += all->seconds;
        all->timings[i].end += all->seconds;
    }
}

void pipeline_result_join(struct pipeline_result *all, struct pipeline_result *one)
{
    JOIN(all, one, wheels, wheel_count);
    JOIN(all, one, interpreters, interpreter_count);
    JOIN(all, one, trees, tree_count);
    JOIN(all, one, findings, finding_count);
    join_timings(all, one);
    for (size_t i = 0; i < one->skipped.len; i++)
        texts_add_once(&all->skipped, &all->arena, one->skipped.items[i]);
    all->graph = one->graph ? one->graph : all->graph;
    all->plan = one->plan ? one->plan : all->plan;
    all->steps_done += one->steps_done;
    all->steps_up_to_date += one->steps_up_to_date;
    all->fetched_bytes += one->fetched_bytes;
    all->seconds += one->seconds;
    all->children_cpu_seconds += one->children_cpu_seconds;
    all->helpers_cpu_seconds += one->helpers_cpu_seconds;
    all->slot_idle_seconds += one->slot_idle_seconds;
    all->own_cpu_seconds = one->own_cpu_seconds; /* of the process so far */
    all->parts = xrealloc(all->parts, all->part_count + 1, sizeof *all->parts);
    all->parts[all->part_count++] = *one;
    *one = (struct pipeline_result){0};
}
