/* What runs now, as lines of text: the model behind the live view, without a terminal or a clock. */
#ifndef UI_PROGRESS_LIVE_VIEW_H
#define UI_PROGRESS_LIVE_VIEW_H

#include "base/vec.h"
#include "event/event.h"
#include "ui/text/layout.h"

struct live_line {
    char *label, *phase;  /* owned; phase may be NULL */
    char *log, *last;     /* owned: where its command writes to, and the last line of that; or NULL */
    double since;         /* seconds on the caller's clock */
    double expected;      /* seconds that it took the last time; 0 when that is not known */
    bool download;        /* made by EVENT_FETCH alone: gone when all bytes are there */
    uint64_t done, total; /* bytes of a download; total 0: unknown */
};

/* Zeroed is empty. */
struct live_view {
    VEC(struct live_line) lines; /* in the order they began */
    uint64_t steps;              /* of the run, 0 before it is known */
    uint64_t finished, failed;
};

/* Takes an event in; now is in seconds. */
void live_view_apply(struct live_view *v, const struct event *event, double now);

/* Says what stands last in the log of a line, NULL for nothing; *line is one of v->lines. */
void live_line_tell(struct live_line *line, const char *last);

/* The last line with words in the end of a log, which may be cut anywhere: without what is on the way to be
 * written over
 * ("\r"), without the commands that are written there ("+ cc …"). The caller frees it; NULL when there is
 * none. */
char *log_last_line(struct slice end);

/* Adds at most rows lines, none wider than style.width - 1, each ending in a newline; gives their number. */
size_t live_view_draw(
    const struct live_view *v, double now, struct style style, size_t rows, struct strbuf *out);
void live_view_release(struct live_view *v);

#endif
