/* Pythons that are not on this machine, and recipes have the headers of ("python-abi", in python/ below the
 * recipes): which there are, whose headers a run takes, and where these are once they are made. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "pipeline/internal.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"

typedef VEC(struct interpreter) interpreter_vec;

static bool is_known(const interpreter_vec *all, const char *name)
{
    vec_each (all, it)
        if (strcmp(it->pack, name) == 0)
            return true;
    return false;
}

/* A development package is of the architecture that its target says, and of glibc; a source is of any. One
 * that is for another target is passed over. */
static int add_pack(struct run *r, const char *path, interpreter_vec *all, struct err *e)
{
    const struct target *t = &r->machine.target;
    struct recipe_file *file = run_load_recipe(r, r->arena, path, e);
    if (!file)
        return -1;
    struct texts none = {0}, versions = recipe_file_versions(file);
    if (recipe_file_kind(file) != RECIPE_PYTHON_ABI || is_known(all, recipe_file_name(file)))
        return 0;
    const struct recipe *recipe =
        recipe_variant(r->arena, file, versions.items[0], none, r->machine.platform, e);
    if (!recipe)
        return -1;
    bool configured = recipe->build.system != BUILD_NONE, musl = t->platform.libc == LIBC_MUSL;
    struct interpreter python;
    if (!recipe->source_count || (musl && !configured) || !t->platform.arch)
        return 0;
    if (interpreter_of_pack(&python, r->arena, recipe->name, recipe->version, recipe->file, t->platform.arch,
            musl ? "musl" : "gnu"))
        vec_push(all, python);
    return 0;
}

/* "python3.14t.toml": other files of such a folder may be anything, a project's pyproject.toml too. */
static bool is_called_as_one(const char *file)
{
    struct python_abi abi;
    size_t len = strlen(file), ends = strlen(".toml");
    if (!str_starts(file, PYTHON_ABI_PREFIX) || !str_ends(file, ".toml"))
        return false;
    const char *version = file + strlen(PYTHON_ABI_PREFIX);
    return python_abi_parse(&abi, (struct slice){version, len - ends - strlen(PYTHON_ABI_PREFIX)});
}

static int add_folder(struct run *r, const char *folder, interpreter_vec *all, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, folder, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(folder, names.items[i]);
        if (is_called_as_one(names.items[i]) && add_pack(r, arena_strdup(r->arena, path), all, e) < 0)
            return -1;
    }
    return 0;
}

/* --python recipe/python/python3.14.toml: these, also where that Python is installed. */
static int add_named(struct run *r, interpreter_vec *all, struct err *e)
{
    struct slice rest = slice_of(r->request->python);
    while (rest.ptr) {
        struct slice item = slice_trim(slice_cut(&rest, ','));
        const char *path = arena_strndup(r->arena, item.ptr, item.len);
        if (str_ends(path, ".toml") && add_pack(r, path, all, e) < 0)
            return err_wrap(e, "--python");
    }
    return 0;
}

/* The recipes beside those that were asked for come first, then the working folder's, then the installed
 * ones. */
static int add_all(struct run *r, interpreter_vec *all, struct err *e)
{
    AUTO_FREE char *installed = dirs_data("recipes/python");
    if (add_named(r, all, e) < 0)
        return -1;
    for (size_t i = 0; i < r->graph->len; i++) {
        AUTO_FREE char *folder = path_dir(r->graph->nodes[i].recipe->file);
        AUTO_FREE char *beside = path_join(folder, "python");
        if (r->graph->nodes[i].asked_for && add_folder(r, beside, all, e) < 0)
            return -1;
    }
    return add_folder(r, "recipe/python", all, e) < 0 || (installed && add_folder(r, installed, all, e) < 0)
               ? -1
               : 0;
}

int run_find_packs(struct run *r, struct err *e)
{
    interpreter_vec all = {0};
    int failed = add_all(r, &all, e);
    r->machine.packs =
        (struct interpreters){arena_memdup(r->arena, all.items, all.len * sizeof *all.items), all.len};
    vec_release(&all);
    return failed;
}

static const char *file_of_pack(const struct run *r, const char *name)
{
    for (size_t i = 0; i < r->machine.packs.len; i++)
        if (strcmp(r->machine.packs.items[i].pack, name) == 0)
            return r->machine.packs.items[i].path;
    return NULL;
}

static void tell(struct run *r, const struct interpreter *p, const struct recipe *recipe)
{
    if (p->is_absent)
        event_note(r->sink, "Python %s: modules are compiled with the headers of %s %s (%s), and not tried",
            recipe->name + strlen(PYTHON_ABI_PREFIX), recipe->name, recipe->version, recipe->file);
    else
        event_note(r->sink, "%s has no headers: its modules are compiled with those of %s %s (%s)", p->path,
            recipe->name, recipe->version, recipe->file);
}

static int add_node(struct run *r, const struct interpreter *p, struct err *e)
{
    AUTO_FREE char *installed = dirs_data("recipes");
    const struct graph_request request = {.installed = installed,
        .target = r->machine.platform,
        .load = run_load_recipe,
        .exists = run_has_recipe,
        .prefers = run_prefers_source,
        .arg = r};
    if (graph_python_abi(r->graph, p->pack) != NO_NODE)
        return 0;
    size_t node = graph_add(r->arena, r->graph, &request, file_of_pack(r, p->pack), e);
    if (node == NO_NODE)
        return -1;
    if (!map_set(&r->told_packs, p->pack, r))
        tell(r, p, r->graph->nodes[node].recipe);
    return 0;
}

int run_add_packs(struct run *r, struct err *e)
{
    size_t len = r->graph->len;
    for (size_t i = 0; i < len; i++)
        for (size_t k = 0; k < r->chosen[i].len; k++)
            if (r->chosen[i].items[k].pack && add_node(r, &r->chosen[i].items[k], e) < 0)
                return -1;
    r->chosen = arena_regrow(r->arena, r->chosen, len, r->graph->len, sizeof *r->chosen);
    for (size_t i = len; i < r->graph->len; i++)
        r->chosen[i] = (struct interpreters){0};
    return 0;
}

static const struct step *step_of_pack(const struct run *r, const struct interpreter *python)
{
    size_t node = graph_python_abi(r->graph, python->pack);
    for (size_t i = 0; i < r->plan->len; i++)
        if (r->plan->steps[i].kind == STEP_PYTHON_ABI && r->plan->steps[i].node == node)
            return &r->plan->steps[i];
    return NULL;
}

/* Its place follows from its key; it need not be there yet. */
void run_use_packs(struct run *r)
{
    for (size_t i = 0; i < r->graph->len; i++)
        for (size_t k = 0; k < r->chosen[i].len; k++) {
            struct interpreter *p = &r->chosen[i].items[k];
            const struct step *made = p->pack ? step_of_pack(r, p) : NULL;
            if (!made)
                continue;
            AUTO_FREE char *tree = step_tree(r, made);
            p->include = p->platinclude = arena_strf(r->arena, "%s/" PACK_INCLUDE, tree);
        }
}
