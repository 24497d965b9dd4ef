/* `staticbuild lock`: what builds are made of is chosen, and written down beside the recipe or project. */
#include <string.h>

#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/goals.h"
#include "cli/session.h"
#include "python/pep508.h"
#include "recipe/mistakes.h"

static bool lock_has(const struct lockfile *l, const char *name)
{
    for (size_t i = 0; i < l->recipe_count; i++)
        if (strcmp(l->recipes[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < l->environment_count; i++)
        if (packages_have(&l->environments[i].packages, name))
            return true;
    return false;
}

static void guess_package(struct guess *g, struct arena *a, const char *package)
{
    guess_consider(g, arena_strndup(a, package, strcspn(package, "=")));
}

static int tell_unknown(const struct lockfile *l, const char *name, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    struct guess guess = {.word = name};
    for (size_t i = 0; i < l->recipe_count; i++)
        guess_consider(&guess, l->recipes[i].name);
    for (size_t i = 0; i < l->environment_count; i++)
        for (size_t k = 0; k < l->environments[i].packages.len; k++)
            guess_package(&guess, &a, l->environments[i].packages.items[k]);
    return err_add(e, ERR_USAGE, "--upgrade %s: nothing of this name is in " LOCKFILE_NAME "%s", name,
        guess_text(&a, &guess));
}

/* Names of the lock, in its spelling. */
static int find_upgrades(struct strvec *out, const struct goals *g, const struct strvec *named, struct err *e)
{
    for (size_t i = 0; i < named->len; i++) {
        AUTO_FREE char *normal = python_name_normalise(named->items[i]);
        if (lock_has(g->lock, named->items[i]))
            strvec_push(out, named->items[i]);
        else if (lock_has(g->lock, normal))
            strvec_push(out, normal);
        else
            tell_unknown(g->lock, named->items[i], e);
    }
    return e->kind ? -1 : 0;
}

static void tell(struct strbuf *out, const struct pipeline_result *result)
{
    const struct texts *changes = &result->lock_changes;
    if (!result->was_locked)
        strbuf_addf(out, "%s: written\n", result->lock_path);
    else if (!changes->len)
        strbuf_addf(out, "%s: nothing is another than before\n", result->lock_path);
    else
        strbuf_addf(
            out, "%s: written anew; where it says \"the lock\", that is the one before\n", result->lock_path);
    for (size_t i = 0; result->was_locked && i < changes->len; i++)
        strbuf_addf(out, "  %s\n", changes->items[i]);
}

static int lock(struct invocation *inv, struct goals *g, struct err *e)
{
    static const struct strvec nothing;
    AUTO(strvec) struct strvec upgrades = {0};
    AUTO(strbuf) struct strbuf out = {0};
    struct pipeline_result result = {0};
    bool is_list = inv->from && !inv->arguments.len && !inv->upgrade; /* and nothing besides */
    if (!is_list && goals_find(g, inv->upgrade ? &nothing : &inv->arguments, e) < 0)
        return -1;
    if (inv->upgrade && !g->lock)
        return err_set(e, ERR_USAGE,
            "--upgrade: here is no " LOCKFILE_NAME
            " that could be chosen anew: `staticbuild lock` writes one");
    if (inv->upgrade && find_upgrades(&upgrades, g, &inv->arguments, e) < 0)
        return -1;
    struct session_place place = {.recipes = &g->recipes,
        .projects = &g->projects,
        .list = inv->from ? inv->from : g->list,
        .upgrades = &upgrades,
        .upgrade_all = inv->upgrade && !upgrades.len};
    int status = session_run_at(inv, GOAL_LOCK, &place, &result, e);
    if (status == 0) {
        tell(&out, &result);
        status = output_put(&out, e);
    }
    pipeline_result_release(&result);
    return status;
}

static int run(struct invocation *inv, struct err *e)
{
    AUTO(goals) struct goals goals = {0};
    return lock(inv, &goals, e);
}

static const struct flag *const options[] = {
    OPTION(.name = "upgrade", .kind = FLAG_YES,
        .help = "choose anew what is locked: everything, or what is named: recipes, projects of the index, "
                "packages of build environments",
        .at = AT(upgrade)),
    &option_python,
    &option_library,
    OPTION(.name = "from", .kind = FLAG_TEXT, .value = "FILE", .completes = COMPLETE_FILES,
        .help = "lock the projects of this list too", .at = AT(from)),
    &option_jobs,
    &option_sandbox,
    OPTIONS_OF_PLACES_UNLOCKED,
    &option_target,
    &option_progress,
    &option_verbose,
    &option_quiet,
    NULL,
};

const struct subcommand subcommand_lock = {
    .name = "lock",
    .summary = "write down what builds are made of, in staticbuild.lock",
    .arguments = "[GOAL...|--upgrade NAME...]",
    .least = 0,
    .most = ANY_NUMBER,
    .completes = COMPLETE_RECIPES,
    .about =
        "Chooses versions of libraries and tools, sources with their hashes, which source distribution "
        "\"pypi:NAME\" is, and the packages of the environments in which projects build, for each Python "
        "here, and writes it beside the recipe or the project as " LOCKFILE_NAME ", a text to be committed. "
        "Every later run takes what it says; --locked takes nothing else.\n\n"
        "GOAL is a recipe or a project, as `run` and `wheel` take them; a lock is of exactly those. With "
        "none "
        "named they are those of the lock that is here or in recipe/, else the project of this folder, else "
        "the recipes of recipe/. What is locked stays until --upgrade. Environments of Pythons and platforms "
        "that are not here stay as they are.\n\n"
        "To know what a project requires, its backend is asked, and for that the libraries that it links are "
        "built.",
    .examples = {{"lock", "what this folder has"},
        {"lock pypi:markupsafe pypi:pyyaml", "two projects of the package index, here"},
        {"lock --upgrade", "everything as it is published now"},
        {"lock --upgrade setuptools libyaml", "these, and nothing else"}},
    .options = options,
    .run = run,
};
