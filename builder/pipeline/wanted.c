/* Which steps are to be done: what the goal asks for and what that needs, less what the store has already. */
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "store/used.h"

char *step_tree(const struct run *r, const struct step *s)
{
    return store_tree_path(&r->store, s->name, &s->key);
}

static bool step_is_asked_for(const struct run *r, const struct step *s)
{
    bool with_modules = (s->kind == STEP_MODULE || step_has_wheel(s)) &&
                        r->request->debug_files; /* also where the wheel is there */
    switch (r->request->goal) {
    case GOAL_FETCH:
        return true;
    case GOAL_BUILD:
        return s->kind == STEP_BUILD;
    default:
        return ((s->kind == STEP_WHEEL || s->kind == STEP_BUILD || with_modules) &&
                   r->graph->nodes[s->node].asked_for) ||
               s->kind == STEP_BACKEND || s->kind == STEP_REQUIREMENTS;
    }
}

/* A tree that is not what it was is none, and is told of; a run that makes something sets it aside. 1 when it
 * is whole, 0, or -1. */
static int check_tree(struct run *r, const struct step *s, struct err *e)
{
    AUTO_FREE char *what = NULL;
    AUTO_FREE char *place = NULL;
    int holds = step_tree_holds(r, s, &what, e);
    if (holds)
        return holds;
    int moved = r->request->goal < GOAL_FETCH ? 0 : store_set_aside(&r->store, s->name, &s->key, &place, e);
    if (moved < 0)
        return -1;
    event_warning(r->sink, "%s: its finished tree is damaged (%s): it is made again%s%s", s->label, what,
        moved ? "; the damaged one is now " : "", moved ? place : "");
    return 0;
}

/* Walks from the last step to the first: each marks what it needs, and needs come before. */
int run_mark_wanted(struct run *r, struct err *e)
{
    bool *needed = arena_alloc(r->arena, r->plan->len + 1);
    r->wanted = arena_alloc(r->arena, r->plan->len + 1);
    for (size_t i = r->plan->len; i-- > 0;) {
        const struct step *s = &r->plan->steps[i];
        if (!needed[i] && !step_is_asked_for(r, s))
            continue;
        int made = store_has_tree(&r->store, s->name, &s->key, e);
        if (made > 0)
            made = check_tree(r, s, e);
        if (made == 0)
            made = run_bring_tree(r, s);
        if (made < 0)
            return -1;
        if (made) {
            if (r->request->goal >= GOAL_FETCH)
                store_used_tree(&r->store, s->name, &s->key);
            continue;
        }
        r->wanted[i] = true;
        for (size_t k = 0; k < s->needs_len; k++)
            needed[s->needs[k]] = true;
    }
    return 0;
}
