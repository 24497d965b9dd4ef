/* Modules of a project were linked one by one, each with a copy of its own of what it takes. When all are
 * there, and two have code of the same library with state, or the C++ runtime, they are linked again with one
 * copy in NAME.libs, as the modules of a recipe are. Where that cannot be, each keeps its own, which is said.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/relink.h"
#include "pipeline/internal.h"
#include "project/unpacked.h"
#include "recipe/recipe.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/wheel.h"
#include "wrapper/config.h"

/* What a module has of a library, or of the C++ runtime. */
struct taken_code {
    uint64_t bytes, writable_bytes;
};

/* In the run's arena. */
struct project_sharing {
    struct relink_request request;
    const char *file;   /* the copy, in the wheel */
    struct texts names; /* of what it has */
    size_t *objects;    /* by module: which of the unpacked */
    bool *taken;        /* by module */
    struct command_end *ends;
    size_t end_count;
    uint64_t spared_bytes; /* what would be there more than once */
};

/* While it is looked for. */
struct copies_seen {
    struct step_run *step;
    const struct unpacked *unpacked;
    struct build_input *inputs;
    size_t input_count;
    char **trees;             /* by input: without links */
    struct taken_code *codes; /* by object, then by input, the C++ runtime last */
    bool *shared;             /* by input, the C++ runtime last */
};

static struct taken_code *code_at(const struct copies_seen *l, size_t object, size_t library)
{
    return &l->codes[object * (l->input_count + 1) + library];
}

/* The input whose archive it is; input_count for the C++ runtime, one more for what is neither. */
static size_t library_of(const struct copies_seen *l, const char *archive)
{
    AUTO_FREE char *real = realpath(archive, NULL);
    const char *path = real ? real : archive;
    for (size_t i = 0; i < l->input_count; i++)
        if (l->inputs[i].role == INPUT_LIBRARY && path_below(path, l->trees[i]))
            return i;
    const char *base = path_base(path);
    bool runtime = str_starts(base, "libstdc++") || str_starts(base, "libsupc++");
    return l->input_count + (runtime ? 0 : 1);
}

static int read_codes(const struct copies_seen *l, size_t object, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    struct link_contents linked = {0};
    size_t library = l->input_count + 1;
    AUTO_FREE char *map = path_join(l->step->draft.stage, l->unpacked->objects[object].map);
    if (link_map_read(&linked, &scratch, map, e) < 0)
        return -1;
    for (size_t i = 0; i < linked.len; i++) { /* sorted by archive */
        if (!i || strcmp(linked.items[i - 1].archive, linked.items[i].archive) != 0)
            library = library_of(l, linked.items[i].archive);
        if (library > l->input_count)
            continue;
        code_at(l, object, library)->bytes += linked.items[i].size_bytes;
        code_at(l, object, library)->writable_bytes += linked.items[i].writable_bytes;
    }
    return 0;
}

static bool can_relink(const struct unpacked_object *o)
{
    return o->map && o->relink;
}

/* A library that nothing is written to may be there twice. */
static bool may_share(const struct recipe *library, enum sharing_choice choice)
{
    return library->provides.archives.len && (library->provides.state != STATE_NONE || choice == SHARING_ONE);
}

static bool is_shared(const struct copies_seen *l, size_t library)
{
    const struct recipe *own = l->step->run->graph->nodes[l->step->step->node].recipe;
    bool runtime = library == l->input_count;
    const char *name = runtime ? SHARING_RUNTIME : l->inputs[library].recipe->name;
    enum sharing_choice choice = recipe_sharing(own, name);
    size_t users = 0;
    if (choice == SHARING_DUPLICATE || (!runtime && !may_share(l->inputs[library].recipe, choice)))
        return false;
    for (size_t i = 0; i < l->unpacked->object_count; i++) {
        const struct taken_code *code = code_at(l, i, library);
        users += runtime || choice == SHARING_ONE ? code->bytes > 0 : code->writable_bytes > 0;
    }
    return users > 1;
}

/* Also true for what only asks for it. */
static bool takes_shared(const struct copies_seen *l, size_t object)
{
    for (size_t i = 0; i <= l->input_count; i++)
        if (l->shared[i] && code_at(l, object, i)->bytes)
            return true;
    return false;
}

static uint64_t spared(const struct copies_seen *l)
{
    uint64_t sum = 0;
    for (size_t k = 0; k <= l->input_count; k++) {
        uint64_t all = 0, most = 0;
        for (size_t i = 0; l->shared[k] && i < l->unpacked->object_count; i++) {
            uint64_t bytes = code_at(l, i, k)->bytes;
            all += bytes;
            most = bytes > most ? bytes : most;
        }
        sum += all - most;
    }
    return sum;
}

static void name_shared(struct project_sharing *p, const struct copies_seen *l)
{
    struct arena *a = l->step->run->arena;
    p->names.items = arena_alloc(a, (l->input_count + 2) * sizeof *p->names.items);
    for (size_t i = 0; i < l->input_count; i++)
        if (l->shared[i])
            p->names.items[p->names.len++] = l->inputs[i].name;
    if (l->shared[l->input_count])
        p->names.items[p->names.len++] = SHARING_RUNTIME;
}

static void add_names(struct strbuf *out, const struct texts *names)
{
    strbuf_add_joined(out, names, "", ", ");
}

static void tell_not_shared(const struct step_run *s, const struct project_sharing *p, const char *why)
{
    AUTO(strbuf) struct strbuf names = {0};
    add_names(&names, &p->names);
    event_note(s->run->sink,
        "%s: %zu modules have copies of their own of %s, %llu kB more than one copy: they cannot be linked "
        "again, "
        "for %s",
        s->step->label, p->request.count, strbuf_str(&names),
        (unsigned long long)(p->spared_bytes + 999) / 1000, why);
}

static int add_module(struct project_sharing *p, struct relink_module *modules, const struct copies_seen *l,
    size_t object, struct err *e)
{
    struct arena *a = l->step->run->arena;
    const struct unpacked_object *o = &l->unpacked->objects[object];
    const char *work = p->request.shared.work;
    size_t number = p->request.count++;
    AUTO_FREE char *run_path = shared_run_path(wheel_installed_path(o->file), p->file);
    modules[number] = (struct relink_module){.name = arena_strf(a, "%zu", number),
        .kept = o->relink,
        .folder = arena_strf(a, "%s/links/%zu", work, number),
        .run_path = arena_strdup(a, run_path),
        .out = arena_strf(a, "%s/relinked/%zu.so", work, number),
        .map = arena_strf(a, "%s/relinked/%zu.map", work, number)};
    p->objects[number] = object;
    return tree_copy(o->relink, modules[number].folder, e);
}

static int fill(struct project_sharing *p, const struct copies_seen *l, struct err *e)
{
    struct step_run *s = l->step;
    struct run *r = s->run;
    struct arena *a = r->arena;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    AUTO_FREE char *name = shared_name(recipe->name, s->step->key.digest.hex);
    AUTO_FREE char *file = shared_file(recipe->name, name);
    const char *work = arena_strf(a, "%s/sharing", s->draft.work);
    const char *tree = arena_strf(a, "%s/tree", work);
    struct link_request *link = arena_new(a, struct link_request);
    *link = (struct link_request){.recipe = recipe,
        .module = arena_new(a, struct module_spec),
        .toolchain = &r->machine.toolchain,
        .libraries = l->inputs,
        .library_count = l->input_count,
        .work = work,
        .logs = s->draft.logs};
    p->file = arena_strdup(a, file);
    p->request = (struct relink_request){
        .shared = {.modules = link,
            .module_count = 1,
            .shared = l->shared,
            .cxx_runtime = l->shared[l->input_count],
            .name = arena_strdup(a, name),
            .work = work,
            .tree = tree,
            .out = arena_strf(a, "%s/%s", tree, path_base(p->file)),
            .logs = s->draft.logs,
            .keeps_symbols = true},
    };
    const char **folders = arena_alloc(a, 2 * sizeof *folders);
    folders[0] = arena_strf(a, "%s/root/" ROOT_LINKED, project_place(s));
    folders[1] = arena_strf(a, "%s/root/usr/lib", project_place(s));
    p->request.libraries = (struct texts){folders, 2};
    struct relink_module *modules = arena_alloc(a, (l->unpacked->object_count + 1) * sizeof *modules);
    p->objects = arena_alloc(a, (l->unpacked->object_count + 1) * sizeof *p->objects);
    p->taken = arena_alloc(a, l->unpacked->object_count + 1);
    p->request.modules = modules;
    AUTO_FREE char *made = path_join(work, "relinked");
    AUTO_FREE char *links = path_join(work, "links");
    if (folder_make(tree, e) < 0 || folder_make(made, e) < 0 || folder_make(links, e) < 0)
        return -1;
    for (size_t i = 0; i < l->unpacked->object_count; i++)
        if (takes_shared(l, i) && can_relink(&l->unpacked->objects[i]) && add_module(p, modules, l, i, e) < 0)
            return -1;
    p->spared_bytes = spared(l);
    name_shared(p, l);
    return 0;
}

/* NULL: it can be done. */
static const char *hindrance(const struct project_sharing *p, const struct copies_seen *l)
{
    const struct shared_request *shared = &p->request.shared;
    if (shared->cxx_runtime && toolchain_unwinder_inside(&l->step->run->machine.toolchain))
        return "each has an unwinder of its own there";
    for (size_t i = 0; i < l->unpacked->object_count; i++)
        if (takes_shared(l, i) && !can_relink(&l->unpacked->objects[i]))
            return arena_strf(
                l->step->run->arena, "what %s was linked from was not kept", l->unpacked->objects[i].file);
    for (size_t i = 0; i < p->request.count; i++) {
        const char *why = relink_hindrance(l->step->run->arena, &p->request.modules[i], shared);
        if (why)
            return arena_strf(l->step->run->arena, "%s: %s", l->unpacked->objects[p->objects[i]].file, why);
    }
    return NULL;
}

/* A command that fails ends the attempt, not the build. */
static void watch(struct step_run *s, struct commands *more)
{
    struct project_sharing *p = s->relinking;
    p->ends = arena_alloc(s->run->arena, (more->len + 1) * sizeof *p->ends);
    p->end_count = more->len;
    for (size_t i = 0; i < more->len; i++)
        more->items[i].end = &p->ends[i];
}

static bool has_failed(const struct project_sharing *p)
{
    for (size_t i = 0; i < p->end_count; i++)
        if (!command_succeeded(&p->ends[i]))
            return true;
    return false;
}

static int begin(struct step_run *s, const struct copies_seen *l, struct commands *more, struct err *e)
{
    AUTO(strvec) struct strvec env = {0};
    struct project_sharing *p = arena_new(s->run->arena, struct project_sharing);
    *p = (struct project_sharing){0};
    if (fill(p, l, e) < 0)
        return -1;
    const char *why = hindrance(p, l);
    if (why) {
        tell_not_shared(s, p, why);
        return 0;
    }
    if (p->request.shared.cxx_runtime && toolchain_require_cxx(&s->run->machine.toolchain, e) < 0)
        return -1;
    environment_clean(&env, NULL, LOCALE_C, NULL, NULL);
    if (relink_copy_commands(&p->request, &env, more, e) < 0)
        return -1;
    s->relinking = p;
    watch(s, more);
    return 0;
}

static int look(struct step_run *s, const struct unpacked *u, struct commands *more, struct err *e)
{
    struct arena *a = s->run->arena;
    struct copies_seen l = {.step = s, .unpacked = u};
    l.inputs = step_inputs(s->run, s->step, &l.input_count);
    l.trees = arena_alloc(a, (l.input_count + 1) * sizeof *l.trees);
    l.shared = arena_alloc(a, l.input_count + 1);
    l.codes = arena_alloc(a, u->object_count * (l.input_count + 1) * sizeof *l.codes + 1);
    for (size_t i = 0; i < l.input_count; i++) {
        AUTO_FREE char *real = realpath(l.inputs[i].tree, NULL);
        l.trees[i] = arena_strdup(a, real ? real : l.inputs[i].tree);
    }
    for (size_t i = 0; i < u->object_count; i++)
        if (u->objects[i].map && read_codes(&l, i, e) < 0)
            return -1;
    bool any = false;
    for (size_t i = 0; i <= l.input_count; i++)
        any |= l.shared[i] = is_shared(&l, i);
    return any ? begin(s, &l, more, e) : 0;
}

/* The copy and the modules take their places in the unpacked wheel. */
static int place(struct step_run *s, struct unpacked *u, struct err *e)
{
    const struct project_sharing *p = s->relinking;
    struct arena *a = s->run->arena;
    AUTO_FREE char *library = xstrf("%s/wheel/%s", s->draft.stage, p->file);
    AUTO_FREE char *folder = path_dir(library);
    AUTO_FREE char *map = path_join(p->request.shared.tree, SHARED_MAP);
    AUTO_FREE char *kept_map = xstrf("%s/maps/" SHARED_MAP, s->draft.stage);
    if (folder_make(folder, e) < 0 || file_rename(p->request.shared.out, library, e) < 0 ||
        file_rename(map, kept_map, e) < 0)
        return -1;
    for (size_t i = 0; i < p->request.count; i++) {
        const struct unpacked_object *o = &u->objects[p->objects[i]];
        AUTO_FREE char *file = xstrf("%s/wheel/%s", s->draft.stage, o->file);
        AUTO_FREE char *own_map = path_join(s->draft.stage, o->map);
        if (p->taken[i] && (file_rename(p->request.modules[i].out, file, e) < 0 ||
                               file_rename(p->request.modules[i].map, own_map, e) < 0))
            return -1;
    }
    u->objects = arena_regrow(a, u->objects, u->object_count, u->object_count + 1, sizeof *u->objects);
    u->objects[u->object_count++] = (struct unpacked_object){.file = p->file, .map = "maps/" SHARED_MAP};
    s->shared_copy = p->file;
    s->shared_names = p->names;
    AUTO(strbuf) struct strbuf names = {0};
    add_names(&names, &p->names);
    event_note(s->run->sink, "%s: its modules share one copy of %s (%s)", s->step->label, strbuf_str(&names),
        p->file);
    return 0;
}

static int relink(struct step_run *s, struct commands *more, struct err *e)
{
    struct project_sharing *p = s->relinking;
    AUTO(strvec) struct strvec env = {0};
    environment_clean(&env, NULL, LOCALE_C, NULL, NULL);
    if (relink_module_commands(&p->request, &env, more, p->taken, e) < 0)
        return -1;
    watch(s, more);
    return 0;
}

static int go_on(struct step_run *s, struct unpacked *u, struct commands *more, struct err *e)
{
    switch (s->sharing_stage) {
    case SHARING_NOT_LOOKED:
        return look(s, u, more, e);
    case SHARING_COPY:
        return relink(s, more, e);
    default:
        return place(s, u, e);
    }
}

int project_share(struct step_run *s, struct unpacked *u, struct commands *more, struct err *e)
{
    if (u->is_pure || s->sharing_stage == SHARING_DONE)
        return 0;
    if (s->relinking && has_failed(s->relinking)) {
        AUTO_FREE char *why = xstrf("the linker refused (%s)", s->draft.logs);
        tell_not_shared(s, s->relinking, why);
        s->sharing_stage = SHARING_DONE;
        return 0;
    }
    if (go_on(s, u, more, e) < 0)
        return -1;
    s->sharing_stage = more->len ? s->sharing_stage + 1 : SHARING_DONE;
    return 0;
}
