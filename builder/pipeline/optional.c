/* Modules that a wheel may be without: their commands may fail, and what was made of them is then not there.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/link.h"
#include "pipeline/internal.h"
#include "sys/fs.h"

static void watch_command(struct arena *a, struct module_attempt *attempt, struct command *c)
{
    c->end = &attempt->ends[attempt->count];
    attempt->logs[attempt->count++] = c->log ? arena_strdup(a, c->log) : NULL;
}

void attempts_watch(struct step_run *s, struct commands *commands, size_t first, const size_t *owners)
{
    struct arena *a = s->run->arena;
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    size_t most = commands->len - first;
    for (size_t m = 0; m < recipe->module_count; m++) {
        struct module_attempt *attempt = &s->attempts[m];
        if (!recipe->modules[m].optional)
            continue;
        attempt->ends = arena_alloc(a, (most + 1) * sizeof *attempt->ends);
        attempt->logs = arena_alloc(a, (most + 1) * sizeof *attempt->logs);
        for (size_t i = 0; i < most; i++)
            if (owners[i] == m)
                watch_command(a, attempt, &commands->items[first + i]);
    }
}

/* What the compiler or the linker said first, else how the command ended. */
static const char *complaint(struct arena *a, const struct command_end *end, const char *log)
{
    enum { LARGEST_LOG = 64 << 20 };
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err ignored = ERR_INIT; /* less is told then */
    if (log && path_may_be_file(log) && file_read(&text, log, LARGEST_LOG, &ignored) == 0) {
        size_t begin = (size_t)end->log_start < text.len ? (size_t)end->log_start : text.len;
        for (struct slice rest = {strbuf_str(&text) + begin, text.len - begin}; rest.len;) {
            struct slice line = slice_trim(slice_cut(&rest, '\n'));
            if (memmem(line.ptr, line.len, "error", 5) || memmem(line.ptr, line.len, "undefined", 9))
                return arena_strndup(a, line.ptr, line.len);
        }
    }
    return end->is_late ? "a command took too long"
                        : arena_strf(a, "a command ended with status %d", end->status);
}

static int remove_file(const char *path, struct err *e)
{
    return unlink(path) < 0 && errno != ENOENT ? err_errno(e, ERR_ENVIRONMENT, "removing %s", path) : 0;
}

static int remove_made(const struct step_run *s, const struct module_spec *m, struct err *e)
{
    AUTO_FREE char *file = module_file_name(m->name, s->step->python, &s->step->stable);
    AUTO_FREE char *module = xstrf("%s/modules/%s", s->draft.stage, file);
    AUTO_FREE char *map = xstrf("%s/maps/%s.map", s->draft.stage, m->name);
    return remove_file(module, e) < 0 || remove_file(map, e) < 0 ? -1 : 0;
}

static int look_at(struct step_run *s, size_t module, const struct module_spec *m, struct err *e)
{
    struct module_attempt *attempt = &s->attempts[module];
    for (size_t k = 0; k < attempt->count && !attempt->why; k++) {
        const struct command_end *end = &attempt->ends[k];
        if (end->unable[0])
            return err_set(e, ERR_ENVIRONMENT, "module %s: %s", m->name, end->unable);
        if (!command_succeeded(end))
            attempt->why = complaint(s->run->arena, end, attempt->logs[k]);
    }
    return attempt->why ? remove_made(s, m, e) : 0;
}

int attempts_end(struct step_run *s, struct err *e)
{
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    size_t failed = 0;
    for (size_t i = 0; i < recipe->module_count; i++) {
        if (look_at(s, i, &recipe->modules[i], e) < 0)
            return -1;
        failed += s->attempts[i].why != NULL;
    }
    return failed && failed == recipe->module_count
               ? err_set(e, ERR_PACKAGE, "none of its modules could be made, although each may be absent: %s",
                     s->attempts[0].why)
               : 0;
}
