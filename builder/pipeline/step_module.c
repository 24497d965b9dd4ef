/* The modules of one extension for one interpreter (or one for all that share abi3): compile, link, audit.
 * What has state and several need was made before, with their objects: then they are linked with that. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/link.h"
#include "link/shared.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static const struct step *shared_step_of(const struct run *r, const struct step *s)
{
    for (size_t i = 0; i < s->need_count; i++)
        if (r->plan->steps[s->needs[i]].kind == STEP_SHARED)
            return &r->plan->steps[s->needs[i]];
    return NULL;
}

/* The shared copy goes with the modules, as a file of the wheel, and so does its link map. */
static int bring_shared_copy(struct step_run *s, const char *tree, const char *file, struct err *e)
{
    AUTO_FREE char *from = xstrf("%s/modules/%s", tree, file),
                   *to = xstrf("%s/modules/%s", s->draft.stage, file);
    AUTO_FREE char *map = path_join(tree, SHARED_MAP);
    AUTO_FREE char *kept = xstrf("%s/maps/" SHARED_MAP, s->draft.stage);
    AUTO_FREE char *symbols = path_join(tree, SHARED_DEBUG);
    AUTO_FREE char *taken = path_join(s->draft.work, SHARED_DEBUG);
    AUTO_FREE char *folder = path_dir(to);
    return folder_make(folder, e) < 0 || file_copy(from, to, e) < 0 || file_copy(map, kept, e) < 0 ||
                   file_copy(symbols, taken, e) < 0
               ? -1
               : 0;
}

/* In the arena; its library is NULL when no module takes anything of the copy. */
static struct link_shared *find_shared_copy(struct step_run *s, char **file, struct err *e)
{
    struct run *r = s->run;
    const struct step *made = shared_step_of(r, s->step);
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    struct link_shared *shared = arena_new(r->arena, struct link_shared);
    AUTO_FREE char *tree = step_tree(r, made);
    AUTO_FREE char *name = shared_name(recipe->name, made->key.digest.hex);
    *file = shared_file(recipe->name, name);
    AUTO_FREE char *library = xstrf("%s/modules/%s", tree, *file);
    int there = path_is_file(library, e);
    if (there < 0)
        return NULL;
    *shared = (struct link_shared){
        .libraries = shared_libraries(s),
        .cxx_runtime = s->step->sharing->cxx_runtime,
        .tree = arena_strdup(r->arena, tree),
        .library = there ? arena_strdup(r->arena, library) : NULL,
    };
    if (there)
        s->shared_copy = arena_strdup(r->arena, *file);
    return there && bring_shared_copy(s, tree, *file, e) < 0 ? NULL : shared;
}

static int read_takers(struct strvec *out, const char *tree, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *file = path_join(tree, SHARED_TAKERS);
    if (file_read(&text, file, 16 << 20, e) < 0)
        return -1;
    struct slice rest = {strbuf_str(&text), text.len};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (line.len)
            strvec_pushn(out, line.ptr, line.len);
    }
    return 0;
}

static int share(struct step_run *s, struct link_request *requests, size_t len, struct err *e)
{
    AUTO_FREE char *file = NULL;
    struct link_shared *common = find_shared_copy(s, &file, e);
    AUTO(strvec) struct strvec takers = {0};
    if (!common || read_takers(&takers, common->tree, e) < 0)
        return -1;
    for (size_t i = 0; i < len; i++) {
        AUTO_FREE char *module =
            module_file_name(requests[i].module->name, s->step->python, &s->step->stable);
        AUTO_FREE char *run_path = shared_run_path(module, file);
        struct link_shared *own = arena_memdup(s->run->arena, common, sizeof *common);
        own->run_path = arena_strdup(s->run->arena, run_path);
        if (!strvec_has(&takers, requests[i].module->name))
            own->library = NULL;
        requests[i].shared = own;
    }
    return 0;
}

/* Those that could not be compiled for the shared copy. */
static int read_absent(struct step_run *s, const struct link_request *requests, size_t len, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *tree = step_tree(s->run, shared_step_of(s->run, s->step));
    AUTO_FREE char *file = path_join(tree, SHARED_ABSENT);
    if (file_read(&text, file, 16 << 20, e) < 0)
        return -1;
    for (struct slice rest = {strbuf_str(&text), text.len}; rest.len;) {
        struct slice why = slice_cut(&rest, '\n'), name = slice_cut(&why, '\t');
        for (size_t i = 0; i < len; i++)
            if (slice_is(name, requests[i].module->name))
                s->attempts[i].why = arena_strndup(s->run->arena, why.ptr, why.len);
    }
    return 0;
}

/* Of those that are there. */
static int add_links(
    struct step_run *s, const struct link_request *requests, size_t len, struct commands *out, struct err *e)
{
    struct link_request *there = arena_alloc(s->run->arena, (len + 1) * sizeof *there);
    size_t *number = arena_alloc(s->run->arena, (len + 1) * sizeof *number);
    size_t count = 0, first = out->len;
    AUTO_FREE size_t *owners = NULL;
    for (size_t i = 0; i < len; i++)
        if (!s->attempts[i].why) {
            number[count] = i;
            there[count++] = requests[i];
        }
    if (link_commands(there, count, &s->environment, out, &owners, e) < 0)
        return -1;
    for (size_t i = 0; i < out->len - first; i++)
        owners[i] = number[owners[i]];
    attempts_watch(s, out, first, owners);
    return 0;
}

static int add_modules(struct step_run *s, struct commands *out, struct err *e)
{
    size_t len = s->run->graph->nodes[s->step->node].recipe->module_count;
    struct link_request *requests = module_requests(s, e);
    s->attempts = arena_alloc(s->run->arena, (len + 1) * sizeof *s->attempts);
    if (!requests ||
        (s->step->sharing && (share(s, requests, len, e) < 0 || read_absent(s, requests, len, e) < 0)))
        return -1;
    return add_links(s, requests, len, out, e);
}

static bool compiles(const struct step_run *s)
{
    return !s->step->sharing;
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    if (module_begin(s, compiles(s), out, e) < 0)
        return -1;
    return compiles(s) && module_has_steps(s) ? 0 : add_modules(s, out, e);
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    if (s->phase == 1 && compiles(s) && module_has_steps(s))
        return add_modules(s, more, e);
    struct wheel_result result = {0};
    struct built built;
    if (attempts_end(s, e) < 0 || module_check_entries(s, e) < 0 || built_find(&built, s, e) < 0 ||
        judge_modules(s, &result, &built, s->draft.stage, NULL, e) < 0)
        return -1;
    built_put(s->draft.facts, &built);
    json_set_text(s->draft.facts, "policy", result.policy);
    return step_commit(s, e);
}

const struct step_hooks step_module_hooks = {
    .prepare = prepare, .finish = finish, .width = module_width, .apart = true, .failure = ERR_PACKAGE};
