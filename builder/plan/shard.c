/* Goals that share trees are put side by side, and the row is cut where the parts weigh the same. Each pass
 * is linear in steps and needs; there are a few, because what turns out to be shared weighs nothing in a
 * shard. */
#include "plan/shard.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "plan/internal.h"

enum { PASSES = 4 };

/* Where nobody knows better, in seconds. */
enum { BUILD_SECONDS = 30, BACKEND_SECONDS = 30, COMPILE_SECONDS = 10, OTHER_SECONDS = 1 };

#define UNSEEN (UINT_MAX - 1)

struct cutting {
    struct arena *a;
    const struct plan *p;
    const struct graph *g;
    shard_duration *took;
    void *arg;
    struct shards *out;
    size_t *builds;          /* by node: the step that builds it, + 1 */
    struct edges *needs;     /* by step: all that count */
    size_t *users, *user_at; /* by step: user_at[i] to user_at[i + 1] in users */
    double *weights;         /* by step */
    size_t *row, row_len;    /* goals, side by side */
};

static bool is_project(const struct cutting *c, const struct step *s)
{
    return s->node != NO_NODE && c->g->nodes[s->node].recipe->build.system == BUILD_PEP517;
}

/* What a project's steps are behind its first one is planned once that is done, which is so on one machine
 * and not on another: the first stands for all. */
static bool counts(const struct cutting *c, const struct step *s)
{
    switch (s->kind) {
    case STEP_DOWNLOAD:
    case STEP_KIT:
    case STEP_ENVIRONMENT:
    case STEP_PACKAGES:
    case STEP_CRATES:
    case STEP_REQUIREMENTS:
    case STEP_PROJECT:
        return false;
    case STEP_WHEEL:
    case STEP_TRY:
        return !is_project(c, s);
    default:
        return true;
    }
}

static bool is_goal(const struct cutting *c, const struct step *s)
{
    if (s->node == NO_NODE || !c->g->nodes[s->node].asked_for || !counts(c, s))
        return false;
    enum recipe_kind kind = c->g->nodes[s->node].recipe->kind;
    return s->kind == STEP_WHEEL || s->kind == STEP_BACKEND || s->kind == STEP_INTERPRETER ||
           (s->kind == STEP_BUILD && kind != RECIPE_PROGRAM && kind != RECIPE_INTERPRETER);
}

static double known(const struct cutting *c, const char *slot)
{
    return c->took ? c->took(c->arg, slot) : -1;
}

/* All that follows from it, by the words that they begin with. */
static double project_seconds(const struct cutting *c, const struct step *s)
{
    static const enum step_kind kinds[] = {
        STEP_BACKEND, STEP_REQUIREMENTS, STEP_PROJECT, STEP_WHEEL, STEP_TRY};
    const char *rest = s->slot + strlen(step_kind_name(STEP_BACKEND));
    double sum = -1;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        AUTO_FREE char *slot = xstrf("%s%s", step_kind_name(kinds[i]), rest);
        double seconds = known(c, slot);
        if (seconds >= 0)
            sum = sum < 0 ? seconds : sum + seconds;
    }
    return sum < 0 ? BACKEND_SECONDS : sum;
}

static double seconds_of(const struct cutting *c, const struct step *s)
{
    if (!counts(c, s))
        return 0;
    if (s->kind == STEP_BACKEND)
        return project_seconds(c, s);
    double seconds = known(c, s->slot);
    if (seconds >= 0)
        return seconds;
    switch (s->kind) {
    case STEP_BUILD:
        return BUILD_SECONDS;
    case STEP_MODULE:
    case STEP_SHARED:
    case STEP_OBJECTS:
    case STEP_BUILT_IN:
        return COMPILE_SECONDS;
    default:
        return OTHER_SECONDS;
    }
}

static void add_built(const struct cutting *c, struct edges nodes, size_vec *out)
{
    for (size_t i = 0; i < nodes.len; i++)
        if (c->builds[nodes.items[i]])
            vec_push(out, c->builds[nodes.items[i]] - 1);
}

/* A goal that is a wheel is not done before its try is, and so needs what that needs. */
static void find_needs(struct cutting *c, size_t i)
{
    const struct step *s = &c->p->steps[i];
    size_vec all = {0};
    for (size_t k = 0; counts(c, s) && k < s->need_count; k++)
        if (counts(c, &c->p->steps[s->needs[k]]))
            vec_push(&all, s->needs[k]);
    if (s->kind == STEP_BACKEND) {
        const struct node *n = &c->g->nodes[s->node];
        add_built(c, n->libraries, &all);
        add_built(c, n->builds, &all);
        add_built(c, n->tools, &all);
    }
    c->needs[i] = (struct edges){arena_memdup(c->a, all.items, all.len * sizeof *all.items), all.len};
    vec_release(&all);
}

static void find_users(struct cutting *c)
{
    size_t len = c->p->len, *fill = arena_alloc(c->a, (len + 1) * sizeof *fill), total = 0;
    c->user_at = arena_alloc(c->a, (len + 2) * sizeof *c->user_at);
    for (size_t i = 0; i < len; i++)
        for (size_t k = 0; k < c->needs[i].len; k++)
            fill[c->needs[i].items[k]]++;
    for (size_t i = 0; i < len; i++) {
        c->user_at[i] = total;
        total += fill[i];
        fill[i] = c->user_at[i];
    }
    c->user_at[len] = total;
    c->users = arena_alloc(c->a, (total + 1) * sizeof *c->users);
    for (size_t i = 0; i < len; i++)
        for (size_t k = 0; k < c->needs[i].len; k++)
            c->users[fill[c->needs[i].items[k]]++] = i;
}

static void prepare(struct cutting *c)
{
    size_t len = c->p->len;
    c->builds = arena_alloc(c->a, (c->g->len + 1) * sizeof *c->builds);
    c->needs = arena_alloc(c->a, (len + 1) * sizeof *c->needs);
    c->weights = arena_alloc(c->a, (len + 1) * sizeof *c->weights);
    for (size_t i = 0; i < len; i++)
        if (c->p->steps[i].kind == STEP_BUILD)
            c->builds[c->p->steps[i].node] = i + 1;
    for (size_t i = 0; i < len; i++) {
        find_needs(c, i);
        c->weights[i] = seconds_of(c, &c->p->steps[i]);
    }
    find_users(c);
}

/* Where the row begins to be made: what several need, the heaviest first; then everything else. */
struct row_start {
    size_t step;
    bool shared;
    double weight;
};

static int heaviest_first(const void *pa, const void *pb)
{
    const struct row_start *a = pa, *b = pb;
    if (a->shared != b->shared)
        return a->shared ? -1 : 1;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return a->step < b->step ? -1 : a->step > b->step;
}

/* All that needs the step, depth first, in the order of the plan: goals join the row as they are met. */
static void add_users(struct cutting *c, size_t from, bool *seen, size_vec *stack)
{
    vec_push(stack, from);
    while (stack->len) {
        size_t i = stack->items[--stack->len];
        if (seen[i])
            continue;
        seen[i] = true;
        if (is_goal(c, &c->p->steps[i]))
            c->row[c->row_len++] = i;
        for (size_t k = c->user_at[i + 1]; k-- > c->user_at[i];)
            vec_push(stack, c->users[k]);
    }
}

static void make_row(struct cutting *c)
{
    size_t len = c->p->len;
    struct row_start *starts = arena_alloc(c->a, (len + 1) * sizeof *starts);
    bool *seen = arena_alloc(c->a, len + 1);
    size_vec stack = {0};
    c->row = arena_alloc(c->a, (len + 1) * sizeof *c->row);
    for (size_t i = 0; i < len; i++)
        starts[i] = (struct row_start){i, c->user_at[i + 1] - c->user_at[i] > 1, c->weights[i]};
    if (len)
        qsort(starts, len, sizeof *starts, heaviest_first);
    for (size_t i = 0; i < len; i++)
        add_users(c, starts[i].step, seen, &stack);
    vec_release(&stack);
}

/* What a goal needs, and no goal before it in the row did. */
static double add_weight(struct cutting *c, size_t goal, bool *seen, size_vec *stack)
{
    double sum = 0;
    vec_push(stack, goal);
    if (c->p->steps[goal].kind == STEP_WHEEL)
        vec_push(stack, goal + 1); /* its try */
    while (stack->len) {
        size_t i = stack->items[--stack->len];
        if (seen[i])
            continue;
        seen[i] = true;
        sum += c->weights[i];
        for (size_t k = 0; k < c->needs[i].len; k++)
            vec_push(stack, c->needs[i].items[k]);
    }
    return sum;
}

static void cut(struct cutting *c, double *own)
{
    bool *seen = arena_alloc(c->a, c->p->len + 1);
    size_vec stack = {0};
    double total = 0, before = 0;
    for (size_t i = 0; i < c->row_len; i++)
        total += own[i] = add_weight(c, c->row[i], seen, &stack);
    vec_release(&stack);
    for (size_t i = 0; i < c->row_len; i++) {
        double middle = total > 0 ? (before + own[i] / 2) / total : (double)i / (double)c->row_len;
        unsigned shard = (unsigned)(middle * c->out->count);
        c->out->goals[c->row[i]] = 1 + (shard < c->out->count ? shard : c->out->count - 1);
        before += own[i];
    }
}

static void need(unsigned *of, size_t step, unsigned shard)
{
    if (of[step] == UNSEEN)
        of[step] = shard;
    else if (of[step] != shard)
        of[step] = SHARD_FIRST;
}

/* Users stand behind what they need, so that one way from the end to the beginning tells who needs what. */
static void find_shared(struct cutting *c)
{
    unsigned *of = c->out->of;
    for (size_t i = 0; i < c->p->len; i++)
        of[i] = UNSEEN;
    for (size_t i = c->p->len; i-- > 0;) {
        const struct step *s = &c->p->steps[i];
        if (is_goal(c, s))
            need(of, i, c->out->goals[i]);
        if (s->kind == STEP_TRY && is_goal(c, step_wheel_of(s)))
            need(of, i, c->out->goals[i - 1]);
        for (size_t k = 0; of[i] != UNSEEN && k < c->needs[i].len; k++)
            need(of, c->needs[i].items[k], of[i]);
    }
}

/* What is shared is made before, and is no work of the shard's. */
static void weigh(struct cutting *c)
{
    for (size_t i = 0; i < c->p->len; i++)
        c->weights[i] = c->out->of[i] == SHARD_FIRST ? 0 : seconds_of(c, &c->p->steps[i]);
}

/* The rest of a project's steps go where its first one is. */
static void follow(struct cutting *c)
{
    AUTO(map) struct map firsts = {0};
    struct shards *out = c->out;
    for (size_t i = 0; i < c->p->len; i++) {
        const struct step *s = &c->p->steps[i];
        bool is_try = s->kind == STEP_TRY;
        const struct interpreter *python = is_try ? s[-1].python : s->python;
        bool is_later = s->node != NO_NODE && is_project(c, s) && python && !counts(c, s);
        if (out->of[i] == UNSEEN)
            out->of[i] = SHARD_ANY;
        if (s->kind != STEP_BACKEND && !is_later)
            continue;
        AUTO_FREE char *key = xstrf("%zu %s", s->node, python->path);
        if (s->kind == STEP_BACKEND)
            map_set(&firsts, key, (void *)(uintptr_t)(i + 1));
        size_t first = (uintptr_t)map_get(&firsts, key);
        if (!first)
            continue;
        out->goals[i] = out->goals[first - 1];
        out->of[i] = out->of[first - 1];
    }
}

static void sum_up(struct cutting *c)
{
    struct shards *out = c->out;
    out->seconds = arena_alloc(c->a, (out->count + 1) * sizeof *out->seconds);
    for (size_t i = 0; i < c->p->len; i++)
        if (out->of[i] <= out->count)
            out->seconds[out->of[i]] += seconds_of(c, &c->p->steps[i]);
}

struct shards *plan_shard(struct arena *a, const struct plan *p, const struct graph *g, unsigned count,
    shard_duration *took, void *arg)
{
    struct shards *out = arena_new(a, struct shards);
    struct cutting c = {.a = a, .p = p, .g = g, .took = took, .arg = arg, .out = out};
    out->count = count;
    out->goals = arena_alloc(a, (p->len + 1) * sizeof *out->goals);
    out->of = arena_alloc(a, (p->len + 1) * sizeof *out->of);
    prepare(&c);
    make_row(&c);
    double *own = arena_alloc(a, (c.row_len + 1) * sizeof *own);
    for (unsigned pass = 0; pass < PASSES; pass++) {
        cut(&c, own);
        find_shared(&c);
        weigh(&c);
    }
    follow(&c);
    sum_up(&c);
    return out;
}
