/* The whole story: recipes, graph, plan, downloads, builds, wheels. */
#include "pipeline/pipeline.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "pipeline/remote.h"
#include "store/used.h"
#include "sys/clock.h"
#include "sys/dirs.h"

static bool makes_interpreter(const struct graph *g)
{
    for (size_t i = 0; i < g->len; i++)
        if (g->nodes[i].recipe->kind == RECIPE_INTERPRETER)
            return true;
    return false;
}

static int resolve(struct run *r, struct err *e)
{
    AUTO_FREE char *installed = dirs_data("recipes");
    if (run_find_lock(r, e) < 0 || run_read_projects(r, e) < 0)
        return -1;
    struct graph_request request = {
        .recipes = r->named,
        .recipe_count = r->named_count,
        .with = r->request->with ? (const char *const *)r->request->with->items : NULL,
        .with_count = r->request->with ? r->request->with->len : 0,
        .installed = installed,
        .target = r->machine.platform,
        .load = run_load_recipe,
        .exists = run_has_recipe,
        .prefers = run_prefers_source,
        .prefers_version = run_prefers_version,
        .arg = r,
    };
    r->graph = graph_resolve(r->arena, &request, e);
    r->result->graph = r->graph;
    if (!r->graph)
        return -1;
    return request.with_count && !makes_interpreter(r->graph)
               ? err_set(e, ERR_USAGE, "--with %s: no interpreter is made that it could be built into",
                     request.with[0])
               : 0;
}

/* A kit names its own place, so that a cache which was moved gets another one. */
static const char *kit_facts_here(struct run *r)
{
    const char *facts = r->machine.toolchain.kit_facts;
    return facts ? arena_strf(r->arena, "%splace %s\n", facts, r->store.root) : NULL;
}

/* Its place follows from its key; it need not be there yet. */
static void use_kit(struct run *r)
{
    for (size_t i = 0; i < r->plan->len; i++) {
        if (r->plan->steps[i].kind != STEP_KIT)
            continue;
        AUTO_FREE char *kit = step_tree(r, &r->plan->steps[i]);
        toolchain_use_kit(&r->machine.toolchain, r->arena, kit);
    }
}

static struct texts severities_of(const struct run *r)
{
    struct texts all = {0};
    for (size_t i = 0; i < r->request->override_count; i++) {
        const struct audit_override *o = &r->request->overrides[i];
        texts_add(&all, r->arena, arena_strf(r->arena, "%s=%s", o->rule->id, severity_name(o->severity)));
    }
    return all;
}

static int make_plan(struct run *r, struct err *e)
{
    struct plan_facts facts = {
        .toolchain = r->machine.toolchain.identity,
        .tool_toolchain = r->machine.tool_toolchain.identity,
        .target = target_name(&r->machine.target),
        .kit_facts = kit_facts_here(r),
        .place = r->store.root,
        .platform = r->machine.platform,
        .program_version = STATICBUILD_VERSION,
        .pythons = r->chosen,
        .cython_python = r->machine.tool_python,
        .source_date_epoch = r->machine.source_date_epoch,
        .requirements = run_requirements,
        .locked = run_locked_environments,
        .rust = run_rust,
        .severities = severities_of(r),
        .mirrors = r->request->goal == GOAL_MIRROR,
        .surround = r->request->goal == GOAL_SURROUND,
        .strict = r->request->sandbox == SANDBOX_STRICT,
        .local_digest = run_local_digest,
        .arg = r,
    };
    r->plan = plan_make(r->arena, r->graph, &facts, e);
    r->result->plan = r->plan;
    if (!r->plan)
        return -1;
    use_kit(r);
    run_use_packs(r);
    run_use_interpreters(r);
    return 0;
}

static int plan_all(struct run *r, struct err *e)
{
    if (resolve(r, e) < 0)
        return -1;
    if (r->request->goal == GOAL_RESOLVE)
        return 0;
    if (r->request->goal >= GOAL_FETCH && run_check_known(r, e) < 0)
        return -1;
    if (run_gather(r, e) < 0 || run_find_launcher(r, e) < 0 || make_plan(r, e) < 0 ||
        run_check_locked(r, e) < 0 || run_shard(r, e) < 0 || run_mark_wanted(r, e) < 0)
        return -1;
    if (r->request->tell_durations)
        run_tell_durations(r);
    if (r->request->goal == GOAL_WHY)
        return run_explain(r, e);
    return r->request->goal >= GOAL_BUILD ? run_check_host_tools(r, e) : 0;
}

/* Until every source can be had: a source that cannot be fetched is given up for its alternative, and with it
 * the plan, because keys are made of what is really used. What does not need it is made meanwhile. */
static int make_all(struct run *r, struct err *e)
{
    AUTO(err) struct err failures = ERR_INIT; /* of rounds, with --keep-going */
    size_t unanswered = 0, planned = 0;
    for (;;) {
        r->begins_again = false;
        if (plan_all(r, e) < 0)
            break;
        if (r->request->goal < GOAL_FETCH)
            return 0;
        size_t asking = r->plan->asking, len = r->plan->len;
        int failed = run_steps(r, e);
        if (e->kind != ERR_INTERRUPTED)
            run_give(r);
        /* Another project failed, it may be: it is tried again with this one. */
        if (e->kind != ERR_INTERRUPTED && run_infers_again(r)) {
            err_release(e);
            map_release(&r->done_in_vain);
            unanswered = planned = 0;
            continue;
        }
        if (!failed && asking && r->request->goal >= GOAL_LOCK && !r->begins_again) {
            if (asking == unanswered && len == planned && r->sharding.shards)
                break; /* the others' are not asked here */
            if (asking == unanswered && len == planned)
                return err_set(e, ERR_MISSING,
                    "%s: what a build was asked for cannot be found there again; does another program remove "
                    "files from the cache? run again",
                    r->store.root);
            unanswered = asking; /* what was asked for is known now, and more can be planned */
            planned = len;
            continue;
        }
        if (!r->begins_again || (failed && (!r->request->keep_going || e->kind == ERR_INTERRUPTED)))
            break;
        if (failed)
            err_join(&failures, e);
    }
    if (e->kind == ERR_INTERRUPTED || !failures.kind)
        return e->kind ? -1 : 0;
    if (e->kind)
        err_join(&failures, e);
    return err_move(e, &failures);
}

static int open_store(struct run *r, struct err *e)
{
    if (store_open(&r->store, r->request->cache, e) < 0)
        return -1;
    if (r->request->goal < GOAL_FETCH)
        return 0;
    int is_older = store_run_begin(&r->store, e) < 0 ? -1 : store_take_over(&r->store, e);
    if (is_older > 0)
        event_note(r->sink,
            "%s: an earlier staticbuild filled it, whose results are not used any more, and are made again; "
            "what is in trees/ now may be removed",
            r->store.root);
    return is_older < 0 ? -1 : 0;
}

/* True when what failed may be right the next time: a local file was edited after the run was planned, or a
 * download was found damaged and set aside. */
static bool may_begin_again(const struct run *r, const struct err *e)
{
    return e->kind != ERR_INTERRUPTED && (r->stale || run_lost_download(r));
}

static int make_anew(struct run *r, struct err *e)
{
    AUTO(err) struct err before = ERR_INIT;
    err_move(&before, e);
    event_warning(r->sink, "%s\nbeginning again", before.text);
    run_forget_local(r);
    run_forget_manifests(r);
    map_release(&r->done_in_vain);
    if (make_all(r, e) == 0)
        return 0;
    if (!r->stale && run_lacks_download(r)) {
        e->kind = e->kind == ERR_INTERRUPTED ? e->kind : ERR_FETCH;
        err_add(e, e->kind, "%s", before.text);
    }
    return -1;
}

static int tell_story(struct run *r, struct err *e)
{
    struct utsname machine;
    uname(&machine);
    if (target_choose(&r->machine.target, r->request->target, machine.machine, e) < 0)
        return -1;
    const struct arch *arch = r->machine.target.platform.arch;
    r->machine.platform = arena_strf(r->arena, "linux-%s", arch ? arch->name : machine.machine);
    r->machine.source_date_epoch = clock_source_date_epoch(e);
    if (r->machine.source_date_epoch < -1 || open_store(r, e) < 0 || run_open_share(r, e) < 0)
        return -1;
    int failed = make_all(r, e);
    if (r->request->goal < GOAL_BUILD)
        return failed;
    if (failed && !r->has_begun)
        return -1;
    if (failed && may_begin_again(r, e))
        failed = make_anew(r, e);
    if (!r->graph || !r->plan)
        return -1; /* a recipe that was changed between two rounds is wrong now */
    if (!failed && store_sync(&r->store, e) < 0)
        return -1;
    run_tell_trees(r);
    if (r->request->goal == GOAL_SURROUND)
        return failed ? failed : run_surround(r, e);
    if (r->request->goal == GOAL_LOCK && !failed)
        return run_write_lock(r, e);
    if (r->request->goal == GOAL_MIRROR && !failed)
        return run_write_mirror(r, e);
    if (r->request->goal < GOAL_WHEEL)
        return failed;
    if (!failed || r->request->keep_going) {
        struct err late = ERR_INIT;
        if (run_place_wheels(r, &late) < 0 || run_place_interpreters(r, &late) < 0) {
            if (!failed)
                err_move(e, &late);
            failed = -1;
        }
        err_release(&late);
    }
    return failed;
}

static double cpu_seconds(int who)
{
    struct rusage u;
    getrusage(who, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void run_release(struct run *r)
{
    exchanger_free(r->shared.exchanger);
    loop_free(r->loop);
    run_release_tokens(r);
    toolchain_release(&r->machine.toolchain);
    toolchain_release(&r->machine.tool_toolchain);
    share_release(&r->shared.place);
    store_release(&r->store);
    map_release(&r->projects);
    map_release(&r->markers);
    map_release(&r->provided);
    map_release(&r->inferred);
    map_release(&r->done_in_vain);
    map_release(&r->versions);
    map_release(&r->sources.failed);
    map_release(&r->shared.untaken);
    strvec_release(&r->shared.trusted);
    map_release(&r->sources.unfetched);
    map_release(&r->sources.alternatives);
    map_release(&r->told_packs);
    map_release(&r->local_digests);
    map_release(&r->sharding.durations);
    map_release(&r->locks.hashes);
    map_release(&r->locks.told);
    run_forget_manifests(r);
    map_release(&r->machine.newer_names);
    strvec_release(&r->machine.host_path);
    free(r->machine.build_path);
}

int pipeline_run(
    const struct pipeline_request *request, struct sink *sink, struct pipeline_result *result, struct err *e)
{
    int64_t begin = clock_monotonic_ns();
    *result = (struct pipeline_result){0};
    struct run r = {
        .request = request, .sink = sink, .result = result, .arena = &result->arena, .begun_ns = begin};
    int failed = tell_story(&r, e);
    run_release(&r);
    result->seconds = (double)(clock_monotonic_ns() - begin) / 1e9;
    result->own_cpu_seconds = cpu_seconds(RUSAGE_SELF);
    return failed;
}

void pipeline_result_release(struct pipeline_result *result)
{
    for (size_t i = 0; i < result->part_count; i++)
        pipeline_result_release(&result->parts[i]);
    free(result->parts);
    arena_release(&result->arena);
    strvec_release(&result->surroundings);
    *result = (struct pipeline_result){0};
}
