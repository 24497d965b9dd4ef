/* The shared copy of one extension for one interpreter: compile its modules, see what they take of what has
 * state, and make a library of that. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/shared.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

/* Where the platform has no unwinder, the copy brings the compiler's. In the arena; NULL with *e empty when
 * it does not. */
static const char *unwinder_of(struct run *r, struct err *e)
{
    if (!toolchain_unwinder_inside(&r->machine.toolchain))
        return NULL;
    AUTO_FREE char *found = compiler_file(r->machine.toolchain.real_cc, "libgcc_eh.a", &r->machine.memory, e);
    return found && *found ? arena_strdup(r->arena, found) : NULL;
}

static char *library_path(const struct step_run *s, const char *name)
{
    AUTO_FREE char *file = shared_file(s->run->graph->nodes[s->step->node].recipe->name, name);
    return xstrf("%s/modules/%s", s->draft.stage, file);
}

static int fill_request(struct step_run *s, struct shared_request *request, struct err *e)
{
    struct run *r = s->run;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    AUTO_FREE char *name = shared_name(recipe->name, s->step->key.digest.hex);
    AUTO_FREE char *library = library_path(s, name);
    AUTO_FREE char *folder = path_dir(library);
    AUTO_FREE char *work = path_join(s->draft.work, "copy");
    const char *unwinder = unwinder_of(r, e);
    if (e->kind || folder_make(folder, e) < 0 || folder_make(work, e) < 0)
        return -1;
    *request = (struct shared_request){
        .modules = module_requests(s, e),
        .module_count = recipe->module_count,
        .shared = shared_libraries(s),
        .cxx_runtime = s->step->sharing->cxx_runtime,
        .name = arena_strdup(r->arena, name),
        .work = arena_strdup(r->arena, work),
        .tree = s->draft.stage,
        .out = arena_strdup(r->arena, library),
        .unwinder = unwinder,
        .logs = s->draft.logs,
    };
    return request->modules ? 0 : -1;
}

static int add_compile(struct step_run *s, struct commands *out, struct err *e)
{
    struct arena *a = s->run->arena;
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    AUTO_FREE size_t *owners = NULL;
    size_t first = out->len;
    s->sharing = arena_new(a, struct shared_request);
    s->attempts = arena_alloc(a, (recipe->module_count + 1) * sizeof *s->attempts);
    if (fill_request(s, s->sharing, e) < 0 ||
        shared_compile_commands(s->sharing, &s->environment, out, &owners, e) < 0)
        return -1;
    attempts_watch(s, out, first, owners);
    return 0;
}

/* Of what could be compiled; what could not is written down for the modules. */
static int add_copy(struct step_run *s, struct commands *out, struct err *e)
{
    AUTO(strbuf) struct strbuf absent = {0};
    AUTO_FREE char *list = path_join(s->draft.stage, SHARED_ABSENT);
    struct shared_request rest = *s->sharing;
    struct link_request *modules = arena_alloc(s->run->arena, (rest.module_count + 1) * sizeof *modules);
    if (attempts_end(s, e) < 0)
        return -1;
    rest.modules = modules;
    rest.module_count = 0;
    for (size_t i = 0; i < s->sharing->module_count; i++)
        if (s->attempts[i].why)
            strbuf_addf(&absent, "%s\t%s\n", s->sharing->modules[i].module->name, s->attempts[i].why);
        else
            modules[rest.module_count++] = s->sharing->modules[i];
    if (file_write(list, strbuf_str(&absent), absent.len, 0644, e) < 0)
        return -1;
    return shared_commands(&rest, &s->environment, out, e);
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    if (module_begin(s, true, out, e) < 0)
        return -1;
    return module_has_steps(s) ? 0 : add_compile(s, out, e);
}

/* A library of which nothing is taken would only be there. */
static int drop_unused(struct step_run *s, struct err *e)
{
    AUTO(strbuf) struct strbuf taken = {0};
    AUTO_FREE char *list = path_join(s->draft.stage, SHARED_TAKEN);
    AUTO_FREE char *name =
        shared_name(s->run->graph->nodes[s->step->node].recipe->name, s->step->key.digest.hex);
    AUTO_FREE char *library = library_path(s, name);
    if (file_read(&taken, list, 64 << 20, e) < 0)
        return -1;
    return taken.len ? 0 : tree_remove(library, e);
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    int done = s->phase + (module_has_steps(s) ? 0 : 1);
    if (done == 1)
        return add_compile(s, more, e);
    if (done == 2)
        return add_copy(s, more, e);
    if (module_check_entries(s, e) < 0 || drop_unused(s, e) < 0)
        return -1;
    return step_commit(s, e);
}

const struct step_hooks step_shared_hooks = {
    .prepare = prepare, .finish = finish, .width = module_width, .apart = true, .failure = ERR_PACKAGE};
