/* `staticbuild fetch`: a run that ends when all sources are there; or the hash of one that is to become one.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
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

static int run(struct invocation *inv, struct err *e)
{
    return inv->print_sha256 ? print_hashes(inv, e) : session_show(inv, GOAL_FETCH, e);
}

static const struct flag *const options[] = {
    &option_python,
    &option_python_root,
    &option_jobs,
    &option_keep_going,
    OPTIONS_OF_PLACES,
    &option_target,
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
    .arguments = "RECIPE...|LOCATION...",
    .least = 1,
    .most = ANY_NUMBER,
    .completes = COMPLETE_RECIPES,
    .about = "Brings every source of the recipes and what they require into the cache, so that a later run "
             "can do with --offline.",
    .examples = {{"fetch zmq yaml", "all sources of two extensions"},
        {"fetch --print-sha256 https://zlib.net/zlib-1.3.2.tar.gz", "what a new recipe has to say of it"}},
    .options = options,
    .run = run,
};
