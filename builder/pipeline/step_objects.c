/* The files of an extension that need no interpreter: compiled once for all that its modules are made for.
 * Each is tried where the headers of an interpreter are errors; what does not compile there is left to the
 * modules, which also say what is wrong with it. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/link.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

/* What the source asks for in vain must not look as if it were not there (__has_include). */
static const char *write_headers(struct step_run *s, struct err *e)
{
    static const char *const names[] = {"Python.h", "pyconfig.h", "patchlevel.h", "structmember.h"};
    static const char text[] = "#error \"an interpreter's header: compiled for each\"\n";
    AUTO_FREE char *folder = path_join(s->draft.work, "python");
    if (folder_make(folder, e) < 0)
        return NULL;
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO_FREE char *path = path_join(folder, names[i]);
        if (file_write(path, text, strlen(text), 0644, e) < 0)
            return NULL;
    }
    return arena_strdup(s->run->arena, folder);
}

/* Of those modules that have something to compile. */
static int add_requests(struct step_run *s, const char *headers, struct err *e)
{
    struct run *r = s->run;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    struct common_objects *c = s->common;
    for (size_t i = 0; i < recipe->module_count; i++) {
        const struct module_spec *m = &recipe->modules[i];
        const char *work = arena_strf(r->arena, "%s/" COMMON_OBJECTS "/%s", s->draft.stage, m->name);
        if (!module_may_share_objects(m))
            continue;
        if (folder_make(work, e) < 0)
            return -1;
        struct link_request *request = &c->requests[c->request_count++];
        *request = (struct link_request){.recipe = recipe,
            .module = m,
            .toolchain = &r->machine.toolchain,
            .python_headers = headers,
            .limited_api = m->limited_api,
            .src = s->src,
            .work = work,
            .logs = s->draft.logs};
        request->libraries = step_inputs(r, s->step, &request->library_count);
    }
    return 0;
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    struct run *r = s->run;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    struct common_objects *c = s->common = arena_new(r->arena, struct common_objects);
    *c = (struct common_objects){0};
    c->requests = arena_alloc(r->arena, (recipe->module_count + 1) * sizeof *c->requests);
    if (module_begin(s, false, out, e) < 0)
        return -1;
    const char *headers = write_headers(s, e);
    AUTO(strvec) struct strvec objects = {0};
    if (!headers || add_requests(s, headers, e) < 0 ||
        common_commands(c->requests, c->request_count, &s->environment, &objects, out, e) < 0)
        return -1;
    c->count = objects.len;
    c->objects = arena_alloc(r->arena, (c->count + 1) * sizeof *c->objects);
    c->ends = arena_alloc(r->arena, (c->count + 1) * sizeof *c->ends);
    for (size_t i = 0; i < c->count; i++) {
        c->objects[i] = arena_strdup(r->arena, objects.items[i]);
        out->items[out->len - c->count + i].end = &c->ends[i];
    }
    return 0;
}

/* What a command that failed left of its object is none. */
static int find_made(const struct common_objects *c, struct strvec *made, struct err *e)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct command_end *end = &c->ends[i];
        if (end->unable[0])
            return err_set(e, ERR_ENVIRONMENT, "%s", end->unable);
        if (command_succeeded(end))
            strvec_push(made, c->objects[i]);
        else if (unlink(c->objects[i]) < 0 && errno != ENOENT)
            return err_errno(e, ERR_ENVIRONMENT, "removing %s", c->objects[i]);
    }
    return 0;
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    const struct common_objects *c = s->common;
    if (s->phase > 1)
        return step_commit(s, e);
    AUTO(strvec) struct strvec made = {0};
    if (find_made(c, &made, e) < 0)
        return -1;
    event_detail(
        s->run->sink, "%s: of %zu files %zu need no interpreter", s->step->label, c->count, made.len);
    common_finish(c->requests, c->request_count, &made, &s->environment, more);
    return more->len ? 0 : step_commit(s, e);
}

const struct step_hooks step_objects_hooks = {
    .prepare = prepare, .finish = finish, .width = module_width, .apart = true, .failure = ERR_PACKAGE};
