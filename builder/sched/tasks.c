/* The scheduler: which task starts when, with how many slots, and what follows from its end. */
#include "sched/tasks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/internal.h"
#include "sched/runner.h"

static void schedule(struct runner *r);

static bool is_interrupted(const struct runner *r)
{
    return r->host->interrupted(r->host->arg);
}

/* Of a step that is counted and told of. */
static void tell_step(struct runner *r, const struct task *t, struct event event)
{
    event.step = t->label;
    if (!t->aside)
        event_emit(r->sink, &event);
}

static void begin_outside(struct runner *r, struct task_job *j);

static void become_ready(struct runner *r, struct task_job *j)
{
    if (j->task->begin) {
        begin_outside(r, j);
        return;
    }
    runner_count_idle(r);
    j->state = READY;
    r->ready++;
    runner_note_idle(r);
}

static void give_back(struct runner *r, struct task_job *j, enum task_state state, bool succeeded)
{
    runner_count_idle(r);
    if (j->slots)
        r->memory_bytes -= j->task->memory_bytes;
    for (; j->slots; j->slots--, r->used--)
        tokens_give(r->limits->tokens);
    r->running--;
    runner_note_idle(r);
    j->state = state;
    commands_release(&j->commands);
    err_release(&j->trouble);
    free(j->lanes);
    j->lanes = NULL;
    if (j->task->cleanup)
        j->task->cleanup(j->task->arg, succeeded);
}

static void job_succeeded(struct task_job *j)
{
    struct runner *r = j->runner;
    give_back(r, j, FINISHED, true);
    for (size_t i = 0; i < j->dependent_count; i++) {
        struct task_job *d = &r->jobs[j->dependents[i]];
        if (--d->needs_left == 0 && d->state == WAITING)
            become_ready(r, d);
    }
}

/* Everything that needs j, directly or not. */
static void block_dependents(struct runner *r, const struct task_job *j)
{
    AUTO_FREE size_t *stack = xcalloc(r->len, sizeof *stack);
    size_t depth = 0;
    for (;;) {
        for (size_t i = 0; i < j->dependent_count; i++) {
            struct task_job *d = &r->jobs[j->dependents[i]];
            if (d->state != WAITING)
                continue;
            d->state = BLOCKED;
            r->totals.blocked++;
            stack[depth++] = j->dependents[i];
        }
        if (!depth)
            return;
        j = &r->jobs[stack[--depth]];
    }
}

/* Takes over *failure; log may be NULL. */
static void job_failed(struct task_job *j, struct err *failure, const char *log)
{
    struct runner *r = j->runner;
    AUTO_FREE char *first_line = xstrndup(failure->text, strcspn(failure->text, "\n"));
    event_emit(r->sink, &(struct event){.kind = EVENT_STEP_FAIL,
                            .step = j->task->label,
                            .message = first_line,
                            .detail = failure->text,
                            .path = log});
    r->totals.failed++;
    if (r->first.text && !r->keep_going && !j->task->begin)
        err_release(failure);
    else
        err_join(&r->first, failure);
    give_back(r, j, FAILED, false);
    block_dependents(r, j);
    r->closing = r->closing || !r->keep_going;
}

static void job_ended(struct task_job *j)
{
    struct runner *r = j->runner;
    r->totals.done += !j->task->aside;
    tell_step(r, j->task,
        (struct event){.kind = EVENT_STEP_END, .seconds = (double)(runner_now_ns(r) - j->started_ns) / 1e9});
    job_succeeded(j);
}

static void job_given_up(struct task_job *j)
{
    struct runner *r = j->runner;
    if (!j->task->begin)
        tell_step(r, j->task, (struct event){.kind = EVENT_STEP_SKIP, .message = "given up"});
    give_back(r, j, FAILED, false);
    block_dependents(r, j);
}

static void begin_outside(struct runner *r, struct task_job *j)
{
    struct err e = ERR_INIT;
    if (r->closing)
        return;
    j->state = RUNNING;
    j->outside.job = j;
    r->running++;
    if (j->task->begin(j->task->arg, &j->outside, &e) < 0)
        job_failed(j, &e, NULL);
}

void task_is_done(struct task_outside *outside)
{
    struct runner *r = outside->job->runner;
    job_succeeded(outside->job);
    schedule(r);
}

void task_has_failed(struct task_outside *outside, struct err *failure)
{
    struct runner *r = outside->job->runner;
    job_failed(outside->job, failure, NULL);
    schedule(r);
}

void task_is_given_up(struct task_outside *outside)
{
    job_given_up(outside->job);
    schedule(outside->job->runner);
}

/* More slots for a command that can use them, but none that a ready task could start with. */
static void widen(struct task_job *j, struct command *c)
{
    struct runner *r = j->runner;
    unsigned widest = j->task->widest ? j->task->widest : 1;
    size_t left = runner_free_slots(r);
    if ((!c->jobs_at && !c->beside) || widest <= j->slots || left <= r->ready)
        return;
    size_t more = left - r->ready;
    if (more > widest - j->slots)
        more = widest - j->slots;
    runner_count_idle(r);
    j->slots += runner_take_slots(r, more);
    runner_note_idle(r);
    command_set_jobs(c, j->slots);
}

/* Whether it is told of the pool, and takes what it uses by itself. While some may be lost nobody else is, so
 * that the moment comes when they can be counted. */
static bool may_share(const struct runner *r, const struct command *c)
{
    return !r->some_lost && tokens_reach(r->limits->tokens, c->tokens);
}

static void stop_sharing(struct runner *r, struct lane *lane, bool well)
{
    if (!lane->shares)
        return;
    lane->shares = false;
    r->some_lost |= !well && tokens_lent(r->limits->tokens);
    if (--r->sharing)
        return;
    tokens_level(r->limits->tokens);
    r->some_lost = false;
}

static void command_done(void *arg, struct err *failure, const struct task_usage *used);

static const char *last_log(const struct task_job *j)
{
    return j->next ? j->commands.items[j->next - 1].log : NULL;
}

/* All commands so far succeeded: true when there are more, false when the job is done, or failed. */
static bool has_more(struct task_job *j)
{
    struct err e = ERR_INIT;
    struct commands more = {0};
    int finished = j->task->finish ? j->task->finish(j->task->arg, &more, &e) : 0;
    if (finished == 1) {
        commands_release(&more);
        job_given_up(j);
        return false;
    }
    if (finished < 0) {
        commands_release(&more);
        err_wrap(&e, "%s", j->task->label);
        job_failed(j, &e, last_log(j));
        return false;
    }
    if (!more.len) {
        commands_release(&more);
        job_ended(j);
        return false;
    }
    commands_release(&j->commands);
    j->commands = more;
    j->next = 0;
    return true;
}

/* Whether the next command may start while others of the job run. */
static bool may_start_beside(struct task_job *j)
{
    struct command *c = &j->commands.items[j->next];
    const struct command *before = c - 1;
    if (!c->beside || !before->beside || strcmp(c->phase, before->phase) != 0 || j->trouble.text)
        return false;
    if (j->busy == j->slots)
        widen(j, c);
    return j->busy < j->slots;
}

static int start_command(struct task_job *j, struct err *e)
{
    struct runner *r = j->runner;
    struct command *c = &j->commands.items[j->next++];
    struct lane *lane = j->lanes;
    while (lane->busy)
        lane++;
    bool shares = may_share(r, c);
    if (shares)
        command_drop_jobs(c);
    else if (!j->busy)
        widen(j, c);
    AUTO_FREE char *words = process_words(c->argv.items);
    tell_step(r, j->task,
        (struct event){.kind = EVENT_STEP_PHASE, .message = c->phase, .detail = words, .path = c->log});
    *lane = (struct lane){.job = j, .busy = true, .shares = shares};
    lane->run = (struct command_run){.command = c,
        .label = j->task->label,
        .failure = j->task->failure ? j->task->failure : ERR_BUILD,
        .tokens = shares ? r->limits->tokens : NULL,
        .load = r->limits->load,
        .ended = command_done,
        .arg = lane};
    j->busy++;
    r->sharing += shares;
    if (r->host->start(r->host->arg, &lane->run, e) == 0)
        return 0;
    stop_sharing(r, lane, true);
    lane->busy = false;
    j->busy--;
    return -1;
}

/* A failure waits for the commands that still run. */
static void keep_trouble(struct task_job *j, struct err *failure, const char *log)
{
    if (j->trouble.text) {
        err_release(failure);
        return;
    }
    err_move(&j->trouble, failure);
    j->trouble_log = log;
}

/* Starts what can be started, or finishes: there may be more commands, or the job is done. */
static void advance(struct task_job *j)
{
    struct err e = ERR_INIT;
    while (!j->trouble.text) {
        if (j->next == j->commands.len && (j->busy || !has_more(j)))
            return;
        if (j->busy && !may_start_beside(j))
            return;
        if (start_command(j, &e) < 0)
            keep_trouble(j, &e, last_log(j));
    }
    if (j->busy)
        return;
    struct err trouble = ERR_INIT;
    err_move(&trouble, &j->trouble);
    job_failed(j, &trouble, j->trouble_log);
}

static void count_usage(struct task_job *j, const struct command *c, const struct task_usage *used)
{
    struct task_totals *totals = &j->runner->totals;
    struct task_usage *of_task = j->task->used;
    totals->children_cpu_seconds += used->cpu_seconds;
    if (c->helper)
        totals->helpers_cpu_seconds += used->cpu_seconds;
    if (!of_task)
        return;
    of_task->cpu_seconds += used->cpu_seconds;
    if (used->peak_bytes > of_task->peak_bytes)
        of_task->peak_bytes = used->peak_bytes;
}

static void command_done(void *arg, struct err *failure, const struct task_usage *used)
{
    struct lane *lane = arg;
    struct task_job *j = lane->job;
    struct runner *r = j->runner;
    const struct command *c = lane->run.command;
    count_usage(j, c, used);
    stop_sharing(r, lane, !failure && (!c->end || !c->end->status));
    lane->busy = false;
    j->busy--;
    if (is_interrupted(r)) {
        if (!j->busy)
            give_back(r, j, FAILED, false); /* not its fault: nothing to tell */
        return;
    }
    if (failure && j->task->explain)
        j->task->explain(j->task->arg, c, failure);
    if (failure)
        keep_trouble(j, failure, c->log);
    advance(j);
    schedule(r);
}

/* Whether it waits for nothing but what goes on outside. */
static bool is_coming(const struct runner *r, const struct task_job *j)
{
    if (j->state != WAITING)
        return false;
    for (size_t i = 0; i < j->task->need_count; i++) {
        const struct task_job *need = &r->jobs[j->task->needs[i]];
        if (need->state != FINISHED && !(need->task->begin && need->state == RUNNING))
            return false;
    }
    return true;
}

/* As many slots as it can use, but one is left for each other task that could start now, or as soon as it is
 * fetched: what came first is not to be alone for long. */
static unsigned fair_slots(const struct runner *r, const struct task *t)
{
    size_t available = runner_free_slots(r), others = r->ready - 1;
    if (t->is_lean)
        return 1;
    for (size_t i = 0; i < r->len && others < available && t->widest > 1; i++)
        others += is_coming(r, &r->jobs[i]);
    size_t share = available > others ? available - others : 1;
    unsigned widest = t->widest ? t->widest : 1;
    return share < widest ? (unsigned)share : widest;
}

/* False when there is no slot for it. */
static bool start(struct runner *r, struct task_job *j)
{
    const struct task *t = j->task;
    runner_count_idle(r);
    j->slots = runner_take_slots(r, fair_slots(r, t));
    if (!j->slots)
        return false;
    r->memory_bytes += t->memory_bytes;
    j->state = RUNNING;
    j->started_ns = runner_now_ns(r);
    r->ready--;
    r->running++;
    runner_note_idle(r);
    j->lanes = xcalloc(r->slots, sizeof *j->lanes);
    struct err e = ERR_INIT;
    const char *why = NULL;
    int prepared = t->prepare ? t->prepare(t->arg, j->slots, &j->commands, &why, &e) : 0;
    if (prepared == 1) {
        r->totals.skipped += !t->aside;
        tell_step(r, t, (struct event){.kind = EVENT_STEP_SKIP, .message = why ? why : ""});
        job_succeeded(j);
        return true;
    }
    tell_step(r, t, (struct event){.kind = EVENT_STEP_BEGIN, .count = j->slots, .seconds = t->seconds});
    if (prepared < 0) {
        err_wrap(&e, "%s", t->label);
        job_failed(j, &e, NULL);
    } else
        advance(j);
    return true;
}

/* Whether the memory that it took an earlier time is there beside what runs. */
static bool has_room(const struct runner *r, const struct task *t)
{
    uint64_t most = r->limits->memory_bytes;
    return !r->used || !most || !t->memory_bytes ||
           (r->memory_bytes <= most && t->memory_bytes <= most - r->memory_bytes);
}

/* The ready task whose way to the end is longest, of those that have room; the first of equals; or NULL. */
static struct task_job *most_urgent(struct runner *r)
{
    struct task_job *best = NULL;
    for (size_t i = 0; i < r->len; i++)
        if (r->jobs[i].state == READY && (!best || r->jobs[i].height > best->height) &&
            has_room(r, r->jobs[i].task))
            best = &r->jobs[i];
    return best;
}

/* A machine that is busy with something else gets a pause, unless nothing of ours runs. */
static bool is_loaded(const struct runner *r)
{
    return r->limits->load && r->used && r->host->load(r->host->arg) >= r->limits->load;
}

static void look_again(void *arg)
{
    struct runner *r = arg;
    runner_count_idle(r);
    schedule(r);
}

static void schedule(struct runner *r)
{
    enum { LOAD_PAUSE_MS = 1000 };
    bool lacks_token = false;
    r->is_held = false;
    while (r->ready && !r->closing && !is_interrupted(r)) {
        struct task_job *next = most_urgent(r);
        bool is_busy = is_loaded(r);
        if (is_busy)
            r->host->wake(r->host->arg, LOAD_PAUSE_MS, look_again, r);
        r->is_held = is_busy || !next;
        if (r->is_held)
            break;
        lacks_token = !start(r, next);
        if (lacks_token)
            break;
    }
    runner_count_idle(r);
    runner_note_idle(r);
    r->host->want_token(r->host->arg, lacks_token && r->used < r->slots, look_again, r);
    if (!r->running)
        r->host->stop(r->host->arg); /* somebody else's timers shall not keep it */
}

static int by_height(const void *a, const void *b)
{
    const struct task_job *x = *(struct task_job *const *)a, *y = *(struct task_job *const *)b;
    if (x->height != y->height)
        return x->height > y->height ? -1 : 1;
    return x < y ? -1 : 1;
}

/* All that need nothing; what is outside begins in the order in which it is needed. */
static void begin_first(struct runner *r)
{
    AUTO_FREE struct task_job **first = xcalloc(r->len + 1, sizeof *first);
    size_t count = 0;
    for (size_t i = 0; i < r->len; i++)
        if (!r->jobs[i].needs_left)
            first[count++] = &r->jobs[i];
    if (count)
        qsort(first, count, sizeof *first, by_height);
    for (size_t i = 0; i < count; i++)
        become_ready(r, first[i]);
}

int tasks_run_on(const struct task_host *host, struct task *tasks, size_t len,
    const struct task_limits *limits, bool keep_going, struct sink *sink, struct task_totals *totals,
    struct err *e)
{
    struct runner r = {.host = host,
        .sink = sink,
        .len = len,
        .limits = limits,
        .slots = tokens_count(limits->tokens),
        .keep_going = keep_going};
    int64_t begun_ns = runner_now_ns(&r);
    r.jobs = xcalloc(len + 1, sizeof *r.jobs);
    r.counted_ns = begun_ns;
    for (size_t i = 0; i < len; i++)
        r.jobs[i] = (struct task_job){.runner = &r, .task = &tasks[i]};
    runner_order(&r, tasks);
    begin_first(&r);
    schedule(&r);
    int result = host->wait(host->arg, e);
    if (r.running) /* the loop itself failed */
        host->end_all(host->arg);
    for (size_t i = 0; i < len; i++)
        if (r.jobs[i].state == RUNNING) {
            for (unsigned k = 0; r.jobs[i].lanes && k < r.slots; k++)
                if (r.jobs[i].lanes[k].busy)
                    host->forget(host->arg, &r.jobs[i].lanes[k].run);
            give_back(&r, &r.jobs[i], FAILED, false);
        }
    if (result == 0 && r.first.text) {
        if (r.totals.failed > 1)
            err_add(&r.first, r.first.kind, "%zu of %zu steps failed, %zu more need them", r.totals.failed,
                len, r.totals.blocked);
        result = err_move(e, &r.first);
    }
    err_release(&r.first);
    r.totals.wall_seconds = (double)(runner_now_ns(&r) - begun_ns) / 1e9;
    if (totals)
        *totals = r.totals;
    free(r.edges);
    free(r.jobs);
    return result;
}
