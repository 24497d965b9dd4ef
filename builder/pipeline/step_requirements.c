/* What a project needs to be built: first what pyproject.toml says, so that its backend can be imported, then
 * what the backend adds when it is asked. pip chooses, and each result is a lock: names, versions, hashes. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "project/hook.h"
#include "project/lock.h"
#include "project/pip.h"
#include "store/past.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { LOG_LIMIT = 16 << 20, LOCK_LIMIT = 1 << 20 };

static char *work_path(const struct step_run *s, const char *name)
{
    return path_join(s->draft.work, name);
}

static int read_build(struct project_build *b, struct step_run *s, struct err *e)
{
    AUTO_FREE char *root = project_source(s->run, s->step);
    return project_build_read(b, s->run->arena, root, e);
}

/* The lock of what is resolved so far, "" for nothing; unless it was known without pip. */
static int write_lock(struct step_run *s, struct err *e)
{
    AUTO(strbuf) struct strbuf lock = {0};
    AUTO_FREE char *report = work_path(s, "report.json");
    AUTO_FREE char *path = work_path(s, LOCK_FILE);
    int known = path_is_file(path, e);
    if (known)
        return known < 0 ? -1 : 0;
    if (s->requires.len && lock_from_report_file(&lock, report, e) < 0)
        return err_wrap(e, "%s", s->step->label);
    return file_write(path, strbuf_str(&lock), lock.len, 0644, e);
}

static int keep_lock(struct step_run *s, struct err *e)
{
    AUTO_FREE char *lock = work_path(s, LOCK_FILE);
    AUTO_FREE char *kept = path_join(s->draft.stage, LOCK_FILE);
    if (file_rename(lock, kept, e) < 0)
        return -1;
    return step_commit(s, e);
}

/* What pip is asked, a line each. */
static void add_requires(struct strbuf *out, const struct step_run *s)
{
    for (size_t i = 0; i < s->requires.len; i++)
        strbuf_addf(out, "%s\n", s->requires.items[i]);
}

static int write_requires(const struct step_run *s, struct err *e)
{
    AUTO(strbuf) struct strbuf asked = {0};
    AUTO_FREE char *path = path_join(s->draft.stage, REQUIRES_FILE);
    add_requires(&asked, s);
    return file_write(path, strbuf_str(&asked), asked.len, 0644, e);
}

/* A folder that somebody works on keeps its lock for as long as it asks for the same: 1, 0 or -1. */
static int take_earlier_lock(struct step_run *s, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    AUTO(strbuf) struct strbuf asked = {0};
    AUTO_FREE char *lock = work_path(s, LOCK_FILE);
    const struct node *n = &s->run->graph->nodes[s->step->node];
    struct past past;
    if (s->step->kind != STEP_BACKEND || !n->source_count || !n->sources[0]->path || s->run->request->clean)
        return 0;
    add_requires(&asked, s);
    if (store_past(&past, &scratch, &s->run->store, e) < 0)
        return -1;
    for (size_t i = 0; i < past.count; i++) {
        AUTO(strbuf) struct strbuf before = {0};
        AUTO_FREE char *path = path_join(past.items[i].tree, REQUIRES_FILE);
        AUTO_FREE char *from = path_join(past.items[i].tree, LOCK_FILE);
        if (!step_was_earlier(s->step, &past.items[i]) || !path_may_be_file(path))
            continue;
        if (file_read(&before, path, LOCK_LIMIT, e) < 0)
            return -1;
        if (strcmp(strbuf_str(&before), strbuf_str(&asked)) == 0)
            return file_copy(from, lock, e) < 0 ? -1 : 1;
    }
    return 0;
}

/* What is locked is taken; else pip chooses, but for what is to stay as it is locked. */
static int resolve(struct step_run *s, struct commands *out, struct err *e)
{
    AUTO(strbuf) struct strbuf lock = {0}, stay = {0};
    AUTO_FREE char *report = work_path(s, "report.json");
    AUTO_FREE char *path = work_path(s, LOCK_FILE);
    AUTO_FREE char *constraints = work_path(s, "constraints");
    AUTO_FREE char *links = run_mirror_part(s->run, MIRROR_WHEELS);
    struct pip pip = step_pip(s, links);
    if (!s->requires.len)
        return 0;
    int locked = step_take_locked(s, &s->requires, &lock, &stay, e);
    if (locked)
        return locked < 0 ? -1 : file_write(path, strbuf_str(&lock), lock.len, 0644, e);
    int earlier = stay.len || s->run->request->upgrade_all ? 0 : take_earlier_lock(s, e);
    if (earlier)
        return earlier < 0 ? -1 : 0;
    if (stay.len && file_write(constraints, strbuf_str(&stay), stay.len, 0644, e) < 0)
        return -1;
    pip.constraints = stay.len ? constraints : NULL;
    pip_resolve(&pip, &s->requires, report, out);
    return 0;
}

static int prepare_backend(struct step_run *s, struct commands *out, struct err *e)
{
    struct project_build build;
    if (s->step->python->root)
        return err_set(e, ERR_RECIPE,
            "%s: a project's own backend runs in the interpreter that it builds for, and one of another "
            "system "
            "cannot be given what that needs",
            s->step->label);
    AUTO_FREE char *root = project_source(s->run, s->step);
    if (read_build(&build, s, e) < 0 || project_hear_source(s, root, e) < 0)
        return -1;
    s->requires = build.requires;
    AUTO_FREE char *words = project_build_text(&build);
    event_note(s->run->sink, "%s: %s", s->step->label, words);
    return write_requires(s, e) < 0 ? -1 : resolve(s, out, e);
}

static int finish_backend(struct step_run *s, struct commands *more, struct err *e)
{
    (void)more;
    return write_lock(s, e) < 0 ? -1 : keep_lock(s, e);
}

static bool has_libraries(const struct step_run *s)
{
    return s->run->graph->nodes[s->step->node].libraries.len > 0;
}

/* In a copy of the source: hooks write into it. Many a setup.py looks for its libraries whatever it is asked.
 */
static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    struct project_build build;
    AUTO_FREE char *environment = project_environment(s->run, s->step);
    const struct wrappers *wrappers = has_libraries(s) ? project_wrappers(s, NULL, e) : NULL;
    if (e->text || read_build(&build, s, e) < 0)
        return -1;
    return project_hook(s, &build, HOOK_REQUIRES, environment, wrappers, out, e);
}

/* What the backend adds is resolved together with what was there. */
static int resolve_again(struct step_run *s, const struct project_build *build, const struct texts *added,
    struct commands *more, struct err *e)
{
    size_t len = build->requires.len + added->len;
    const char **all = arena_alloc(s->run->arena, (len + 1) * sizeof *all);
    if (build->requires.len)
        memcpy(all, build->requires.items, build->requires.len * sizeof *all);
    memcpy(all + build->requires.len, added->items, added->len * sizeof *all);
    s->requires = (struct texts){all, len};
    if (write_requires(s, e) < 0 || resolve(s, more, e) < 0)
        return -1;
    return more->len ? 0 : finish_backend(s, more, e); /* it is locked */
}

static const char *lock_before(const struct step_run *s)
{
    const struct plan *p = s->run->plan;
    for (size_t i = 0; i < s->step->need_count; i++)
        if (p->steps[s->step->needs[i]].kind == STEP_ENVIRONMENT)
            return p->steps[s->step->needs[i]].lock;
    return "";
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    AUTO_FREE char *answer = work_path(s, HOOK_REQUIRES ".answer");
    AUTO_FREE char *lock = work_path(s, LOCK_FILE);
    struct project_build build;
    struct texts added;
    if (s->phase > 1)
        return finish_backend(s, more, e);
    if (read_build(&build, s, e) < 0)
        return -1;
    if (hook_read_requires(&added, s->run->arena, answer, e) < 0)
        return err_wrap(e, "%s", s->step->label);
    if (added.len)
        return resolve_again(s, &build, &added, more, e);
    const char *same = lock_before(s);
    s->requires = build.requires;
    return write_requires(s, e) < 0 || file_write(lock, same, strlen(same), 0644, e) < 0 ? -1
                                                                                         : keep_lock(s, e);
}

/* What pip's own words mean, before them. */
void pip_explain_failure(struct step_run *s, const struct command *c, struct err *failure)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    if (!c->log || file_read(&text, c->log, LOG_LIMIT, &ignored) < 0)
        return;
    const char *means = pip_explain(strbuf_str(&text));
    if (means)
        err_wrap(failure, "%s (%s): %s", s->step->label, s->step->python->path, means);
}

static void explain(struct step_run *s, const struct command *c, struct err *failure)
{
    pip_explain_failure(s, c, failure);
    step_infer(s, c, failure);
}

const struct step_hooks step_backend_hooks = {.prepare = prepare_backend,
    .finish = finish_backend,
    .widest = 1,
    .failure = ERR_BUILD,
    .explain = pip_explain_failure};
const struct step_hooks step_requirements_hooks = {.prepare = prepare,
    .finish = finish,
    .widest = 1,
    .apart = true,
    .failure = ERR_BUILD,
    .explain = explain};

const char *run_requirements(void *arg, const struct step *asked)
{
    struct run *r = arg;
    AUTO(err) struct err ignored = ERR_INIT; /* what cannot be read is asked for again */
    AUTO(strbuf) struct strbuf text = {0};
    if (store_has_tree(&r->store, asked->name, &asked->key, &ignored) != 1)
        return NULL;
    AUTO_FREE char *tree = step_tree(r, asked);
    AUTO_FREE char *path = path_join(tree, LOCK_FILE);
    return file_read(&text, path, LOCK_LIMIT, &ignored) < 0 ? NULL
                                                            : arena_strdup(r->arena, strbuf_str(&text));
}
