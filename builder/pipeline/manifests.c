/* What is written down of finished trees, read once a run. */
#include "store/manifest.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"

/* 1 and *out, 0 and *what when there is none that can be understood, or -1. */
static int read_manifest(struct manifest **out, struct run *r, const char *tree, char **what, struct err *e)
{
    AUTO(err) struct err why = ERR_INIT;
    struct manifest *m = arena_new(r->arena, struct manifest);
    manifest_init(m, r->arena);
    int there = manifest_read(m, tree, &why);
    if (there == 1) {
        *out = m;
        return 1;
    }
    manifest_release(m);
    if (there < 0 && why.number)
        return err_move(e, &why);
    *what = there < 0 ? xstrdup(why.text) : xstrf("%s/" MANIFEST_PATH ": is missing", tree);
    return 0;
}

int step_tree_holds(struct run *r, const struct step *s, char **what, struct err *e)
{
    AUTO_FREE char *tree = step_tree(r, s);
    struct manifest *m = map_get(&r->manifests, tree);
    *what = NULL;
    int found = m ? 1 : read_manifest(&m, r, tree, what, e);
    if (found != 1)
        return found;
    int holds = manifest_holds(m, tree, TRUST_TIMES, what, e);
    if (holds == 1)
        map_set(&r->manifests, tree, m);
    else if (map_get(&r->manifests, tree) != m)
        manifest_release(m);
    return holds;
}

const struct manifest *step_manifest(struct run *r, const struct step *s, struct err *e)
{
    AUTO_FREE char *tree = step_tree(r, s);
    AUTO_FREE char *what = NULL;
    struct manifest *m = map_get(&r->manifests, tree);
    int found = m ? 1 : read_manifest(&m, r, tree, &what, e);
    if (found == 0)
        err_set(e, ERR_ENVIRONMENT, "%s", what);
    if (found != 1)
        return NULL;
    map_set(&r->manifests, tree, m);
    return m;
}

void run_forget_manifests(struct run *r)
{
    for (size_t i = 0; i < r->manifests.len; i++)
        manifest_release(r->manifests.entries[i].value);
    map_release(&r->manifests);
}
