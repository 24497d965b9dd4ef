/* A plan cut into parts that several machines make side by side, meeting in a shared cache. Pure: the same
 * plan and durations give the same shards, whatever the machine has in its store, so that each can find its
 * own part by itself.
 *
 * Every goal (a wheel with its try, a library that was asked for) is in exactly one shard. What goals of
 * several shards need is in none: it is made first, as shard 0, and taken from the cache by all others. */
#ifndef PLAN_SHARD_H
#define PLAN_SHARD_H

#include <limits.h>

#include "plan/plan.h"

enum { SHARDS_MAX = 4096 };

#define SHARD_FIRST 0u     /* several shards need it: made before all others */
#define SHARD_ANY UINT_MAX /* made wherever it is needed: it does not travel, or is a download */

struct shards {
    unsigned count;
    unsigned *goals; /* by step: the shard whose goal it is; 0: it is no goal */
    unsigned *of;    /* by step: the shard that makes it, or one of the above */
    double *seconds; /* by shard, 0 first: what it takes, one step after the other */
};

/* How long the step of that slot takes, in seconds; negative when that is not known. */
typedef double shard_duration(void *arg, const char *slot);

/* Cuts it into count shards, from 1 to SHARDS_MAX. All in the arena. */
struct shards *plan_shard(struct arena *a, const struct plan *p, const struct graph *g, unsigned count,
    shard_duration *took, void *arg);

/* "2/4": which of how many, or of how many (0/4) what is made first. */
struct shard_choice {
    unsigned number, count; /* count 0: everything */
};
int shard_choice_parse(struct shard_choice *out, const char *text, struct err *e);

/* Whether the step is to be made for that shard whether or not another one needs it. */
bool shard_asks(const struct shards *s, const struct plan *p, unsigned number, size_t step);

/* Adds one shard as text: its steps, with their numbers in the plan. */
void shard_print(
    struct strbuf *out, const struct plan *p, const struct shards *s, unsigned number, bool with_keys);

#endif
