/* What is written down of finished trees, read once a run. */
#include "store/manifest.h"

#include "base/cleanup.h"
#include "pipeline/internal.h"

const struct manifest *step_manifest(struct run *r, const struct step *s, struct err *e)
{
    AUTO_FREE char *tree = step_tree(r, s);
    struct manifest *m = map_get(&r->manifests, tree);
    if (m)
        return m;
    m = arena_new(r->arena, struct manifest);
    manifest_init(m, r->arena);
    int there = manifest_read(m, tree, e);
    if (there == 0)
        err_set(e, ERR_ENVIRONMENT, "%s: is not there any more, or has no manifest", tree);
    if (there == 1)
        map_set(&r->manifests, tree, m);
    else
        manifest_release(m);
    return there == 1 ? m : NULL;
}

void run_forget_manifests(struct run *r)
{
    for (size_t i = 0; i < r->manifests.len; i++)
        manifest_release(r->manifests.entries[i].value);
    map_release(&r->manifests);
}
