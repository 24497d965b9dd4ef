/* A run for one shard of the plan; how long steps take is said by a file, which all machines have, so that
 * all cut alike. What this machine knows of that is written by `plan --print-durations`. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/fs.h"

enum { DURATIONS_LIMIT = 64 << 20 };

static int read_duration(struct run *r, const char *path, unsigned number, struct slice line, struct err *e)
{
    AUTO_FREE char *text = xstrndup(line.ptr, line.len);
    char *end;
    double *seconds = arena_new(r->arena, double);
    *seconds = strtod(text, &end);
    if (end == text || *end != ' ' || !end[1] || !(*seconds >= 0 && *seconds < 1e9))
        return err_add(e, ERR_USAGE, "%s:%u: is not SECONDS STEP, as in \"12.5 build zlib\"", path, number);
    map_set(&r->sharding.durations, end + 1, seconds);
    return 0;
}

/* Lines of "SECONDS STEP"; empty ones and those that begin with # are none. */
static int read_durations(struct run *r, struct err *e)
{
    const char *path = r->request->durations;
    AUTO(strbuf) struct strbuf text = {0};
    if (!path || r->sharding.read)
        return 0;
    r->sharding.read = true;
    if (file_read(&text, path, DURATIONS_LIMIT, e) < 0)
        return -1;
    struct slice rest = {strbuf_str(&text), text.len};
    for (unsigned number = 1; rest.ptr; number++) {
        struct slice line = slice_trim(slice_cut(&rest, '\n'));
        if (line.len && *line.ptr != '#')
            read_duration(r, path, number, line, e);
    }
    return e->kind ? -1 : 0;
}

static double duration(void *arg, const char *slot)
{
    const struct run *r = arg;
    const double *seconds = map_get(&r->sharding.durations, slot);
    return seconds ? *seconds : -1;
}

/* Without a place where they meet each makes all that it needs. */
static void say_alone(struct run *r)
{
    bool alone = !r->request->share && r->request->goal >= GOAL_BUILD && !r->sharding.said_alone;
    if (alone)
        event_note(r->sink, "--shard without --share: what several shards need is made in each of them");
    r->sharding.said_alone |= alone;
}

int run_shard(struct run *r, struct err *e)
{
    const struct shard_choice *choice = &r->request->shard;
    if (!choice->count)
        return 0;
    if (read_durations(r, e) < 0)
        return -1;
    r->sharding.shards = plan_shard(r->arena, r->plan, r->graph, choice->count, duration, r);
    r->result->shards = r->sharding.shards;
    r->result->shard = choice->number;
    say_alone(r);
    return 0;
}

bool run_shard_asks(const struct run *r, size_t step)
{
    const struct shards *s = r->sharding.shards;
    return !s || shard_asks(s, r->plan, r->request->shard.number, step);
}
