/* Lets go of this program's own pages of libraries, so that those who are measured do not seem to share
 * them. */
#include "footprint/own_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "footprint/sample.h"
#include "footprint/smaps.h"

/* What was written to since it was mapped would be lost: only parts that never could be are dropped. */
static bool may_go(const struct region *g)
{
    return g->inode && *g->name == '/' && g->has_flags && !g->accounted && !g->memory.anonymous &&
           !(g->access & (REGION_WRITE | REGION_MAY_SHARE)) && g->memory.rss;
}

void own_pages_let_go(void)
{
#ifndef __SANITIZE_ADDRESS__ /* whose own code is among them */
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    struct watched self;
    struct arena names = {0};
    struct smaps_reader r = {.arena = &names};
    if (watched_open(&self, "/proc", getpid(), &ignored) < 0)
        return;
    if (watched_read(&self, "smaps", &text, (size_t)64 << 20, &ignored) == 0 &&
        smaps_feed(&r, strbuf_str(&text), text.len, &ignored) == 0)
        vec_each (&r.regions, g)
            if (may_go(g))
                madvise((void *)(uintptr_t)g->start, (size_t)(g->end - g->start), MADV_DONTNEED);
    watched_release(&self);
    smaps_reader_release(&r);
    arena_release(&names);
#endif
}
