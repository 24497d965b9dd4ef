/* What staticbuild.lock says is taken where there is a choice: versions, sources, what the index has, and
 * what build environments are made of. It stands beside the recipe or project that was named. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "python/pep508.h"
#include "resolve/graph.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"

/* The file of a recipe, absolute; NULL for one that came with the program, or is not there. The caller frees
 * it. */
static char *own_recipe(struct run *r, const char *named)
{
    AUTO_FREE char *installed = dirs_data("recipes");
    struct graph_request where = {.installed = installed, .exists = run_has_recipe, .arg = r};
    AUTO_FREE char *path = recipe_locate(&where, named);
    char *absolute = path ? path_absolute(path) : NULL;
    if (absolute && installed && path_below(absolute, installed)) {
        free(absolute);
        return NULL;
    }
    return absolute;
}

/* The folder of a recipe, or the one above its lib/ or tool/; of one that came with the program the working
 * folder. The caller frees it. */
static char *folder_of_recipe(struct run *r, const char *named)
{
    AUTO_FREE char *path = own_recipe(r, named);
    AUTO_FREE char *folder = path ? path_dir(path) : path_absolute(".");
    const char *last = path_base(folder);
    bool is_below = path && (strcmp(last, "lib") == 0 || strcmp(last, "tool") == 0);
    return is_below ? path_dir(folder) : xstrdup(folder);
}

static bool is_published(const char *named)
{
    return str_starts(named, "pypi:");
}

static char *folder_of_project(const char *named, struct err *e)
{
    AUTO_FREE char *absolute = path_absolute(is_published(named) ? "." : named);
    int is_folder = path_is_folder(absolute, e);
    if (is_folder < 0)
        return NULL;
    return is_folder ? xstrdup(absolute) : path_dir(absolute);
}

/* As the lock names it: as seen from its folder, what is published and what came with the program as it is
 * called. */
static const char *goal_of_path(struct run *r, const char *path)
{
    AUTO_FREE char *absolute = path_absolute(path);
    AUTO_FREE char *below = path_relative(absolute, r->locks.folder);
    return arena_strdup(r->arena, strcmp(absolute, r->locks.folder) == 0 ? "." : below);
}

static const char *goal_of_recipe(struct run *r, const char *named)
{
    AUTO_FREE char *path = own_recipe(r, named);
    return path ? goal_of_path(r, path) : arena_strdup(r->arena, named);
}

static const char *goal_of_project(struct run *r, const char *named)
{
    size_t scheme = strlen("pypi:"), len = strcspn(named, "=");
    if (!is_published(named))
        return goal_of_path(r, named);
    AUTO_FREE char *name = xstrndup(named + scheme, len - scheme);
    AUTO_FREE char *normal = python_name_normalise(name);
    return arena_strf(r->arena, "pypi:%s%s", normal, named + len);
}

/* Takes a folder of something named; false when it is another one than before. */
static bool take_folder(struct run *r, const char *folder)
{
    if (r->locks.folder && strcmp(r->locks.folder, folder) != 0) {
        r->locks.elsewhere = arena_strdup(r->arena, folder);
        return false;
    }
    r->locks.folder = arena_strdup(r->arena, folder);
    return true;
}

static int find_folder(struct run *r, struct err *e)
{
    const struct pipeline_request *q = r->request;
    for (size_t i = 0; i < q->recipe_count; i++) {
        AUTO_FREE char *folder = folder_of_recipe(r, q->recipes[i]);
        if (!take_folder(r, folder))
            return 0;
    }
    for (size_t i = 0; i < q->project_count; i++) {
        AUTO_FREE char *folder = folder_of_project(q->projects[i], e);
        if (!folder)
            return -1;
        if (!take_folder(r, folder))
            return 0;
    }
    AUTO_FREE char *list = q->list ? path_absolute(q->list) : NULL;
    AUTO_FREE char *folder = list ? path_dir(list) : NULL;
    if (folder)
        take_folder(r, folder);
    return 0;
}

static void name_goals(struct run *r)
{
    const struct pipeline_request *q = r->request;
    for (size_t i = 0; i < q->recipe_count; i++)
        texts_add_once(&r->locks.goals, r->arena, goal_of_recipe(r, q->recipes[i]));
    for (size_t i = 0; i < q->project_count; i++)
        texts_add_once(&r->locks.goals, r->arena, goal_of_project(r, q->projects[i]));
    if (q->list)
        r->locks.from = goal_of_path(r, q->list);
}

/* pypi:NAME and pypi:NAME==VERSION are one goal. */
static bool is_same_goal(const char *a, const char *b)
{
    size_t len = is_published(a) && is_published(b) ? strcspn(a, "=") : strlen(a);
    size_t other = is_published(a) && is_published(b) ? strcspn(b, "=") : strlen(b);
    return len == other && strncmp(a, b, len) == 0;
}

/* The first that the lock does not have, or NULL. */
static const char *unlocked_goal(const struct run *r, const struct lockfile *l, bool *any)
{
    const char *missing = NULL;
    for (size_t i = 0; i < r->locks.goals.len; i++) {
        bool has = false;
        for (size_t k = 0; k < l->goals.len && !has; k++)
            has = is_same_goal(r->locks.goals.items[i], l->goals.items[k]);
        *any |= has;
        missing = has || missing ? missing : r->locks.goals.items[i];
    }
    bool has_list = r->locks.from && l->from && strcmp(r->locks.from, l->from) == 0;
    *any |= has_list;
    return missing || !r->locks.from || has_list ? missing : r->locks.from;
}

static void note_hashes(struct run *r, const struct lockfile *l)
{
    for (size_t i = 0; i < l->recipe_count; i++)
        for (size_t k = 0; k < l->recipes[i].source_count; k++)
            map_set(&r->locks.hashes, l->recipes[i].sources[k].sha256, r);
}

static int read_lock(struct run *r, struct err *e)
{
    AUTO_FREE char *here = path_absolute(".");
    AUTO_FREE char *path = path_join(r->locks.folder, LOCKFILE_NAME);
    AUTO_FREE char *shown = path_relative(path, here);
    struct lockfile *l = arena_new(r->arena, struct lockfile);
    bool any = false;
    r->locks.path = arena_strdup(r->arena, shown);
    int there = lockfile_read(l, r->arena, r->locks.path, e);
    if (there < 0)
        return -1;
    if (!there)
        return r->request->locked
                   ? err_set(e, ERR_RECIPE,
                         "%s: is not there, and --locked takes nothing else: `staticbuild lock` writes it",
                         r->locks.path)
                   : 0;
    const char *missing = unlocked_goal(r, l, &any);
    if (missing && r->request->locked)
        return err_set(e, ERR_RECIPE,
            "%s: \"%s\" is none of its goals, and --locked takes nothing else: `staticbuild lock` with all "
            "that is to be in it writes it anew",
            r->locks.path, missing);
    if (any || r->request->goal == GOAL_LOCK) {
        r->locks.lock = l;
        note_hashes(r, l);
    }
    return 0;
}

int run_find_lock(struct run *r, struct err *e)
{
    if (r->locks.sought || r->request->finish)
        return 0;
    r->locks.sought = true;
    if (find_folder(r, e) < 0)
        return -1;
    if (!r->locks.elsewhere && r->locks.folder) {
        name_goals(r);
        return read_lock(r, e);
    }
    if (!r->request->locked && r->request->goal != GOAL_LOCK)
        return 0;
    return err_set(e, ERR_USAGE,
        "what is named lies in more folders than one (%s, %s), and each folder has a %s of its own: name "
        "those "
        "of one at a time",
        r->locks.folder ? r->locks.folder : ".", r->locks.elsewhere ? r->locks.elsewhere : ".",
        LOCKFILE_NAME);
}

static bool is_upgraded(const struct run *r, const char *name)
{
    const struct strvec *names = r->request->upgrades;
    return r->request->upgrade_all || (names && strvec_has(names, name));
}

bool run_prefers_version(void *arg, enum recipe_kind kind, const char *name, const char *version)
{
    const struct run *r = arg;
    size_t count = 0;
    if (!r->locks.lock || is_upgraded(r, name))
        return false;
    const struct locked_recipe *all = lockfile_recipes(r->locks.lock, kind, name, &count);
    for (size_t i = 0; i < count; i++)
        if (all[i].version && strcmp(all[i].version, version) == 0)
            return true;
    return false;
}

bool run_has_locked_source(
    const struct run *r, const struct recipe *recipe, bool *is_this, const char *sha256)
{
    if (!r->locks.lock || is_upgraded(r, recipe->name))
        return false;
    bool any = false;
    for (size_t i = 0; i < recipe->source_count; i++)
        any |= recipe->sources[i].sha256 && map_get(&r->locks.hashes, recipe->sources[i].sha256);
    *is_this = map_get(&r->locks.hashes, sha256) != NULL;
    return any;
}

const struct locked_recipe *run_locked_project(const struct run *r, const char *name)
{
    size_t count = 0;
    const struct locked_recipe *found = r->locks.lock && !is_upgraded(r, name)
                                            ? lockfile_recipes(r->locks.lock, RECIPE_EXTENSION, name, &count)
                                            : NULL;
    bool is_whole = found && found->version && found->source_count == 1 && found->sources[0].urls.len &&
                    is_published(found->sources[0].urls.items[0]);
    return is_whole ? found : NULL;
}

/* Those of a project for that interpreter, here. */
static const struct locked_environment *environments_of(
    const struct run *r, const struct node *n, const struct interpreter *python, size_t *count)
{
    *count = 0;
    return r->locks.lock ? lockfile_environments(
                               r->locks.lock, n->recipe->name, python->abi_tag, r->machine.platform, count)
                         : NULL;
}

static bool has_upgraded(const struct run *r, const struct texts *packages)
{
    const struct strvec *names = r->request->upgrades;
    for (size_t i = 0; names && i < names->len; i++)
        if (packages_have(packages, names->items[i]))
            return true;
    return r->request->upgrade_all;
}

/* What is asked for anew must not be what was found before: the moment is a fact of it. */
const char *run_locked_environments(void *arg, const struct node *node, const struct interpreter *python)
{
    struct run *r = arg;
    size_t count;
    const struct locked_environment *all = environments_of(r, node, python, &count);
    AUTO(strbuf) struct strbuf text = {0};
    bool upgraded = r->request->upgrade_all;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < all[i].requires.len; k++)
            strbuf_addf(&text, "requires %s\n", all[i].requires.items[k]);
        for (size_t k = 0; k < all[i].packages.len; k++)
            strbuf_addf(&text, "%s\n", all[i].packages.items[k]);
        upgraded |= has_upgraded(r, &all[i].packages);
    }
    if (upgraded)
        strbuf_addf(&text, "upgraded %lld\n", (long long)r->begun_ns);
    return text.len ? arena_strdup(r->arena, strbuf_str(&text)) : NULL;
}

/* NAME==VERSION of those that are to stay, a line each. */
static void add_constraints(struct strbuf *out, const struct run *r, const struct locked_environment *v)
{
    for (size_t i = 0; i < v->packages.len; i++) {
        const char *package = v->packages.items[i];
        AUTO_FREE char *name = xstrndup(package, strcspn(package, "="));
        if (!is_upgraded(r, name))
            strbuf_addf(out, "%.*s\n", (int)strcspn(package, " "), package);
    }
}

int step_take_locked(const struct step_run *s, const struct texts *requires, struct strbuf *lock,
    struct strbuf *stay, struct err *e)
{
    const struct run *r = s->run;
    const struct node *n = &r->graph->nodes[s->step->node];
    const struct locked_environment now = {.project = n->recipe->name,
        .python = s->step->python->abi_tag,
        .platform = r->machine.platform,
        .requires = *requires};
    const struct locked_environment *v = r->locks.lock ? lockfile_environment(r->locks.lock, &now) : NULL;
    if (v && !has_upgraded(r, &v->packages)) {
        for (size_t i = 0; i < v->packages.len; i++)
            strbuf_addf(lock, "%s\n", v->packages.items[i]);
        return 1;
    }
    if (v)
        add_constraints(stay, r, v);
    if (!r->request->locked || !requires->len)
        return 0;
    struct lockfile only = {.environments = (struct locked_environment *)&now, .environment_count = 1};
    return run_refuse_unlocked(s->run, &only, e);
}
