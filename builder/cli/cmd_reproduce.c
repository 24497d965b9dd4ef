/* `staticbuild reproduce`: builds again as somebody else would, and compares every byte. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/recipe_listing.h"
#include "cli/session.h"
#include "host/host.h"
#include "python/abi/abi.h"
#include "python/tags.h"
#include "sys/allowance.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "target/target.h"
#include "ui/reproduce/report.h"

/* What is compared with what. */
struct reproduction {
    struct invocation *inv;
    char *folder; /* of the second time; kept when something differs */
    char *cache;  /* in it */
    char *dist;   /* where the first time's wheels go, which nobody asked for */
    struct arena arena;
    struct comparison found;
};

/* Other rights, another language, another time of the day: what a build must not notice. */
static void be_somebody_else(void)
{
    mode_t before = umask(077);
    if (before == 077)
        umask(022);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TZ", "Pacific/Auckland", 1);
    setenv("CFLAGS", "-O0", 1);
    setenv("MAKEFLAGS", "-k", 1);
}

/* With another cache, in another folder, and with another number of jobs; sources come from the first. */
static int build_again(struct reproduction *r, struct pipeline_result *result, struct err *e)
{
    unsigned jobs = r->inv->jobs ? r->inv->jobs : allowance_here().processors;
    AUTO_FREE char *own = dirs_cache();
    AUTO_FREE char *downloads = own ? path_join(own, "downloads") : NULL;
    AUTO_FREE char *dist = path_join(r->folder, "dist");
    struct session_place place = {.cache = r->cache,
        .dist = dist,
        .jobs = jobs == 1 ? 2 : jobs - 1,
        .mirror = r->inv->mirror ? NULL : downloads};
    be_somebody_else();
    return session_run_at(r->inv, GOAL_WHEEL, &place, result, e);
}

static int compare_builds(struct reproduction *r, struct err *e)
{
    struct pipeline_result first = {0}, second = {0};
    AUTO_FREE char *own = dirs_cache();
    struct session_place place = {.dist = r->dist};
    int failed = session_run_at(r->inv, GOAL_WHEEL, &place, &first, e);
    if (!failed)
        failed = build_again(r, &second, e);
    if (!failed)
        failed = reproduce_compare(&r->found, first.plan, own, second.plan, r->cache, e);
    pipeline_result_release(&first);
    pipeline_result_release(&second);
    return failed;
}

/* A wheel says by its name of what recipe it is, and what for. */
static int ask_for_wheel(struct reproduction *r, const char *wheel, struct err *e)
{
    struct wheel_name name = {0};
    struct invocation *inv = r->inv;
    if (wheel_name_parse(&name, wheel, e) < 0)
        return -1;
    AUTO(recipe_listing) struct recipe_listing known = {0};
    const char *recipe =
        recipe_listing_read(&known, e) < 0 ? NULL : recipe_listing_of_distribution(&known, name.name);
    if (!recipe) {
        if (!e->text)
            err_set(e, ERR_USAGE, "%s: no recipe here makes wheels of %s", wheel, name.name);
        wheel_name_release(&name);
        return -1;
    }
    strvec_clear(&inv->arguments);
    strvec_push(&inv->arguments, recipe);
    int minor = name.python.len ? python_abi_minor_of_tag(name.python.items[0]) : 0;
    if (!inv->python && minor)
        inv->python = arena_strf(&r->arena, "3.%d", minor);
    struct platform platform;
    for (size_t i = 0; i < name.platform.len && !inv->target; i++)
        if (platform_find(&platform, name.platform.items[i]))
            inv->target = arena_strdup(&r->arena, platform.name);
    wheel_name_release(&name);
    return 0;
}

static int compare_wheel(struct reproduction *r, struct err *e)
{
    struct pipeline_result again = {0};
    const char *wheel = arena_strdup(&r->arena, r->inv->arguments.items[0]), *base = path_base(wheel);
    if (path_is_file(wheel, e) != 1)
        return e->text ? -1 : err_set(e, ERR_ENVIRONMENT, "%s: is not there", wheel);
    if (ask_for_wheel(r, wheel, e) < 0)
        return -1;
    int failed = build_again(r, &again, e);
    bool made = false;
    for (size_t i = 0; i < again.wheel_count && !failed && !made; i++)
        if (strcmp(again.wheels[i].file_name, base) == 0) {
            made = true;
            r->found.step_count = r->found.file_count = 1;
            failed = reproduce_compare_files(
                &r->found, again.wheels[i].extension, base, wheel, again.wheels[i].path, e);
        }
    if (!failed && !made)
        failed = err_set(e, ERR_FINDINGS, "%s: the recipe %s makes %s instead", wheel,
            r->inv->arguments.items[0], again.wheel_count ? again.wheels[0].file_name : "no wheel");
    pipeline_result_release(&again);
    return failed;
}

static int show(struct reproduction *r, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_FREE char *diffoscope = host_program_find("diffoscope", NULL, &ignored);
    size_t differing = r->found.differences.len;
    if (r->inv->format == FORMAT_JSON)
        report_reproduced_json(&out, &r->found);
    else
        report_reproduced(&out, &r->found, diffoscope, style_of(stdout));
    if (output_put(&out, e) < 0)
        return -1;
    return differing ? err_set(e, ERR_FINDINGS, "built again, %zu file%s other bytes; they are kept in %s",
                           differing, differing == 1 ? " has" : "s have", r->folder)
                     : 0;
}

static int run(struct invocation *inv, struct err *e)
{
    const char *temporary = getenv("TMPDIR");
    struct reproduction r = {.inv = inv};
    bool is_wheel = inv->arguments.len == 1 && str_ends(inv->arguments.items[0], ".whl");
    r.folder = folder_make_temporary(temporary && *temporary ? temporary : "/tmp", "staticbuild-again-", e);
    if (!r.folder)
        return -1;
    r.cache = path_join(r.folder, "a-cache-of-somebody-else");
    r.dist = path_join(r.folder, "first");
    r.found.arena = &r.arena;
    int failed = is_wheel ? compare_wheel(&r, e) : compare_builds(&r, e);
    if (!failed)
        failed = show(&r, e);
    AUTO(err) struct err left = ERR_INIT;
    if (!r.found.differences.len)
        tree_remove(r.folder, &left);
    comparison_release(&r.found);
    arena_release(&r.arena);
    free(r.folder);
    free(r.cache);
    free(r.dist);
    return failed;
}

static const struct flag *const options[] = {
    &option_python,
    &option_jobs,
    &option_offline,
    &option_sandbox,
    &option_mirror,
    &option_target,
    &option_format,
    &option_progress,
    &option_verbose,
    &option_quiet,
    NULL,
};

const struct subcommand subcommand_reproduce = {
    .name = "reproduce",
    .summary = "build again as somebody else would, and compare every byte",
    .arguments = "RECIPE...|WHEEL",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_RECIPES,
    .about = "Builds the recipes, or takes what the cache has of them, and builds everything once more with "
             "an empty "
             "cache in another folder: with another number of jobs, umask, locale and time zone, and with "
             "variables in "
             "the environment that builds like to read. What both made is compared: archives, sources, "
             "modules and "
             "wheels. A difference is told with the member and section that it is in; the second build then "
             "stays for a "
             "look.\n\n"
             "Of a wheel, the recipe of its name is built once, for the interpreter and the platform of its "
             "name, and "
             "compared with it: whether what somebody published is what its sources give.",
    .examples = {{"reproduce zlib", "a library"},
        {"reproduce zmq --python 3.11", "a wheel, and all that is in it"},
        {"reproduce dist/pyzmq-27.1.0-cp311-cp311-*.whl", "a wheel that was made earlier, or elsewhere"}},
    .builds = true,
    .options = options,
    .run = run,
};
