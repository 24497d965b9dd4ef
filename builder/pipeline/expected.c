/* What a step will take of time and memory: as much as when the same thing was made the last time, whatever
 * its facts were then. */
#include <string.h>

#include "base/cleanup.h"
#include "base/map.h"
#include "pipeline/internal.h"
#include "store/past.h"

static const char took[] = "took"; /* in manifests; see step_commit */

/* What was made, by the slot of the step that made it: the newest first, each with the next older one. */
struct by_slot {
    const struct past *past;
    struct map newest; /* place in past + 1 */
    size_t *older;     /* by place, + 1; 0: none */
};

static void sort_by_slot(struct by_slot *b, struct arena *a, const struct past *past)
{
    b->past = past;
    b->older = arena_alloc(a, (past->count + 1) * sizeof *b->older);
    for (size_t i = past->count; i-- > 0;) {
        const char *slot = fact_value(&past->items[i].facts, "step");
        if (slot)
            b->older[i] = (uintptr_t)map_set(&b->newest, slot, (void *)(uintptr_t)(i + 1));
    }
}

/* The newest that can be read. */
static bool find_manifest(struct manifest *m, const struct by_slot *b, const struct step *s)
{
    for (size_t i = (uintptr_t)map_get(&b->newest, s->slot); i; i = b->older[i - 1]) {
        AUTO(err) struct err unread = ERR_INIT; /* an older one may tell it as well */
        if (manifest_read(m, b->past->items[i - 1].tree, &unread) == 1 && json_get(m->facts, took))
            return true;
    }
    return false;
}

static bool expect(struct task *t, const struct by_slot *b, const struct step *s)
{
    AUTO(arena) struct arena a = {0};
    struct manifest m;
    manifest_init(&m, &a);
    bool found = find_manifest(&m, b, s);
    if (found) {
        const struct json *was = json_get(m.facts, took);
        int64_t memory = json_get_int(was, "memory-bytes", 0);
        t->seconds = json_number(json_get(was, "seconds"), 0);
        t->memory_bytes = memory > 0 ? (uint64_t)memory : 0;
    }
    manifest_release(&m);
    return found;
}

/* Nothing is there when the store cannot be read: then nothing is expected, and all is made the same. */
static bool open_past(struct by_slot *b, struct past *past, struct arena *a, const struct run *r)
{
    AUTO(err) struct err ignored = ERR_INIT;
    if (store_past(past, a, &r->store, &ignored) < 0)
        return false;
    sort_by_slot(b, a, past);
    return true;
}

void run_expect(struct run *r, struct task *tasks, const size_t *task_of)
{
    AUTO(arena) struct arena a = {0};
    struct past past = {0};
    struct by_slot by_slot = {0};
    if (!open_past(&by_slot, &past, &a, r))
        return;
    for (size_t i = 0; i < r->plan->len; i++)
        if (r->wanted[i])
            expect(&tasks[task_of[i]], &by_slot, &r->plan->steps[i]);
    map_release(&by_slot.newest);
}

void run_tell_durations(struct run *r)
{
    AUTO(arena) struct arena a = {0};
    struct past past = {0};
    struct by_slot by_slot = {0};
    struct texts *out = &r->result->durations;
    if (!open_past(&by_slot, &past, &a, r))
        return;
    out->items = arena_alloc(r->arena, (r->plan->len + 1) * sizeof *out->items);
    for (size_t i = 0; i < r->plan->len; i++) {
        struct task t = {0};
        const struct step *s = &r->plan->steps[i];
        if (expect(&t, &by_slot, s))
            out->items[out->len++] = arena_strf(r->arena, "%.3f %s", t.seconds, s->slot);
    }
    map_release(&by_slot.newest);
}
