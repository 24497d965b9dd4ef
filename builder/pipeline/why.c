/* Why a step is made again: its facts held against those of the tree that was made last for the same thing.
 */
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "store/past.h"

static bool is_planned(const struct plan *p, const struct past_tree *tree)
{
    for (size_t i = 0; i < p->len; i++)
        if (strcmp(p->steps[i].key.text, tree->text) == 0)
            return true;
    return false;
}

static const struct past_tree *own_tree(const struct past *past, const struct step *s)
{
    for (size_t i = 0; i < past->count; i++)
        if (strcmp(past->items[i].text, s->key.text) == 0)
            return &past->items[i];
    return NULL;
}

/* The newest that was there for the same thing, before own when that is given. Two variants of a library may
 * be in one plan: one is not what the other was. */
static const struct past_tree *tree_before(
    const struct past *past, const struct plan *p, const struct step *s, const struct past_tree *own)
{
    for (size_t i = 0; i < past->count; i++) {
        const struct past_tree *tree = &past->items[i];
        const char *slot = fact_value(&tree->facts, "step");
        if (slot && strcmp(slot, s->slot) == 0 && !is_planned(p, tree) &&
            (!own || tree->made_ns <= own->made_ns))
            return tree;
    }
    return NULL;
}

static int explain(
    struct reason *out, struct run *r, const struct past *past, const struct step *s, struct err *e)
{
    int is_there = store_has_tree(&r->store, s->name, &s->key, e);
    if (is_there < 0)
        return -1;

    const struct past_tree *own = own_tree(past, s);
    const struct past_tree *before = tree_before(past, r->plan, s, own);
    *out = (struct reason){.label = s->label,
        .is_there = own && is_there && !r->wanted[s - r->plan->steps],
        .made_ns = own ? own->made_ns : 0,
        .was_there = before,
        .before_ns = before ? before->made_ns : 0};
    if (before)
        out->changes = fact_changes_between(r->arena, &before->facts, &s->key.facts);
    return 0;
}

/* Nobody asks for what is neither there nor to be made: a library whose users are all finished. */
int run_explain(struct run *r, struct err *e)
{
    struct past past;
    if (store_past(&past, r->arena, &r->store, e) < 0)
        return -1;
    r->result->reasons = arena_alloc(r->arena, (r->plan->len + 1) * sizeof *r->result->reasons);
    for (size_t i = 0; i < r->plan->len; i++) {
        if (!r->plan->steps[i].name)
            continue;
        struct reason *reason = &r->result->reasons[r->result->reason_count];
        if (explain(reason, r, &past, &r->plan->steps[i], e) < 0)
            return -1;
        r->result->reason_count += reason->is_there || r->wanted[i];
    }
    return 0;
}
