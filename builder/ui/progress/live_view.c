/* The lines at the bottom of a terminal while a run goes on. */
#include "ui/progress/live_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

static struct live_line *find(struct live_view *v, const char *label)
{
    vec_each (&v->lines, line)
        if (strcmp(line->label, label) == 0)
            return line;
    return NULL;
}

static void release_line(struct live_line *line)
{
    free(line->label);
    free(line->phase);
    free(line->log);
    free(line->last);
}

static char *copy_of(const char *text)
{
    return text && *text ? xstrdup(text) : NULL;
}

void live_line_tell(struct live_line *line, const char *last)
{
    free(line->last);
    line->last = copy_of(last);
}

static bool has_words(struct slice line)
{
    line = slice_trim(line);
    return line.len && !(line.len > 1 && memcmp(line.ptr, "+ ", 2) == 0);
}

char *log_last_line(struct slice end)
{
    struct slice found = {NULL, 0};
    while (end.ptr) {
        struct slice line = slice_cut(&end, '\n');
        while (line.ptr) {
            struct slice written = slice_cut(&line, '\r');
            if (has_words(written))
                found = slice_trim(written);
        }
    }
    return found.ptr ? xstrndup(found.ptr, found.len) : NULL;
}

static void drop(struct live_view *v, const char *label)
{
    struct live_line *line = find(v, label);
    if (!line)
        return;
    release_line(line);
    size_t after = (size_t)(v->lines.items + v->lines.len - (line + 1));
    memmove(line, line + 1, after * sizeof *line);
    v->lines.len--;
}

static struct live_line *find_or_add(struct live_view *v, const char *label, double now)
{
    struct live_line *line = find(v, label);
    if (!line) {
        line = vec_add(&v->lines);
        line->label = xstrdup(label);
        line->since = now;
    }
    return line;
}

static void fetch(struct live_view *v, const struct event *event, double now)
{
    bool is_new = !find(v, event->step);
    if (event->total && event->done >= event->total) {
        struct live_line *line = find(v, event->step);
        if (line && line->download)
            drop(v, event->step);
        else if (line)
            line->done = line->total = 0;
        return;
    }
    struct live_line *line = find_or_add(v, event->step, now);
    if (is_new)
        line->download = true;
    line->done = event->done;
    line->total = event->total;
}

static void begin(struct live_line *line, const struct event *event)
{
    line->download = false;
    line->expected = event->seconds;
}

static void enter_phase(struct live_line *line, const struct event *event)
{
    free(line->phase);
    free(line->log);
    line->phase = copy_of(event->message);
    line->log = copy_of(event->path);
    line->download = false;
    live_line_tell(line, NULL);
}

void live_view_apply(struct live_view *v, const struct event *event, double now)
{
    if (event->kind == EVENT_RUN_BEGIN)
        v->steps = event->count;
    if (!event->step)
        return;
    switch (event->kind) {
    case EVENT_STEP_BEGIN:
        begin(find_or_add(v, event->step, now), event);
        break;
    case EVENT_STEP_PHASE:
        enter_phase(find_or_add(v, event->step, now), event);
        break;
    case EVENT_FETCH:
        fetch(v, event, now);
        break;
    case EVENT_STEP_END:
    case EVENT_STEP_SKIP:
        v->finished++;
        drop(v, event->step);
        break;
    case EVENT_STEP_FAIL:
        v->failed++;
        drop(v, event->step);
        break;
    default:
        break;
    }
}

/* "   1.2 of 3.4 MB", or what is known of it. */
static void add_bytes(struct strbuf *out, const struct live_line *line)
{
    if (line->total) {
        strbuf_addf(out, "%3.0f %% of ", 100.0 * (double)line->done / (double)line->total);
        size_add(out, line->total);
    } else {
        size_add(out, line->done);
    }
}

enum { NARROWEST = 20, LEAST_OF_LAST = 12 };

static void draw_line(struct strbuf *out, const struct live_line *line, double now, struct style style)
{
    AUTO(strbuf) struct strbuf left = {0};
    AUTO(strbuf) struct strbuf right = {0};
    if (line->download)
        strbuf_adds(&left, "fetch ");
    strbuf_adds(&left, line->label);
    if (line->phase)
        strbuf_addf(&left, ": %s", line->phase);
    AUTO(strbuf) struct strbuf elapsed = {0};
    double seconds = now - line->since;
    strbuf_addf(&elapsed, "%4.0f s", seconds > 0 ? seconds : 0.0);
    if (line->expected >= 1)
        strbuf_addf(&elapsed, " of %.0f", line->expected);

    /* One column stays free, so that no terminal wraps. What has no room is left out, the name last. */
    size_t width = style.width > NARROWEST ? style.width - 1 : NARROWEST - 1;
    if (line->done || line->total)
        add_bytes(&right, line);
    if (right.len && 2 + NARROWEST / 2 + right.len + 2 + elapsed.len < width)
        strbuf_adds(&right, "  ");
    else
        strbuf_clear(&right);
    strbuf_add(&right, elapsed.ptr, elapsed.len);
    size_t taken = 2 + 1 + right.len;
    size_t room = width > taken ? width - taken : 1;
    strbuf_adds(out, "  ");
    size_t columns = text_columns(left.ptr);
    text_add_safe(out, left.ptr, room);
    if (line->last && columns + 2 + LEAST_OF_LAST <= room) {
        AUTO(strbuf) struct strbuf last = {0};
        strbuf_adds(out, "  ");
        text_add_safe(&last, line->last, room - columns - 2);
        tone_add(out, style, TONE_DIM, strbuf_str(&last));
        columns += 2 + text_columns(strbuf_str(&last));
    }
    text_pad(out, columns < room ? room - columns : 0);
    strbuf_addc(out, ' ');
    tone_add(out, style, TONE_DIM, right.ptr);
    strbuf_addc(out, '\n');
}

size_t live_view_draw(
    const struct live_view *v, double now, struct style style, size_t rows, struct strbuf *out)
{
    if (!v->lines.len || !rows)
        return 0;
    size_t drawn = 0, room = rows > 1 ? rows - 1 : 1;
    bool all_fit = v->lines.len <= room;
    size_t shown = all_fit ? v->lines.len : room > 1 ? room - 1 : 1;
    for (size_t i = 0; i < shown; i++, drawn++)
        draw_line(out, &v->lines.items[i], now, style);
    if (!all_fit && drawn < room) {
        strbuf_addf(out, "  and %zu more\n", v->lines.len - shown);
        drawn++;
    }
    if (v->steps && drawn < rows) {
        AUTO(strbuf) struct strbuf total = {0};
        strbuf_addf(
            &total, "  %llu of %llu steps", (unsigned long long)v->finished, (unsigned long long)v->steps);
        if (v->failed)
            strbuf_addf(&total, ", %llu failed", (unsigned long long)v->failed);
        tone_add(out, style, TONE_DIM, total.ptr);
        strbuf_addc(out, '\n');
        drawn++;
    }
    return drawn;
}

void live_view_release(struct live_view *v)
{
    vec_each (&v->lines, line)
        release_line(line);
    vec_release(&v->lines);
}
