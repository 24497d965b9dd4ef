/* The sources that are not on this machine: each is a step before all that are made of it, once, however many
 * name it. */
#include "base/map.h"
#include "plan/internal.h"

static size_t plan_download(struct planner *p, size_t node, const struct source *source)
{
    size_t known = (uintptr_t)map_get(&p->downloads, source->sha256);
    if (known)
        return known - 1;
    struct step *s = planner_new_step(p, STEP_DOWNLOAD, node);
    s->label = s->slot = arena_strf(p->arena, "%s %s", step_kind_name(STEP_DOWNLOAD), source->name);
    s->source = source;
    key_of_download(p, s);
    map_set(&p->downloads, source->sha256, (void *)(uintptr_t)p->plan->len);
    return planner_index(p, s);
}

void planner_downloads(struct planner *p, size_t node, size_vec *needs)
{
    const struct node *n = &p->graph->nodes[node];
    for (size_t i = 0; i < n->source_count; i++)
        if (n->sources[i]->sha256)
            vec_push(needs, plan_download(p, node, n->sources[i]));
}
