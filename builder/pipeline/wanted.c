/* Which steps are to be done: what the goal asks for and what that needs, less what the store has already. */
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/remote.h"
#include "store/used.h"

char *step_tree(const struct run *r, const struct step *s)
{
    return store_tree_path(&r->store, s->name, &s->key);
}

/* What nothing more is made of when it is asked for by name. */
static bool is_tree_alone(const struct run *r, const struct step *s)
{
    return s->kind == STEP_PYTHON_ABI ||
           (s->kind == STEP_BUILD && r->graph->nodes[s->node].recipe->kind != RECIPE_INTERPRETER);
}

static bool goal_asks(const struct run *r, const struct step *s)
{
    bool with_modules = (s->kind == STEP_MODULE || step_has_wheel(s)) &&
                        r->request->debug_files; /* also where the wheel is there */
    switch (r->request->goal) {
    case GOAL_FETCH:
        return s->kind == STEP_DOWNLOAD;
    case GOAL_BUILD:
        return s->kind == STEP_BUILD || (s->kind == STEP_PYTHON_ABI && r->graph->nodes[s->node].asked_for);
    case GOAL_SURROUND:
        return s->kind == STEP_BUILD || s->kind == STEP_KIT;
    case GOAL_MIRROR:
        if (s->kind == STEP_DOWNLOAD || s->kind == STEP_PACKAGES)
            return true;
        /* fallthrough */
    case GOAL_LOCK:
        return s->kind == STEP_BACKEND || s->kind == STEP_REQUIREMENTS || s->kind == STEP_CRATES;
    default:
        return ((s->kind == STEP_WHEEL || s->kind == STEP_TRY || s->kind == STEP_INTERPRETER ||
                    is_tree_alone(r, s) || with_modules) &&
                   r->graph->nodes[s->node].asked_for) ||
               s->kind == STEP_BACKEND || s->kind == STEP_REQUIREMENTS;
    }
}

/* Of a project that others need, and nobody asked for, what it requires is asked in each shard. */
static bool step_is_asked_for(const struct run *r, const struct step *s)
{
    bool is_others = (s->kind == STEP_BACKEND || s->kind == STEP_REQUIREMENTS) &&
                     !r->graph->nodes[s->node].asked_for && r->request->shard.number;
    if (r->sharding.shards && !r->request->shard.number)
        return run_shard_asks(r, (size_t)(s - r->plan->steps));
    return goal_asks(r, s) && (is_others || run_shard_asks(r, (size_t)(s - r->plan->steps)));
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

/* Whether the store has it: 1, 0 or -1. What a folder that is shared has is brought by then. */
static int is_there(struct run *r, const struct step *s, struct err *e)
{
    const struct step_hooks *hooks = step_hooks_of(s);
    if (hooks->is_there)
        return hooks->is_there(r, s, e);
    int made = store_has_tree(&r->store, s->name, &s->key, e);
    if (made > 0)
        made = check_tree(r, s, e);
    if (made == 0)
        made = run_bring_tree(r, s);
    if (made > 0 && r->request->goal >= GOAL_FETCH)
        store_used_tree(&r->store, s->name, &s->key);
    return made;
}

/* What is needed and not looked at yet, and is not there: those steps, and how many; or -1. */
static int find_missing(
    struct run *r, const bool *needed, bool *looked_at, size_t *missing, size_t *count, struct err *e)
{
    *count = 0;
    for (size_t i = r->plan->len; i-- > 0;) {
        if (!needed[i] || looked_at[i])
            continue;
        looked_at[i] = true;
        int there = is_there(r, &r->plan->steps[i], e);
        if (there < 0)
            return -1;
        if (!there)
            missing[(*count)++] = i;
    }
    return 0;
}

/* With --keep-going a plan is made again when others have failed: what failed is done once, and told once. */
static void leave_failed(struct run *r)
{
    bool *left = arena_alloc(r->arena, r->plan->len + 1);
    for (size_t i = 0; i < r->plan->len; i++) {
        const struct step *s = &r->plan->steps[i];
        left[i] = r->wanted[i] && step_was_in_vain(r, s);
        for (size_t k = 0; k < s->need_count; k++)
            left[i] |= left[s->needs[k]];
        r->wanted[i] &= !left[i];
    }
}

/* From the goals downwards, one generation of needs after the other: each is asked for at once. */
int run_mark_wanted(struct run *r, struct err *e)
{
    size_t len = r->plan->len, count;
    bool *needed = arena_alloc(r->arena, len + 1), *looked_at = arena_alloc(r->arena, len + 1);
    size_t *missing = arena_alloc(r->arena, (len + 1) * sizeof *missing);
    r->wanted = arena_alloc(r->arena, len + 1);
    r->coming = arena_alloc(r->arena, (len + 1) * sizeof *r->coming);
    for (size_t i = 0; i < len; i++)
        needed[i] = step_is_asked_for(r, &r->plan->steps[i]);
    do {
        if (find_missing(r, needed, looked_at, missing, &count, e) < 0 ||
            (remote_is_asked(r) && remote_ask(r, missing, count, e) < 0))
            return -1;
        for (size_t k = 0; k < count; k++) {
            const struct step *s = &r->plan->steps[missing[k]];
            r->wanted[missing[k]] = !r->coming[missing[k]];
            for (size_t i = 0; i < s->need_count && r->wanted[missing[k]]; i++)
                needed[s->needs[i]] = true;
        }
    } while (count);
    leave_failed(r);
    return 0;
}
