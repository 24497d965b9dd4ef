/* A command: its words, environment, folder and limits; and its start. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/internal.h"
#include "sys/clock.h"
#include "sys/read.h"

/* Milliseconds a command that is late gets to end by itself. */
enum { GRACE_MS = 2000 };

/* How often the log of what runs is looked at. */
enum { LOOK_MS = 200 };

struct command *commands_add(struct commands *list, const char *phase)
{
    if (list->len == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 4;
        list->items = xrealloc(list->items, list->cap, sizeof *list->items);
    }
    struct command *c = &list->items[list->len++];
    *c = (struct command){.phase = xstrdup(phase)};
    return c;
}

void command_set_jobs(struct command *c, unsigned jobs)
{
    if (!c->jobs_at)
        return;
    char **word = &c->argv.items[c->jobs_at];
    size_t len = strlen(*word);
    while (len && (*word)[len - 1] >= '0' && (*word)[len - 1] <= '9')
        len--;
    char *changed = xstrf("%.*s%u", (int)len, *word, jobs);
    free(*word);
    *word = changed;
}

void command_drop_jobs(struct command *c)
{
    size_t count = c->jobs_words ? c->jobs_words : 1;
    if (!c->jobs_at)
        return;
    size_t first = c->jobs_at + 1 - count;
    for (size_t i = first; i <= c->jobs_at; i++)
        free(c->argv.items[i]);
    memmove(c->argv.items + first, c->argv.items + first + count,
        (c->argv.len - first - count + 1) * sizeof *c->argv.items);
    c->argv.len -= count;
    c->jobs_at = 0;
}

void commands_release(struct commands *list)
{
    for (size_t i = 0; i < list->len; i++) {
        struct command *c = &list->items[i];
        free(c->phase);
        free(c->dir);
        free(c->input);
        free(c->log);
        strvec_release(&c->before);
        strvec_release(&c->argv);
        strvec_release(&c->env);
    }
    free(list->items);
    *list = (struct commands){0};
}

void commands_split(struct commands *list, size_t at, struct commands *to)
{
    if (at >= list->len)
        return;
    to->len = to->cap = list->len - at;
    to->items = xcalloc(to->len, sizeof *to->items);
    memcpy(to->items, list->items + at, to->len * sizeof *to->items);
    list->len = at;
}

/* Adds what a reader wants to see of a failure besides its first line. */
static void add_evidence(struct strbuf *text, const struct command_run *run, bool with_log)
{
    const struct command *c = run->command;
    AUTO_FREE char *words = process_words(c->argv.items);
    strbuf_addf(text, "\n  command: %s", words);
    if (c->dir)
        strbuf_addf(text, "\n  folder: %s", c->dir);
    if (!with_log || !c->log)
        return;
    log_excerpt(text, c->log, run->log_start);
    strbuf_addf(text, "\n  log: %s", c->log);
}

/* Opens the log and writes the command into it; gives the descriptor, or -1 with *e set. */
static int open_log(struct command_run *run, struct err *e)
{
    const struct command *c = run->command;
    AUTO_CLOSE int fd = file_open(c->log, O_WRONLY | O_CREAT | O_APPEND, 0666, e);
    if (fd < 0)
        return err_wrap(e, "%s: %s: the log cannot be written", run->label, c->phase);
    AUTO_FREE char *words = process_words(c->argv.items);
    struct stat st;
    const char *input = c->input ? c->input : "", *mark = c->input ? "< " : "";
    if (dprintf(fd, "+ %s\n%s%s%s", words, mark, input, c->input ? "\n" : "") < 0 || fstat(fd, &st) < 0)
        return err_errno(
            e, ERR_ENVIRONMENT, "%s: %s: the log %s cannot be written", run->label, c->phase, c->log);
    run->log_start = st.st_size;
    return steal_fd(&fd);
}

static void insist(void *arg)
{
    struct command_run *run = arg;
    run->timer = 0;
    loop_signal(run->loop, run, SIGKILL);
}

static void time_is_up(void *arg)
{
    struct command_run *run = arg;
    run->late = true;
    loop_timer_cancel(run->loop, run->timer);
    run->timer = loop_timer(run->loop, GRACE_MS, insist, run);
    loop_signal(run->loop, run, SIGTERM);
}

/* Its log is kept within bounds, and who writes nothing for too long is stopped. */
static void look_at_log(void *arg)
{
    struct command_run *run = arg;
    const struct command *c = run->command;
    int64_t size = log_bound(c->log, run->log_start), now = clock_monotonic_ns();
    if (size != run->log_size)
        run->heard_ns = now;
    run->log_size = size;
    run->look = loop_timer(run->loop, LOOK_MS, look_at_log, run);
    if (run->late || !c->silent_ms || now - run->heard_ns < c->silent_ms * 1000000)
        return;
    run->silent = true;
    time_is_up(run);
}

/* Whether the machine, not the command, is to blame: compilers and we ourselves say it in these words, and a
 * log on the full file system may have no room for them. */
static bool is_out_of_space(const char *evidence, const char *log)
{
    enum { NEXT_TO_NOTHING = 16 << 10 };
    struct statvfs fs;
    return strstr(evidence, "No space left on device") || strstr(evidence, "Disk quota exceeded") ||
           (log && statvfs(log, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < NEXT_TO_NOTHING);
}

static void command_ended(void *arg, const struct process_end *outside)
{
    struct command_run *run = arg;
    struct process_end was = *outside, *end = &was;
    if (run->command->before.len)
        process_end_from_inside(&was);
    const struct task_usage used = {end->cpu_seconds, end->peak_bytes};
    loop_timer_cancel(run->loop, run->timer);
    loop_timer_cancel(run->loop, run->look);
    run->timer = run->look = 0;
    if (run->command->log)
        log_bound(run->command->log, run->log_start);
    struct command_end *told = run->command->end;
    if (told)
        *told = (struct command_end){.is_known = true,
            .is_late = run->late,
            .status = end->status,
            .signal = end->signal,
            .log_start = run->log_start};
    if (told || (end->status == 0 && !run->late)) {
        run->ended(run->arg, NULL, &used);
        return;
    }
    const char *phase = run->command->phase;
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_addf(&text, "%s: %s ", run->label, phase);
    if (run->silent)
        strbuf_addf(&text,
            "wrote nothing for %g s and was stopped; [build] timeout = SECONDS in its recipe gives it longer",
            (double)run->command->silent_ms / 1000);
    else if (run->late)
        strbuf_addf(
            &text, "did not end within %g s and was stopped", (double)run->command->timeout_ms / 1000);
    else if (end->lost)
        strbuf_addf(&text, "has ended, but how is not known: waiting failed (%s)", strerror(end->lost));
    else if (end->signal)
        strbuf_addf(&text, "was killed by signal %d (%s)", end->signal, strsignal(end->signal));
    else
        strbuf_addf(&text, "failed with status %d", end->status);
    if (!run->late && end->signal == SIGKILL)
        strbuf_adds(&text, ": the machine may be short of memory; try fewer --jobs");
    add_evidence(&text, run, true);
    struct err failure = ERR_INIT;
    bool full = is_out_of_space(strbuf_str(&text), run->command->log);
    if (full)
        strbuf_adds(
            &text, "\n  No space left on the file system of that folder: free some, or choose another");
    err_set(&failure, full ? ERR_ENVIRONMENT : run->failure, "%s", strbuf_str(&text));
    run->ended(run->arg, &failure, &used);
    err_release(&failure);
}

/* The words that are run: those that confine it come first. */
static void all_words(struct strvec *out, const struct command *c)
{
    strvec_push_all(out, &c->before);
    strvec_push_all(out, &c->argv);
}

int command_start(struct command_run *run, struct err *e)
{
    static char *const nothing[] = {NULL};
    const struct command *c = run->command;
    run->late = run->silent = false;
    run->timer = run->look = 0;
    AUTO_CLOSE int log = -1;
    if (c->log) {
        log = open_log(run, e);
        if (log < 0)
            return -1;
    }
    AUTO(strvec) struct strvec words = {0};
    AUTO(strvec) struct strvec told = {0};
    int pass[2] = {-1, -1};
    all_words(&words, c);
    if (run->tokens) {
        strvec_push_all(&told, &c->env);
        tokens_tell(run->tokens, c->tokens, run->load, &told, pass);
    }
    struct process_spec spec = {
        .argv = words.items,
        .env = told.len     ? told.items
               : c->env.len ? c->env.items
                            : nothing,
        .pass = pass[0] < 0 ? NULL : pass,
        .dir = c->dir,
        .in = -1,
        .input = c->input,
        .out = log,
        .err = log,
        .memory_bytes = c->memory_bytes,
        .file_bytes = c->file_bytes,
        .itself = c->itself,
        .starts_nothing = c->helper,
    };
    if (loop_spawn(run->loop, &spec, command_ended, run, e) < 0) {
        AUTO(strbuf) struct strbuf text = {0};
        strbuf_adds(&text, e->text);
        add_evidence(&text, run, false);
        enum err_kind kind = e->kind;
        err_release(e);
        return err_set(e, kind, "%s: %s: %s", run->label, c->phase, strbuf_str(&text));
    }
    if (c->timeout_ms > 0)
        run->timer = loop_timer(run->loop, c->timeout_ms, time_is_up, run);
    run->log_size = -1;
    run->heard_ns = clock_monotonic_ns();
    if (c->log)
        run->look = loop_timer(run->loop, LOOK_MS, look_at_log, run);
    return 0;
}
