/* `staticbuild fetch`: a run that ends when all sources are there; or the hash of one that is to become one.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/goals.h"
#include "cli/learnt_source.h"
#include "cli/session.h"

/* As sha256sum prints them. */
static int print_hashes(const struct invocation *inv, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    struct digest *found = xcalloc(inv->arguments.len, sizeof *found);
    int status = sources_learn(found, &inv->arguments, inv, e);
    for (size_t i = 0; i < inv->arguments.len; i++)
        if (*found[i].hex)
            strbuf_addf(&out, "%s  %s\n", found[i].hex, inv->arguments.items[i]);
    free(found);
    if (status < 0) {
        struct err also = ERR_INIT; /* what was had is told; the failure is another's */
        output_put(&out, &also);
        err_release(&also);
    }
    return status < 0 ? -1 : output_put(&out, e);
}

static int mirror(struct invocation *inv, struct goals *g, struct err *e)
{
    if (goals_find(g, &inv->arguments, e) < 0)
        return -1;
    struct session_place place = {
        .recipes = &g->recipes, .projects = &g->projects, .list = g->list, .mirror_to = inv->to};
    return session_show_at(inv, GOAL_MIRROR, &place, e);
}

static int run(struct invocation *inv, struct err *e)
{
    AUTO(goals) struct goals goals = {0};
    if (inv->all)
        return mirror(inv, &goals, e);
    if (inv->to)
        return err_set(e, ERR_USAGE, "--to goes with --all");
    if (!inv->arguments.len)
        return err_set(e, ERR_USAGE, "`fetch` needs RECIPE... (try `staticbuild help fetch`)");
    return inv->print_sha256 ? print_hashes(inv, e) : session_show(inv, GOAL_FETCH, e);
}

static const struct flag *const options[] = {
    &option_python,
    &option_python_root,
    &option_jobs,
    &option_keep_going,
    OPTIONS_OF_PLACES,
    &option_with,
    &option_target,
    &option_sandbox,
    OPTION(.name = "all", .kind = FLAG_YES,
        .help = "fetch also what projects build with: packages of their environments, crates; goals are then "
                "recipes and projects, those of staticbuild.lock when none is named",
        .at = AT(all)),
    OPTION(.name = "to", .kind = FLAG_TEXT, .value = "DIR", .completes = COMPLETE_FILES,
        .help = "with --all: put everything into this folder, from which `--offline --mirror DIR` builds",
        .at = AT(to)),
    OPTION(.name = "print-sha256", .kind = FLAG_YES,
        .help = "fetch each LOCATION in place of RECIPE, as [[source]] urls has them, and print the hash "
                "that its recipe is to name",
        .at = AT(print_sha256)),
    OPTIONS_OF_REPORTS,
    NULL,
};

const struct subcommand subcommand_fetch = {
    .name = "fetch",
    .summary = "fetch the sources alone",
    .arguments = "RECIPE...|LOCATION...|--all [GOAL...]",
    .least = 0,
    .most = ANY_NUMBER,
    .completes = COMPLETE_RECIPES,
    .about = "Brings every source of the recipes and what they require into the cache, so that a later run "
             "can do with --offline. With --all, everything that is built from is brought, and with --to put "
             "into a folder for machines without a network.",
    .examples = {{"fetch zmq yaml", "all sources of two extensions"},
        {"fetch --all --to mirror", "all that builds from staticbuild.lock take"},
        {"fetch --print-sha256 https://zlib.net/zlib-1.3.2.tar.gz", "what a new recipe has to say of it"}},
    .options = options,
    .run = run,
};
