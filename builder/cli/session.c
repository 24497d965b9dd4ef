/* A run as the command line asks for it: progress while it lasts, and the report after it. */
#include "cli/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/quantity.h"
#include "cli/overrides.h"
#include "cli/several.h"
#include "sched/tokens.h"
#include "sys/allowance.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "ui/run/report.h"

/* `staticbuild adit x.so` is a command mistyped rather than a recipe asked for. */
static int check_command_meant(const struct invocation *inv, struct err *e)
{
    if (inv->subcommand->projects || !inv->arguments.len)
        return 0;
    const char *first = inv->arguments.items[0];
    if (inv->named || strchr(first, '/') || str_ends(first, ".toml"))
        return 0;
    const struct subcommand *near = subcommand_like(inv->program, first);
    if (!near)
        return 0;
    AUTO_FREE char *installed = dirs_data("recipes");
    struct graph_request request = {.installed = installed};
    AUTO_FREE char *found = recipe_locate(&request, first);
    if (found)
        return 0;
    return err_set(e, ERR_USAGE,
        "no command and no recipe is called \"%s\" (did you mean the command \"%s\"?)", first, near->name);
}

static const char *given(const char *option, const char *variable)
{
    const char *value = option ? option : getenv(variable);
    return value && *value ? value : NULL;
}

/* A wheel that was made already is for what it is for, unless something is asked of it. */
static const char *target_of(const struct invocation *inv)
{
    const char *target = given(inv->target, "STATICBUILD_TARGET");
    return target || !inv->subcommand->finishes ? target : "native";
}

static int choose_sandbox(enum sandbox *out, const struct invocation *inv, struct err *e)
{
    static const char *const words[] = {"auto", "strict", "none"}; /* of enum sandbox */
    const char *said = getenv("STATICBUILD_SANDBOX");
    *out = inv->sandbox == SANDBOX_UNSAID ? SANDBOX_AUTO : inv->sandbox;
    if (inv->sandbox != SANDBOX_UNSAID || !said || !*said)
        return 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(said, words[i]) == 0) {
            *out = (enum sandbox)i;
            return 0;
        }
    return err_set(e, ERR_USAGE, "STATICBUILD_SANDBOX is \"%s\", not one of auto, strict, none", said);
}

static int read_failed_size(struct pipeline_request *request, struct err *e)
{
    const char *text = given(NULL, "STATICBUILD_FAILED_SIZE");
    request->has_failed_bytes_max = text;
    if (!text || size_parse(text, &request->failed_bytes_max))
        return 0;
    return err_set(e, ERR_USAGE, "STATICBUILD_FAILED_SIZE is \"%s\", not a size such as 500M or 5G", text);
}

/* What a run finds around it. */
struct surroundings {
    const struct session_place *place;
    enum sandbox sandbox;
    struct job_tokens *outer; /* of the make that started us, or NULL */
    char *unreachable;        /* why they cannot be had, or NULL */
};

static int run_with(struct invocation *inv, enum pipeline_goal goal, const struct surroundings *around,
    struct pipeline_result *result, struct err *e)
{
    const struct session_place *place = around->place;
    enum verbosity verbosity = inv->quiet     ? VERBOSITY_QUIET
                               : inv->verbose ? VERBOSITY_VERBOSE
                                              : VERBOSITY_NORMAL;
    AUTO_PROGRESS struct progress *progress = progress_new(inv->progress, verbosity, stderr);
    if (around->unreachable)
        event_warning(&progress->sink,
            "the jobserver of MAKEFLAGS cannot be reached, and is not used: %s; in a makefile, put a + "
            "before the command",
            around->unreachable);
    AUTO(overrides) struct overrides overrides = {0};
    for (size_t i = 0; inv->subcommand->finishes && i < inv->severity.len; i++) {
        if (!strchr(inv->severity.items[i], '='))
            return err_set(e, ERR_USAGE, "--severity %s: not RULE=LEVEL", inv->severity.items[i]);
        overrides_severity(&overrides, inv->severity.items[i], e);
    }
    if (e->kind)
        return -1;
    static const struct strvec none;
    bool others = place->recipes || place->projects, projects = inv->subcommand->projects;
    const struct strvec *recipes = others ? place->recipes : projects ? NULL : &inv->arguments;
    const struct strvec *built = others ? place->projects : projects ? &inv->arguments : NULL;
    recipes = recipes ? recipes : &none;
    built = built ? built : &none;
    struct pipeline_request request = {
        .goal = goal,
        .recipes = (const char *const *)recipes->items,
        .recipe_count = recipes->len,
        .projects = (const char *const *)built->items,
        .project_count = built->len,
        .durations = inv->durations,
        .launcher = inv->launcher,
        .tell_durations = inv->print_durations,
        .locked = inv->locked,
        .upgrade_all = place->upgrade_all,
        .upgrades = place->upgrades,
        .finish = inv->subcommand->finishes,
        .libraries = &inv->libraries,
        .with = &inv->with,
        .settings = &inv->settings,
        .list = place->list ? place->list : inv->from,
        .overrides = overrides.list.items,
        .override_count = overrides.list.len,
        .clean = inv->clean,
        .infer = inv->infer,
        .dist = place->dist   ? place->dist
                : inv->output ? inv->output
                              : "dist",
        .debug_files = inv->debug_files,
        .python = inv->python,
        .python_root = inv->python_root,
        .target = place->target ? place->target : target_of(inv),
        .jobs = place->jobs ? place->jobs : inv->jobs,
        .outer = around->outer,
        .load = inv->load,
        .keep_work = inv->keep_work,
        .keep_going = inv->keep_going,
        .require_tried = inv->require_tried,
        .offline = inv->offline,
        .sandbox = around->sandbox,
        .mirror_to = place->mirror_to,
        .mirror = place->mirror ? place->mirror : inv->mirror,
        .cache = place->cache,
        .share = given(inv->share, "STATICBUILD_SHARE"),
        .share_read_only = inv->share_read_only,
        .cache_sign = inv->cache_sign,
        .cache_trust = &inv->cache_trust,
    };
    if (inv->shard && shard_choice_parse(&request.shard, inv->shard, e) < 0)
        return -1;
    if (read_failed_size(&request, e) < 0)
        return -1;
    return pipeline_run(&request, &progress->sink, result, e);
}

/* The tokens of the make that started us. */
static struct job_tokens *tokens_of_environment(char **unreachable)
{
    const char *flags = getenv("MAKEFLAGS");
    return flags ? tokens_of_parent(flags, allowance_here().processors, unreachable) : NULL;
}

int session_run_at(struct invocation *inv, enum pipeline_goal goal, const struct session_place *place,
    struct pipeline_result *result, struct err *e)
{
    struct surroundings around = {.place = place};
    /* First of all: its descriptors are known by their numbers, which ours must not have. */
    if (!inv->jobs && !place->jobs)
        around.outer = tokens_of_environment(&around.unreachable);
    int status = -1;
    if (check_command_meant(inv, e) == 0 && choose_sandbox(&around.sandbox, inv, e) == 0)
        status = run_with(inv, goal, &around, result, e);
    tokens_free(around.outer);
    free(around.unreachable);
    return status;
}

int session_run(
    struct invocation *inv, enum pipeline_goal goal, struct pipeline_result *result, struct err *e)
{
    return session_run_at(inv, goal, &(struct session_place){0}, result, e);
}

/* Also of a run that failed: then one wants to know what it was at. */
static int write_timings(const char *path, const struct pipeline_result *result, struct err *e)
{
    AUTO(strbuf) struct strbuf page = {0};
    if (!path)
        return 0;
    return report_timings(&page, result, e) < 0 ? -1 : file_write(path, page.ptr, page.len, 0644, e);
}

int session_show_at(
    struct invocation *inv, enum pipeline_goal goal, const struct session_place *place, struct err *e)
{
    struct pipeline_result result = {0};
    struct err failure = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0};
    const char *target = place->target ? place->target : target_of(inv);
    bool makes = goal == GOAL_FETCH || goal == GOAL_BUILD || goal == GOAL_WHEEL;
    int status = makes && several_targets(target) ? several_run(inv, goal, place, target, &result, &failure)
                                                  : session_run_at(inv, goal, place, &result, &failure);
    if (inv->format == FORMAT_JSON)
        report_run_json(&out, &result, goal, &failure);
    else
        report_run(&out, &result, goal, status == 0, style_of(stdout));
    struct err unwritten = ERR_INIT, undrawn = ERR_INIT;
    int put = output_put(&out, &unwritten);
    if (write_timings(inv->timings, &result, &undrawn) < 0)
        put = err_join(&unwritten, &undrawn);
    err_release(&undrawn);
    pipeline_result_release(&result);
    if (put < 0 && status == 0) {
        status = -1;
        err_move(&failure, &unwritten);
    }
    err_release(&unwritten);
    if (status < 0)
        err_move(e, &failure);
    return status;
}

int session_show(struct invocation *inv, enum pipeline_goal goal, struct err *e)
{
    return session_show_at(inv, goal, &(struct session_place){0}, e);
}
