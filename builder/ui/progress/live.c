/* The live view on a terminal: kept lines scroll up, below them what runs now, drawn anew at most ten times a
 * second. The elapsed times move while nothing happens, so a thread redraws; it touches nothing but this
 * sink, and takes no signals. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/clock.h"
#include "sys/read.h"
#include "ui/progress/internal.h"
#include "ui/progress/live_view.h"

enum { REDRAW_MS = 100, TICK_MS = 250, MOST_ROWS = 16 };

struct live {
    struct progress progress;
    enum verbosity verbosity;
    FILE *out;
    pthread_t drawer;
    bool has_drawer;
    pthread_cond_t wake;
    pthread_mutex_t mutex; /* guards all below */
    bool ending;
    struct live_view view;
    size_t on_screen; /* lines of the view that stand on the terminal */
    int64_t start_ns, drawn_ns;
};

static double seconds_since_start(const struct live *l)
{
    return (double)(clock_monotonic_ns() - l->start_ns) / 1e9;
}

static size_t rows_of(FILE *out)
{
    struct winsize size;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) < 0 || size.ws_row == 0)
        return MOST_ROWS;
    size_t rows = size.ws_row > 2 ? size.ws_row - 2u : 1;
    return rows < MOST_ROWS ? rows : MOST_ROWS;
}

/* Back to where the view began, and nothing below. */
static void wipe(struct live *l, struct strbuf *out)
{
    if (l->on_screen)
        strbuf_addf(out, "\x1b[%zuA\r\x1b[J", l->on_screen);
    l->on_screen = 0;
}

/* What a command wrote last, of lines that there is room for. A log that cannot be read says nothing. */
static void read_logs(struct live *l)
{
    enum { END_BYTES = 2048 };
    for (size_t i = 0; i < l->view.lines.len && i < MOST_ROWS; i++) {
        struct live_line *line = &l->view.lines.items[i];
        AUTO(err) struct err ignored = ERR_INIT;
        char end[END_BYTES];
        struct stat st;
        AUTO_CLOSE int fd = line->log ? file_open_regular(line->log, &st, &ignored) : -1;
        off_t from = fd >= 0 && st.st_size > END_BYTES ? st.st_size - END_BYTES : 0;
        ssize_t got = fd >= 0 ? file_take(fd, end, sizeof end, from, line->log, &ignored) : 0;
        AUTO_FREE char *last = got > 0 ? log_last_line((struct slice){end, (size_t)got}) : NULL;
        live_line_tell(line, last);
    }
}

static void draw(struct live *l, const struct strbuf *kept)
{
    AUTO(strbuf) struct strbuf out = {0};
    wipe(l, &out);
    read_logs(l);
    if (kept)
        strbuf_add(&out, strbuf_str(kept), kept->len);
    l->on_screen = live_view_draw(&l->view, seconds_since_start(l), style_of(l->out), rows_of(l->out), &out);
    stream_put(l->out, &out);
    l->drawn_ns = clock_monotonic_ns();
}

static void live_emit(struct sink *sink, const struct event *event)
{
    struct live *l = (struct live *)sink;
    pthread_mutex_lock(&l->mutex);
    live_view_apply(&l->view, event, seconds_since_start(l));
    AUTO(strbuf) struct strbuf kept = {0};
    if (event_is_kept(event, l->verbosity, true)) {
        event_line(&kept, event, style_of(l->out));
        strbuf_addc(&kept, '\n');
    }
    if (kept.len || clock_monotonic_ns() - l->drawn_ns >= (int64_t)REDRAW_MS * 1000000)
        draw(l, &kept);
    pthread_mutex_unlock(&l->mutex);
}

static void *redraw(void *arg)
{
    struct live *l = arg;
    pthread_mutex_lock(&l->mutex);
    while (!l->ending) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&l->wake, &l->mutex, &until);
        if (!l->ending && clock_monotonic_ns() - l->drawn_ns >= (int64_t)REDRAW_MS * 1000000)
            draw(l, NULL);
    }
    pthread_mutex_unlock(&l->mutex);
    return NULL;
}

static void start_drawer(struct live *l)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&l->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&l->mutex, NULL);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    l->has_drawer = pthread_create(&l->drawer, NULL, redraw, l) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void live_release(struct progress *progress)
{
    struct live *l = (struct live *)progress;
    pthread_mutex_lock(&l->mutex);
    l->ending = true;
    AUTO(strbuf) struct strbuf out = {0};
    wipe(l, &out);
    stream_put(l->out, &out);
    pthread_cond_signal(&l->wake);
    pthread_mutex_unlock(&l->mutex);
    if (l->has_drawer)
        pthread_join(l->drawer, NULL);
    pthread_cond_destroy(&l->wake);
    pthread_mutex_destroy(&l->mutex);
    live_view_release(&l->view);
    free(l);
}

struct progress *live_new(enum verbosity verbosity, FILE *out)
{
    struct live *l = xcalloc(1, sizeof *l);
    l->progress.sink.emit = live_emit;
    l->progress.release = live_release;
    l->verbosity = verbosity;
    l->out = out;
    l->start_ns = clock_monotonic_ns();
    start_drawer(l);
    return &l->progress;
}
