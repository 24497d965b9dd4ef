/* What a step will take of time and memory: as much as when the same thing was made the last time, whatever
 * its facts were then. */
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "store/past.h"

static const char took[] = "took"; /* in manifests; see step_commit */

/* The newest that can be read. */
static bool find_manifest(struct manifest *m, const struct past *past, const struct step *s)
{
    for (size_t i = 0; i < past->count; i++) {
        const char *slot = fact_value(&past->items[i].facts, "step");
        AUTO(err) struct err unread = ERR_INIT; /* an older one may tell it as well */
        if (slot && strcmp(slot, s->slot) == 0 && manifest_read(m, past->items[i].tree, &unread) == 1 &&
            json_get(m->facts, took))
            return true;
    }
    return false;
}

static void expect(struct task *t, const struct past *past, const struct step *s)
{
    AUTO(arena) struct arena a = {0};
    struct manifest m;
    manifest_init(&m, &a);
    if (find_manifest(&m, past, s)) {
        const struct json *was = json_get(m.facts, took);
        int64_t memory = json_get_int(was, "memory-bytes", 0);
        t->seconds = json_number(json_get(was, "seconds"), 0);
        t->memory_bytes = memory > 0 ? (uint64_t)memory : 0;
    }
    manifest_release(&m);
}

void run_expect(struct run *r, struct task *tasks, const size_t *task_of)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err ignored = ERR_INIT; /* then nothing is expected, and all is made the same */
    struct past past = {0};
    if (store_past(&past, &a, &r->store, &ignored) < 0)
        return;
    for (size_t i = 0; i < r->plan->len; i++)
        if (r->wanted[i])
            expect(&tasks[task_of[i]], &past, &r->plan->steps[i]);
}
