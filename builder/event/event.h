/* What happened, told as it happens. Logic emits events; sinks in ui/ draw them. An event is not an error and
 * not a finding. */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include <stdint.h>

enum event_kind {
    EVENT_RUN_BEGIN,  /* count: steps to do; message: what the run is for */
    EVENT_STEP_BEGIN, /* step: its label; seconds: what it took the last time, 0 when that is not known */
    EVENT_STEP_PHASE, /* step, message: what it does now ("configure"), command in detail, its log in path */
    EVENT_STEP_END,   /* step, seconds */
    EVENT_STEP_SKIP,  /* step, message: why nothing was to do ("up to date") */
    EVENT_STEP_FAIL,  /* step, message: what went wrong, path: the log when there is one */
    EVENT_FETCH,   /* step: what is fetched, done and total in bytes (total 0: unknown), detail: from where */
    EVENT_NOTE,    /* message: something the user wants to know */
    EVENT_WARNING, /* message: something the user should look at */
    EVENT_DETAIL,  /* message: shown with -v only */
    EVENT_RUN_END, /* message, seconds; count: failures */
};

struct event {
    enum event_kind kind;
    const char *step; /* may be NULL, as every text here; valid during the call only */
    const char *message;
    const char *detail;
    const char *path;
    uint64_t done, total; /* bytes */
    uint64_t count;
    double seconds;
};

/* Somebody who wants to know. The first member of every sink struct. */
struct sink {
    void (*emit)(struct sink *sink, const struct event *event);
};

/* A sink may be NULL: then nobody listens. */
static inline void event_emit(struct sink *sink, const struct event *event)
{
    if (sink)
        sink->emit(sink, event);
}

void event_note(struct sink *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));
void event_warning(struct sink *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));
void event_detail(struct sink *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The word of a kind in JSON lines: "step-begin". */
const char *event_kind_name(enum event_kind kind);

#endif
