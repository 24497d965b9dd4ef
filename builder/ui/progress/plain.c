/* One line for what begins, ends, is skipped or fails, with the seconds since the start in front. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/set.h"
#include "sys/clock.h"
#include "ui/progress/internal.h"

struct plain {
    struct progress progress;
    enum verbosity verbosity;
    FILE *out;
    struct style style;
    int64_t start_ns;
    struct set fetches; /* downloads that were announced, by name */
};

/* Downloads report every few blocks; a line each would drown the rest. */
static bool fetch_is_news(struct plain *p, const struct event *event)
{
    if (p->verbosity < VERBOSITY_NORMAL || !event->step)
        return false;
    return set_add(&p->fetches, event->step);
}

static void plain_emit(struct sink *sink, const struct event *event)
{
    struct plain *p = (struct plain *)sink;
    bool kept =
        event->kind == EVENT_FETCH ? fetch_is_news(p, event) : event_is_kept(event, p->verbosity, false);
    if (!kept)
        return;
    AUTO(strbuf) struct strbuf line = {0};
    if (p->verbosity >= VERBOSITY_NORMAL)
        strbuf_addf(&line, "[%6.1f] ", (double)(clock_monotonic_ns() - p->start_ns) / 1e9);
    event_line(&line, event, p->style);
    strbuf_addc(&line, '\n');
    stream_put(p->out, &line);
}

static void plain_release(struct progress *progress)
{
    struct plain *p = (struct plain *)progress;
    set_release(&p->fetches);
    free(p);
}

struct progress *plain_new(enum verbosity verbosity, FILE *out)
{
    struct plain *p = xcalloc(1, sizeof *p);
    p->progress.sink.emit = plain_emit;
    p->progress.release = plain_release;
    p->verbosity = verbosity;
    p->out = out;
    p->style = style_of(out);
    p->start_ns = clock_monotonic_ns();
    return &p->progress;
}
