/* Turns the wanted steps into tasks, and runs them. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/remote.h"
#include "pipeline/shell.h"
#include "store/wait.h"
#include "sys/clock.h"
#include "sys/path.h"

/* Who hangs says nothing. What runs the program itself waits for others, or has a limit of its own. */
static void limit(const struct step_run *s, struct commands *list)
{
    enum { SILENT_SECONDS = 3600 };
    const struct step *step = s->step;
    const struct recipe *recipe = step->node == NO_NODE ? NULL : s->run->graph->nodes[step->node].recipe;
    unsigned seconds = recipe && recipe->build.timeout ? recipe->build.timeout : SILENT_SECONDS;
    for (size_t i = 0; i < list->len; i++)
        if (!list->items[i].itself && !list->items[i].timeout_ms && list->items[i].log)
            list->items[i].silent_ms = (int64_t)seconds * 1000;
}

/* For `shell`. What fetches for the user has the user's own settings in its environment, and is none of it.
 */
static void note_stand(const struct step_run *s, const struct command *c)
{
    AUTO_FREE char *path = path_join(s->draft.work, SHELL_FILE);
    AUTO(err) struct err unwritten = ERR_INIT;
    if (c->itself || c->reaches_out)
        return;
    if (stand_write(path, c, &unwritten) < 0)
        event_warning(s->run->sink, "%s: `shell` will not find it: %s", s->step->label, unwritten.text);
}

/* The last of them stays, when it is wanted also after a good end. */
static void note_all(const struct step_run *s, const struct commands *list)
{
    for (size_t i = 0; s->draft.keeps_work && i < list->len; i++)
        note_stand(s, &list->items[i]);
}

/* Begins the step's tree, or waits for the run that makes the same one just now, in a child, so that the loop
 * goes on. */
static int begin(struct step_run *s, struct commands *out, struct err *e)
{
    struct run *r = s->run;
    int state = tree_draft_try(&s->draft, &r->store, s->step->name, &s->step->key, e);
    if (state < 0)
        return -1;
    s->waiting = state == DRAFT_BUSY;
    s->ready = state == DRAFT_READY;
    s->drafting = state == DRAFT_BEGUN;
    s->begun_ns = clock_monotonic_ns();
    if (s->waiting) {
        event_note(r->sink, "%s: another run makes it just now (process %ld); waiting for that",
            s->step->label, store_wait_for(&r->store, s->step->name, &s->step->key));
        store_wait_command(
            commands_add(out, "wait for another run"), &r->store, s->step->name, &s->step->key);
    }
    if (!s->drafting)
        return 0;
    if (given_note(s, e) < 0 || step_hooks_of(s->step)->prepare(s, out, e) < 0)
        return -1;
    s->draft.keeps_work = r->request->keep_work;
    limit(s, out);
    step_launch(s, out);
    if (step_confine(s, out, e) < 0)
        return -1;
    note_all(s, out);
    return 0;
}

static int begin_outside(void *arg, struct task_outside *outside, struct err *e)
{
    struct step_run *s = arg;
    s->outside = outside;
    s->begun_ns = clock_monotonic_ns();
    return step_hooks_of(s->step)->begin(s, e);
}

static int prepare(void *arg, unsigned slots, struct commands *out, const char **why, struct err *e)
{
    struct step_run *s = arg;
    s->slots = slots;
    if (begin(s, out, e) < 0)
        return -1;
    *why = "made by another run";
    return s->ready;
}

static int finish(void *arg, struct commands *more, struct err *e)
{
    struct step_run *s = arg;
    if (s->waiting)
        return begin(s, more, e);
    if (s->ready)
        return 0;
    s->phase++;
    if (step_hooks_of(s->step)->finish(s, more, e) < 0)
        return -1;
    limit(s, more);
    step_launch(s, more);
    if (step_confine(s, more, e) < 0)
        return -1;
    note_all(s, more);
    return 0;
}

static void explain(void *arg, const struct command *c, struct err *failure)
{
    struct step_run *s = arg;
    const struct step_hooks *hooks = step_hooks_of(s->step);
    if (hooks->explain)
        hooks->explain(s, c, failure);
    step_tell_causes(s, c, failure);
    note_stand(s, c);
}

const struct node *step_node(const struct step_run *s)
{
    return &s->run->graph->nodes[s->step->node];
}

const struct recipe *step_recipe(const struct step_run *s)
{
    return step_node(s)->recipe;
}

bool step_was_in_vain(const struct run *r, const struct step *s)
{
    AUTO_FREE char *tree = s->name ? step_tree(r, s) : NULL;
    return tree && map_get(&r->done_in_vain, tree);
}

static void note_in_vain(struct step_run *s)
{
    AUTO_FREE char *tree = step_tree(s->run, s->step);
    map_set(&s->run->done_in_vain, tree, s->run);
}

static void cleanup(void *arg, bool succeeded)
{
    struct step_run *s = arg;
    AUTO(err) struct err changed = ERR_INIT;
    if (s->drafting && !succeeded)
        note_in_vain(s);
    if (s->drafting)
        timing_add_step(s, succeeded);
    if (s->drafting && !succeeded && given_check(s, &changed) < 0)
        event_warning(s->run->sink, "%s: %s", s->step->label, changed.text);
    if (s->drafting && !succeeded)
        step_tell_missed(s);
    /* A failure leaves its folder for a look at the logs; who pressed Ctrl-C wants nothing left. */
    if (s->drafting && !succeeded && loop_interrupted(s->run->loop))
        tree_draft_discard(&s->draft);
    else if (s->drafting)
        tree_draft_release(&s->draft);
    if (s->kept.path)
        work_keep(&s->kept);
    commands_release(&s->later);
    strvec_release(&s->environment);
    strvec_release(&s->apart);
    strvec_release(&s->apart_launched);
    free(s->src);
}

int step_commit(struct step_run *s, struct err *e)
{
    struct json *took = json_set_object(s->draft.facts, "took");
    json_set_real(took, "seconds", (double)(clock_monotonic_ns() - s->begun_ns) / 1e9);
    json_set_real(took, "cpu-seconds", s->used.cpu_seconds);
    json_set_int(took, "memory-bytes", (int64_t)s->used.peak_bytes);
    step_tell_missed(s);
    return given_check(s, e) < 0 ? -1 : tree_draft_commit(&s->draft, &s->step->key, e);
}

enum { TASKS_OF_STEP_MAX = 3 }; /* it, and what packs and sends its tree; or what fetches and takes one */

/* All tasks of a run: first what comes from a server, then the steps, and what a server is given. */
struct work {
    struct task *tasks;
    size_t *task_of; /* by step */
    size_t len;
    size_t made_count, step_count; /* steps that are made here; and that come */
    struct giving *givings;
    size_t giving_count;
};

/* Needs that are in the store already are no needs of a task. */
static void fill_needs(struct run *r, const struct step *s, const struct work *w, struct task *t)
{
    size_t *needs = arena_alloc(r->arena, (s->need_count + 1) * sizeof *needs);
    for (size_t i = 0; i < s->need_count; i++)
        if (r->wanted[s->needs[i]] || r->coming[s->needs[i]])
            needs[t->need_count++] = w->task_of[s->needs[i]];
    t->needs = needs;
}

static struct task task_of_step(struct step_run *s, unsigned slots)
{
    const struct step_hooks *hooks = step_hooks_of(s->step);
    if (hooks->begin)
        return (struct task){.label = s->step->label, .arg = s, .begin = begin_outside};
    return (struct task){.label = s->step->label,
        .widest = step_width(s->run, s->step, slots),
        .is_lean = hooks->is_lean && hooks->is_lean(s->run, s->step),
        .arg = s,
        .prepare = prepare,
        .finish = finish,
        .explain = explain,
        .cleanup = cleanup,
        .used = &s->used,
        .failure = hooks->failure};
}

static void add_steps(struct work *w, struct run *r, unsigned slots)
{
    struct plan *p = r->plan;
    for (size_t i = 0; i < p->len; i++) {
        if (!r->wanted[i])
            continue;
        r->steps[i] = (struct step_run){.run = r, .step = &p->steps[i]};
        w->task_of[i] = w->len;
        struct task *t = &w->tasks[w->len++];
        *t = task_of_step(&r->steps[i], slots);
        fill_needs(r, &p->steps[i], w, t);
        w->made_count += !t->begin;
        w->step_count += !t->begin;
    }
}

static void add_arriving(struct work *w, struct run *r)
{
    for (size_t i = 0; i < r->plan->len; i++)
        if (r->coming[i]) {
            arriving_tasks(&w->tasks[w->len], &w->tasks[w->len + 1], r->coming[i], w->len);
            w->task_of[i] = w->len + 1;
            w->len += 2;
            w->step_count++;
        }
}

static size_t *one_need(struct run *r, size_t need)
{
    return arena_memdup(r->arena, &need, sizeof need);
}

static void give_step(struct work *w, struct run *r, size_t step)
{
    struct giving *g = &w->givings[w->giving_count++];
    *g = (struct giving){.run = r, .step = &r->plan->steps[step], .folder.lock.fd = -1};
    giving_pack_task(&w->tasks[w->len], g);
    w->tasks[w->len].needs = one_need(r, w->task_of[step]);
    giving_send_task(&w->tasks[w->len + 1], g);
    w->tasks[w->len + 1].needs = one_need(r, w->len);
    w->tasks[w->len].need_count = w->tasks[w->len + 1].need_count = 1;
    w->len += 2;
}

static void give_download(struct work *w, struct run *r, size_t download)
{
    const struct source *s = r->plan->steps[download].source;
    struct giving *g = &w->givings[w->giving_count++];
    AUTO_FREE char *path = store_download_path(&r->store, s->sha256);
    *g = (struct giving){.run = r, .archive = arena_strdup(r->arena, path), .folder.lock.fd = -1};
    memcpy(g->sha256, s->sha256, sizeof g->sha256);
    giving_send_task(&w->tasks[w->len], g);
    w->tasks[w->len].needs = one_need(r, w->task_of[download]);
    w->tasks[w->len++].need_count = 1;
}

static void add_givings(struct work *w, struct run *r)
{
    if (!remote_gives(r))
        return;
    w->givings = arena_alloc(r->arena, (r->plan->len + 1) * sizeof *w->givings);
    for (size_t i = 0; i < r->plan->len; i++)
        if (r->wanted[i] && r->plan->steps[i].kind == STEP_DOWNLOAD)
            give_download(w, r, i);
        else if (r->wanted[i] && step_travels(&r->plan->steps[i]))
            give_step(w, r, i);
}

static void find_work(struct work *w, struct run *r, unsigned slots)
{
    size_t len = r->plan->len + 1;
    w->tasks = arena_alloc(r->arena, TASKS_OF_STEP_MAX * len * sizeof *w->tasks);
    w->task_of = arena_alloc(r->arena, len * sizeof *w->task_of);
    r->steps = arena_alloc(r->arena, len * sizeof *r->steps);
    add_arriving(w, r);
    add_steps(w, r, slots);
    if (w->step_count)
        run_expect(r, w->tasks, w->task_of);
    add_givings(w, r);
}

/* What was made by an earlier round of this run is not up to date, but done. */
static void count_up_to_date(struct run *r)
{
    size_t there = 0;
    for (size_t i = 0; i < r->plan->len; i++)
        there += r->plan->steps[i].name && !r->wanted[i] && !r->coming[i];
    r->result->steps_up_to_date = there > r->result->steps_done ? there - r->result->steps_done : 0;
}

/* What failed before is there to be looked at, within bounds. */
void run_tidy(struct run *r)
{
    enum { KEPT_BYTES_MAX = 2000000000 };
    AUTO(strvec) struct strvec gone = {0};
    uint64_t most = r->request->has_failed_bytes_max ? r->request->failed_bytes_max : KEPT_BYTES_MAX;
    store_tidy(&r->store, most, &gone);
    for (size_t i = 0; i < gone.len; i++)
        event_note(r->sink,
            "work/%s: this folder of a step that failed is removed; newer ones take the room "
            "there is for them (STATICBUILD_FAILED_SIZE)",
            gone.items[i]);
}

static int run_work(struct run *r, struct work *w, const struct task_limits *limits, struct err *e)
{
    struct task_totals totals = {0};
    if (w->step_count)
        event_emit(r->sink, &(struct event){.kind = EVENT_RUN_BEGIN, .count = w->step_count});
    if (!r->loop)
        r->loop = loop_new();
    if (w->step_count)
        run_tidy(r);
    int failed =
        tasks_run_within(r->loop, w->tasks, w->len, limits, r->request->keep_going, r->sink, &totals, e);
    timings_find_critical(r);
    fetcher_free(r->sources.fetcher);
    r->sources.fetcher = NULL;
    exchanger_free(r->shared.exchanger);
    r->shared.exchanger = NULL;
    r->result->steps_done += totals.done;
    r->result->children_cpu_seconds += totals.children_cpu_seconds;
    r->result->helpers_cpu_seconds += totals.helpers_cpu_seconds;
    r->result->slot_idle_seconds += totals.slot_idle_seconds;
    if (w->step_count)
        event_emit(r->sink,
            &(struct event){.kind = EVENT_RUN_END, .count = totals.failed, .seconds = totals.wall_seconds});
    return failed;
}

int run_steps(struct run *r, struct err *e)
{
    struct work w = {0};
    struct task_limits limits;
    find_work(&w, r, run_slots(r));
    if (r->request->goal >= GOAL_BUILD)
        count_up_to_date(r);
    int failed = w.len ? run_open_tokens(r, &limits, e) : 0;
    if (!failed && w.made_count)
        failed = run_confine(r, e);
    r->has_begun |= !failed;
    if (!failed && w.len)
        failed = run_work(r, &w, &limits, e);
    for (size_t i = 0; i < r->plan->len; i++)
        if (r->coming[i])
            arriving_release(r->coming[i]);
    for (size_t i = 0; i < w.giving_count; i++)
        giving_release(&w.givings[i]);
    for (size_t i = 0; i < r->plan->len; i++)
        if (r->steps[i].fetch)
            fetch_request_release(r->steps[i].fetch);
    return failed;
}

const struct step *step_that_builds(const struct run *r, size_t node)
{
    for (size_t i = 0; i < r->plan->len; i++)
        if (r->plan->steps[i].kind == STEP_BUILD && r->plan->steps[i].node == node)
            return &r->plan->steps[i];
    return NULL;
}

struct edges step_links(struct run *r, const struct step *s)
{
    return s->kind == STEP_INTERPRETER ? graph_program_link_order(r->arena, r->graph, s->node)
                                       : graph_link_order(r->arena, r->graph, s->node);
}

struct build_input *step_inputs(struct run *r, const struct step *s, size_t *len)
{
    const struct node *n = &r->graph->nodes[s->node];
    struct edges closure = step_links(r, s);
    const struct {
        struct edges edges;
        enum build_input_role role;
    } groups[] = {{closure, INPUT_LIBRARY}, {n->builds, INPUT_BUILD}, {n->tools, INPUT_TOOL}};
    struct build_input *inputs =
        arena_alloc(r->arena, (closure.len + n->builds.len + n->tools.len + 1) * sizeof *inputs);
    *len = 0;
    for (size_t g = 0; g < 3; g++) {
        for (size_t i = 0; i < groups[g].edges.len; i++) {
            size_t node = groups[g].edges.items[i];
            const struct step *made = step_that_builds(r, node);
            AUTO_FREE char *tree = made ? step_tree(r, made) : NULL;
            const struct recipe *recipe = r->graph->nodes[node].recipe;
            inputs[(*len)++] = (struct build_input){
                recipe->name, tree ? arena_strdup(r->arena, tree) : "", recipe, groups[g].role};
        }
    }
    return inputs;
}
