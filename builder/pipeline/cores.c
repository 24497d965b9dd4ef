/* What of the machine a run uses: its tokens, and limits of memory and load. */
#include <unistd.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/allowance.h"
#include "sys/path.h"

unsigned run_slots(const struct run *r)
{
    const struct pipeline_request *request = r->request;
    if (request->outer)
        return tokens_count(request->outer);
    return request->jobs ? request->jobs : allowance_here().processors;
}

/* The FIFO is where build tools can be shown it also when they see nothing else of the store. */
static struct job_tokens *make_tokens(struct run *r, struct err *e)
{
    if (work_open(&r->pool, &r->store, "jobs", e) < 0)
        return NULL;
    AUTO_FREE char *fifo = path_join(r->pool.path, "tokens");
    return tokens_new(run_slots(r), fifo, e);
}

/* What the machine has, or less where control groups say so. */
static uint64_t memory_here(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    uint64_t allowed = allowance_here().memory_bytes;
    uint64_t there = pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : MEMORY_UNLIMITED;
    return allowed < there ? allowed : there;
}

int run_open_tokens(struct run *r, struct task_limits *limits, struct err *e)
{
    if (!r->tokens)
        r->tokens = r->request->outer ? r->request->outer : make_tokens(r, e);
    *limits = (struct task_limits){.tokens = r->tokens, .load = r->request->load};
    if (!r->tokens)
        return -1;
    limits->memory_bytes = memory_here();
    r->memory_kills = memory_kills("/proc/vmstat");
    return 0;
}

void run_release_tokens(struct run *r)
{
    AUTO(err) struct err ignored = ERR_INIT; /* the next run tidies */
    if (r->tokens != r->request->outer)
        tokens_free(r->tokens);
    r->tokens = NULL;
    work_remove(&r->pool, &ignored);
}
