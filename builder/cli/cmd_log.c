/* `log`: what the commands of a step printed, finished or not. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/made.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "sys/read.h"

#define LOGS ".staticbuild/logs"

enum { LOG_MAX = 1 << 30 };

struct written {
    const char *name;
    int64_t changed_ns;
};

static int in_order(const void *a, const void *b)
{
    const struct written *x = a, *y = b;
    if (x->changed_ns != y->changed_ns)
        return x->changed_ns < y->changed_ns ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* In the order in which they were written last. */
static struct written *sort(const struct strvec *names, const char *folder)
{
    struct written *all = xcalloc(names->len + 1, sizeof *all);
    for (size_t i = 0; i < names->len; i++) {
        AUTO_FREE char *path = path_join(folder, names->items[i]);
        AUTO(err) struct err ignored = ERR_INIT; /* then it is shown where it happens to be */
        struct stat st;
        all[i].name = names->items[i];
        if (path_look(&st, path, false, &ignored) == 1)
            all[i].changed_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    }
    if (names->len)
        qsort(all, names->len, sizeof *all, in_order);
    return all;
}

static int refuse_step(const struct strvec *names, const char *name, const char *step, struct err *e)
{
    AUTO(strbuf) struct strbuf there = {0};
    for (size_t i = 0; i < names->len; i++)
        if (str_ends(names->items[i], ".log"))
            strbuf_addf(
                &there, "%s%.*s", there.len ? ", " : "", (int)strlen(names->items[i]) - 4, names->items[i]);
    return err_set(e, ERR_USAGE, "%s has no log of \"%s\"; it has %s", name, step,
        there.len ? strbuf_str(&there) : "none");
}

static int show(const char *name, const char *step, const char *folder, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO_FREE char *wanted = step ? xstrf("%s.log", step) : NULL;
    if (folder_names(&names, folder, e) < 0)
        return -1;
    if (wanted && !strvec_has(&names, wanted))
        return refuse_step(&names, name, step, e);
    AUTO_FREE struct written *logs = sort(&names, folder);
    for (size_t i = 0; i < names.len; i++) {
        if (wanted && strcmp(logs[i].name, wanted) != 0)
            continue;
        AUTO_FREE char *path = path_join(folder, logs[i].name);
        if (!wanted)
            strbuf_addf(&out, "==> %s <==\n", path);
        if (file_read(&out, path, LOG_MAX, e) < 0)
            return -1;
    }
    return output_put(&out, e);
}

static int run(struct invocation *inv, struct err *e)
{
    AUTO(made) struct made made = {.arena = {0}};
    const char *name = inv->arguments.items[0];
    AUTO_FREE char *folder = NULL;
    if (made_open(&made, e) < 0)
        return -1;
    if (!made_find(&made, name, LOGS, "stage/" LOGS, &folder))
        return err_set(
            e, ERR_USAGE, "nothing that was built is called \"%s\"; `cache list` names what there is", name);
    return show(name, inv->step, folder, e);
}

static const struct flag *const options[] = {
    OPTION(.name = "step", .kind = FLAG_TEXT, .value = "STEP",
        .help = "only this part, as in configure, build, install", .at = AT(step)),
    NULL,
};

const struct subcommand subcommand_log = {
    .name = "log",
    .summary = "print what a build printed",
    .arguments = "NAME",
    .least = 1,
    .most = 1,
    .about =
        "Prints the logs of what was built last under that name, whether it came to a good end or not: a "
        "recipe's name, one with its version, or a folder of the cache. Each begins with its path, in the "
        "order in which they were written; with --step one of them alone is printed as it is.",
    .examples = {{"log zlib", "everything that its last build printed"},
        {"log zlib --step configure", "what configure said"}},
    .completes = COMPLETE_RECIPES,
    .options = options,
    .run = run,
};
