/* A run and its errors as JSON. */
#include "audit/finding.h"
#include "base/cleanup.h"
#include "ui/run/report.h"

/* The words of an error kind in JSON: "recipe". */
static const char *error_kind_name(enum err_kind kind)
{
    static const char *const names[] = {
        [ERR_NONE] = "none",
        [ERR_FINDINGS] = "findings",
        [ERR_USAGE] = "usage",
        [ERR_RECIPE] = "recipe",
        [ERR_FETCH] = "fetch",
        [ERR_BUILD] = "build",
        [ERR_PACKAGE] = "package",
        [ERR_MISSING] = "missing",
        [ERR_DAMAGED] = "damaged",
        [ERR_REFUSED] = "refused",
        [ERR_ENVIRONMENT] = "environment",
        [ERR_INTERRUPTED] = "interrupted",
    };
    return names[kind];
}

static void put_place(struct json *object, const struct err_place *place)
{
    json_set_text(object, "file", place->file);
    json_set_int(object, "line", place->line);
    json_set_int(object, "column", place->column);
}

/* Where it is known, the first place is told beside the message, and all of them in a list. */
static void put_error(struct json *object, const struct err *e)
{
    json_set_text(object, "kind", error_kind_name(e->kind));
    json_set_text(object, "message", e->text);
    if (!e->place_count)
        return;
    put_place(object, e->places);
    struct json *places = json_set_array(object, "places");
    for (size_t i = 0; i < e->place_count; i++) {
        struct json *one = json_add_object(places);
        put_place(one, &e->places[i]);
        json_set_text(one, "message", e->places[i].message);
    }
}

static void set_texts(struct json *object, const char *key, const struct texts *texts)
{
    struct json *list = json_set_array(object, key);
    for (size_t i = 0; i < texts->len; i++)
        json_add_text(list, texts->items[i]);
}

static void add_wheel(struct json *list, const struct wheel_result *w)
{
    struct json *object = json_add_object(list);
    json_set_text(object, "path", w->path);
    json_set_bool(object, "up_to_date", w->up_to_date);
    if (w->debug_files.len)
        set_texts(object, "debug_files", &w->debug_files);
    wheel_result_put(object, w);
    wheel_tries_put(object, w);
}

static const char *goal_name(enum pipeline_goal goal)
{
    static const char *const names[] = {
        [GOAL_RESOLVE] = "tree",
        [GOAL_PLAN] = "plan",
        [GOAL_WHY] = "why",
        [GOAL_FETCH] = "fetch",
        [GOAL_BUILD] = "build",
        [GOAL_SURROUND] = "env",
        [GOAL_LOCK] = "lock",
        [GOAL_MIRROR] = "fetch",
        [GOAL_WHEEL] = "run",
    };
    return names[goal];
}

/* 0: made first; null: in each that needs it. */
static void set_shard(struct json *object, const struct shards *shards, size_t step)
{
    if (!shards)
        return;
    if (shards->of[step] == SHARD_ANY)
        json_set_text(object, "shard", NULL);
    else
        json_set_int(object, "shard", shards->of[step]);
    if (shards->goals[step])
        json_set_int(object, "goal_of", shards->goals[step]);
}

static void set_plan(struct json *document, const struct plan *plan, const struct shards *shards)
{
    struct json *list = json_set_array(document, "plan");
    for (size_t i = 0; plan && i < plan->len; i++) {
        const struct step *step = &plan->steps[i];
        struct json *object = json_add_object(list);
        json_set_text(object, "kind", step_kind_name(step->kind));
        json_set_text(object, "label", step->label);
        struct json *needs = json_set_array(object, "needs");
        for (size_t n = 0; n < step->need_count; n++)
            json_add_int(needs, (int64_t)step->needs[n]);
        set_shard(object, shards, i);
    }
}

void report_run_json(
    struct strbuf *out, const struct pipeline_result *r, enum pipeline_goal goal, const struct err *e)
{
    AUTO_JSON struct json *document = json_new_object();
    json_set_text(document, "format", "staticbuild-run-1");
    json_set_text(document, "program", "staticbuild " STATICBUILD_VERSION);
    json_set_text(document, "command", goal_name(goal));
    if (e->kind == ERR_NONE) {
        json_set_text(document, "error", NULL);
    } else {
        struct json *error = json_set_object(document, "error");
        put_error(error, e);
    }
    AUTO(arena) struct arena scratch = {0};
    int64_t untried = 0;
    struct json *wheels = json_set_array(document, "wheels");
    for (size_t i = 0; i < r->wheel_count; i++) {
        add_wheel(wheels, &r->wheels[i]);
        untried += wheel_untried(&scratch, &r->wheels[i]) != NULL;
    }
    struct json *interpreters = json_set_array(document, "interpreters");
    for (size_t i = 0; i < r->interpreter_count; i++)
        add_wheel(interpreters, &r->interpreters[i]);
    struct json *trees = json_set_array(document, "trees");
    for (size_t i = 0; i < r->tree_count; i++) {
        struct json *tree = json_add_object(trees);
        json_set_text(tree, "label", r->trees[i].label);
        json_set_text(tree, "path", r->trees[i].path);
        json_set_bool(tree, "up_to_date", r->trees[i].up_to_date);
    }
    findings_set(document, r->findings, r->finding_count);
    set_texts(document, "skipped", &r->skipped);
    if (goal == GOAL_PLAN)
        set_plan(document, r->plan, r->shards);
    struct json *totals = json_set_object(document, "totals");
    json_set_int(totals, "steps_done", (int64_t)r->steps_done);
    json_set_int(totals, "steps_up_to_date", (int64_t)r->steps_up_to_date);
    json_set_int(totals, "wheels_not_tried", untried);
    json_set_int(totals, "fetched_bytes", (int64_t)r->fetched_bytes);
    json_set_real(totals, "seconds", r->seconds);
    json_set_real(totals, "children_cpu_seconds", r->children_cpu_seconds);
    json_set_real(totals, "helpers_cpu_seconds", r->helpers_cpu_seconds);
    json_set_real(totals, "own_cpu_seconds", r->own_cpu_seconds);
    json_set_real(totals, "slot_idle_seconds", r->slot_idle_seconds);
    json_write(document, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
}

void report_error_json(struct strbuf *out, const struct err *e)
{
    AUTO_JSON struct json *line = json_new_object();
    json_set_text(line, "event", "error");
    put_error(line, e);
    json_write(line, JSON_ONE_LINE, out);
    strbuf_addc(out, '\n');
}
