/* What a failed step's logs mean, told with the failure. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/causes.h"
#include "pipeline/internal.h"
#include "sys/allowance.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "sys/read.h"

enum { LOG_LIMIT = 64 << 20 };

/* Where build systems keep what their tests said, below the folder that was built in or the source. */
static const struct {
    const char *path;
    bool (*read)(struct strbuf *out, struct slice log);
} kept[] = {
    {"config.log", causes_configure},
    {"CMakeFiles/CMakeError.log", causes_cmake},
    {"CMakeFiles/CMakeConfigureLog.yaml", causes_cmake},
};

static bool read_log(struct strbuf *out, const char *path)
{
    AUTO(err) struct err unread = ERR_INIT; /* a log that cannot be read tells nothing */
    return path_may_be_file(path) && file_read(out, path, LOG_LIMIT, &unread) == 0;
}

static void add(struct err *failure, const char *sentence)
{
    err_add(failure, failure->kind, "  cause: %s", sentence);
}

static void add_causes(struct err *failure, struct run *r, const char *path)
{
    AUTO(strbuf) struct strbuf log = {0};
    struct causes causes = {.len = 0};
    if (!read_log(&log, path))
        return;
    causes_find(&causes, (struct slice){strbuf_str(&log), log.len});
    for (size_t i = 0; i < causes.len; i++) {
        AUTO(strbuf) struct strbuf text = {0};
        cause_write(&text, &causes.items[i]);
        if (causes.items[i].is_header) {
            AUTO_FREE char *header =
                xstrf("header %.*s", (int)causes.items[i].name.len, causes.items[i].name.ptr);
            const char *recipe = recipe_with(r, header);
            if (recipe)
                strbuf_addf(&text, "; the recipe %s has it: name it in [requires]", recipe);
        }
        add(failure, strbuf_str(&text));
    }
}

/* The first that says something. */
static bool add_conclusion(struct err *failure, const char *folder)
{
    for (size_t i = 0; folder && i < COUNT(kept); i++) {
        AUTO_FREE char *path = path_join(folder, kept[i].path);
        AUTO(strbuf) struct strbuf log = {0};
        AUTO(strbuf) struct strbuf text = {0};
        if (!read_log(&log, path) || !kept[i].read(&text, (struct slice){strbuf_str(&log), log.len}))
            continue;
        strbuf_addf(&text, " (%s)", path);
        add(failure, strbuf_str(&text));
        return true;
    }
    return false;
}

void step_tell_causes(const struct step_run *s, const struct command *c, struct err *failure)
{
    AUTO_FREE char *built = path_join(project_place(s), "build");
    uint64_t kills = memory_kills("/proc/vmstat") - s->run->memory_kills;
    if (failure->kind == ERR_INTERRUPTED || !step_hooks_of(s->step)->apart)
        return;
    if (c->log)
        add_causes(failure, s->run, c->log);
    if (strcmp(c->phase, "configure") == 0 && !add_conclusion(failure, built))
        add_conclusion(failure, s->src);
    if (kills)
        err_add(failure, failure->kind,
            "  cause: since this run began the kernel has killed %llu process%s of this machine because "
            "memory "
            "was short: try fewer --jobs",
            (unsigned long long)kills, kills == 1 ? "" : "es");
}
