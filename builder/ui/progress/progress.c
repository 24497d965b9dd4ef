/* Sinks for events, and what one event looks like as a line. */
#include "ui/progress/progress.h"

#include <string.h>

#include "base/cleanup.h"
#include "sys/tell.h"
#include "ui/progress/internal.h"

struct progress *progress_new(enum progress_style style, enum verbosity verbosity, FILE *out)
{
    bool terminal = style_is_terminal(out);
    if (style == PROGRESS_AUTO)
        style = terminal && verbosity != VERBOSITY_QUIET ? PROGRESS_TTY : PROGRESS_PLAIN;
    if (style == PROGRESS_JSON)
        return lines_new(out);
    if (style == PROGRESS_TTY && terminal)
        return live_new(verbosity, out);
    return plain_new(verbosity, out);
}

void progress_free(struct progress *p)
{
    if (p)
        p->release(p);
}

void stream_put(FILE *out, const struct strbuf *text)
{
    int fd = fileno(out);
    fflush(out);
    if (text->len && fd >= 0)
        tell(fd, text->ptr, text->len);
    else if (text->len)
        fwrite(text->ptr, 1, text->len, out);
}

bool event_is_kept(const struct event *event, enum verbosity verbosity, bool live)
{
    switch (event->kind) {
    case EVENT_STEP_FAIL:
    case EVENT_WARNING:
        return true;
    case EVENT_NOTE:
    case EVENT_STEP_END:
        return verbosity >= VERBOSITY_NORMAL;
    case EVENT_STEP_BEGIN:
    case EVENT_STEP_SKIP:
        return verbosity >= (live ? VERBOSITY_VERBOSE : VERBOSITY_NORMAL);
    case EVENT_STEP_PHASE:
    case EVENT_DETAIL:
        return verbosity >= VERBOSITY_VERBOSE;
    case EVENT_FETCH: /* the sinks decide: only the first and the last of a download matter */
    case EVENT_RUN_BEGIN:
    case EVENT_RUN_END:
        return false;
    }
    return false;
}

static void words(struct strbuf *out, struct style style, enum tone tone, const char *word, const char *what)
{
    tone_add(out, style, tone, word);
    if (what && *what) {
        size_t len = text_columns(word);
        text_pad(out, len < 6 ? 7 - len : 1);
        text_add_safe(out, what, 0);
    }
}

/* A message may have several lines, the tail of a log for one. */
static void add_lines(struct strbuf *out, const char *text, const char *indent)
{
    struct slice rest = slice_of(text);
    for (bool first = true; rest.ptr; first = false) {
        struct slice line = slice_cut(&rest, '\n');
        AUTO(strbuf) struct strbuf copy = {0};
        strbuf_add(&copy, line.ptr, line.len);
        if (!first) {
            strbuf_addc(out, '\n');
            strbuf_adds(out, indent);
        }
        text_add_safe(out, strbuf_str(&copy), 0);
    }
}

void event_line(struct strbuf *out, const struct event *event, struct style style)
{
    switch (event->kind) {
    case EVENT_STEP_BEGIN:
        words(out, style, TONE_PLAIN, "begin", event->step);
        break;
    case EVENT_STEP_PHASE:
        words(out, style, TONE_DIM, "phase", event->step);
        strbuf_adds(out, ": ");
        text_add_safe(out, event->message ? event->message : "", 0);
        if (event->detail) {
            strbuf_adds(out, ": ");
            text_add_safe(out, event->detail, 0);
        }
        break;
    case EVENT_STEP_END:
        words(out, style, TONE_GOOD, "done", event->step);
        strbuf_adds(out, " (");
        seconds_add(out, event->seconds);
        strbuf_addc(out, ')');
        break;
    case EVENT_STEP_SKIP:
        words(out, style, TONE_DIM, "skip", event->step);
        strbuf_adds(out, ": ");
        text_add_safe(out, event->message ? event->message : "nothing to do", 0);
        break;
    case EVENT_STEP_FAIL:
        words(out, style, TONE_BAD, "FAILED", event->step);
        if (event->message) { /* the whole of the first failure is in the error at the end */
            AUTO(strbuf) struct strbuf first = {0};
            strbuf_add(&first, event->message, strcspn(event->message, "\n"));
            strbuf_adds(out, ": ");
            text_add_safe(out, strbuf_str(&first), 0);
        }
        if (event->path) {
            strbuf_adds(out, " (log: ");
            text_add_safe(out, event->path, 0);
            strbuf_addc(out, ')');
        }
        break;
    case EVENT_FETCH:
        words(out, style, event->total && event->done >= event->total ? TONE_GOOD : TONE_PLAIN, "fetch",
            event->step);
        if (event->total) {
            strbuf_adds(out, ", ");
            size_add(out, event->total);
        }
        if (event->detail) {
            strbuf_adds(out, " from ");
            text_add_safe(out, event->detail, 0);
        }
        break;
    case EVENT_WARNING:
        tone_add(out, style, TONE_WARN, "warning: ");
        add_lines(out, event->message ? event->message : "", "    ");
        break;
    case EVENT_NOTE:
    case EVENT_DETAIL:
    case EVENT_RUN_BEGIN:
    case EVENT_RUN_END:
        add_lines(out, event->message ? event->message : "", "    ");
        break;
    }
}
