/* Events with a text: notes, warnings and details. */
#include "event/event.h"

#include <stdarg.h>

#include "base/alloc.h"
#include "base/cleanup.h"

static void say(struct sink *sink, enum event_kind kind, const char *format, va_list ap)
{
    if (!sink)
        return;
    AUTO_FREE char *text = xvstrf(format, ap);
    event_emit(sink, &(struct event){.kind = kind, .message = text});
}

void event_note(struct sink *sink, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    say(sink, EVENT_NOTE, format, ap);
    va_end(ap);
}

void event_warning(struct sink *sink, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    say(sink, EVENT_WARNING, format, ap);
    va_end(ap);
}

void event_detail(struct sink *sink, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    say(sink, EVENT_DETAIL, format, ap);
    va_end(ap);
}

const char *event_kind_name(enum event_kind kind)
{
    static const char *const names[] = {
        [EVENT_RUN_BEGIN] = "run-begin",
        [EVENT_STEP_BEGIN] = "step-begin",
        [EVENT_STEP_PHASE] = "step-phase",
        [EVENT_STEP_END] = "step-end",
        [EVENT_STEP_SKIP] = "step-skip",
        [EVENT_STEP_FAIL] = "step-fail",
        [EVENT_FETCH] = "fetch",
        [EVENT_NOTE] = "note",
        [EVENT_WARNING] = "warning",
        [EVENT_DETAIL] = "detail",
        [EVENT_RUN_END] = "run-end",
    };
    return names[kind];
}
