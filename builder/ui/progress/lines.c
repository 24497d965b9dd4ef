/* JSON lines (https://jsonlines.org): every event as one object. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "sys/clock.h"
#include "ui/progress/internal.h"

struct lines {
    struct progress progress;
    FILE *out;
    int64_t start_ns;
};

static void text_unless_null(struct json *object, const char *key, const char *text)
{
    if (text)
        json_set_text(object, key, text);
}

static void lines_emit(struct sink *sink, const struct event *event)
{
    struct lines *l = (struct lines *)sink;
    AUTO_JSON struct json *object = json_new_object();
    json_set_text(object, "event", event_kind_name(event->kind));
    json_set_real(object, "time", (double)((clock_monotonic_ns() - l->start_ns) / 1000000) / 1000);
    text_unless_null(object, "step", event->step);
    text_unless_null(object, "message", event->message);
    text_unless_null(object, "detail", event->detail);
    text_unless_null(object, "path", event->path);
    switch (event->kind) {
    case EVENT_FETCH:
        json_set_int(object, "done", (int64_t)event->done);
        json_set_int(object, "total", (int64_t)event->total);
        break;
    case EVENT_RUN_END:
        json_set_real(object, "seconds", event->seconds);
        json_set_int(object, "count", (int64_t)event->count);
        break;
    case EVENT_RUN_BEGIN:
        json_set_int(object, "count", (int64_t)event->count);
        break;
    case EVENT_STEP_BEGIN:
        if (event->seconds > 0)
            json_set_real(object, "expected", event->seconds);
        break;
    case EVENT_STEP_END:
        json_set_real(object, "seconds", event->seconds);
        break;
    default:
        break;
    }
    AUTO(strbuf) struct strbuf line = {0};
    json_write(object, JSON_ONE_LINE, &line);
    strbuf_addc(&line, '\n');
    stream_put(l->out, &line);
}

static void lines_release(struct progress *progress)
{
    free(progress);
}

struct progress *lines_new(FILE *out)
{
    struct lines *l = xcalloc(1, sizeof *l);
    l->progress.sink.emit = lines_emit;
    l->progress.release = lines_release;
    l->out = out;
    l->start_ns = clock_monotonic_ns();
    return &l->progress;
}
