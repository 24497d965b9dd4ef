/* The slots of a run: taken, free, and idle while a task could have had one. */
#include "sched/runner.h"

int64_t runner_now_ns(const struct runner *r)
{
    return r->host->now_ns(r->host->arg);
}

size_t runner_free_slots(const struct runner *r)
{
    size_t left = tokens_left(r->limits->tokens), most = r->slots - r->used;
    return left < most ? left : most;
}

/* Adds what was idle up to now: before every change of used or ready. */
void runner_count_idle(struct runner *r)
{
    int64_t now = runner_now_ns(r);
    if (!r->closing)
        r->totals.slot_idle_seconds += (double)(now - r->counted_ns) / 1e9 * (double)r->idle;
    r->counted_ns = now;
}

/* After it: what is idle from now on. A slot that another's limits keep from a task is not. */
void runner_note_idle(struct runner *r)
{
    size_t left = r->is_held || !r->ready ? 0 : runner_free_slots(r);
    r->idle = left < r->ready ? left : r->ready;
}

/* Up to that many; gives how many it got. */
unsigned runner_take_slots(struct runner *r, size_t most)
{
    unsigned got = 0;
    while (got < most && r->used < r->slots && tokens_take(r->limits->tokens)) {
        r->used++;
        got++;
    }
    return got;
}
