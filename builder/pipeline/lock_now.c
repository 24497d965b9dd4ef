/* What this run has chosen, in the form of a lock: held against the one that is there, or written. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "pipeline/internal.h"
#include "recipe/location_shown.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { LIST_LIMIT = 1 << 20 };

/* What is gathered; freed when it is in the arena. */
struct lock_gathering {
    struct run *run;
    VEC(struct locked_recipe) recipes;
    VEC(struct locked_environment) environments;
    VEC(struct locked_crates) crates;
};

static void lock_gathering_release(struct lock_gathering *g)
{
    vec_release(&g->recipes);
    vec_release(&g->environments);
    vec_release(&g->crates);
}

/* Of the user's own folders nothing is chosen. */
static bool is_of_folder(const struct node *n)
{
    for (size_t i = 0; i < n->source_count; i++)
        if (n->sources[i]->path)
            return true;
    return false;
}

static struct locked_source source_now(struct arena *a, const struct source *s)
{
    struct locked_source out = {.into = strcmp(s->into, ".") == 0 ? NULL : s->into, .sha256 = s->sha256};
    for (size_t i = 0; i < s->urls.len; i++) {
        AUTO_FREE char *shown = location_shown(s->urls.items[i]);
        texts_add(&out.urls, a, arena_strdup(a, shown));
    }
    return out;
}

static void add_node(struct lock_gathering *g, const struct node *n)
{
    struct arena *a = g->run->arena;
    const struct recipe *recipe = n->recipe;
    struct locked_recipe out = {.name = recipe->name,
        .kind = recipe->kind,
        .version = is_of_folder(n) ? NULL : recipe->version,
        .features = recipe->features};
    out.sources = arena_alloc(a, (n->source_count + 1) * sizeof *out.sources);
    for (size_t i = 0; i < n->source_count; i++)
        if (n->sources[i]->sha256)
            out.sources[out.source_count++] = source_now(a, n->sources[i]);
    bool is_project = map_get(&g->run->projects, recipe->file);
    out.requires_python = is_project && out.version ? recipe->python.requires : NULL;
    vec_push(&g->recipes, out);
}

/* The lines of a file in a step's tree: 1, 0 when it has none, or -1. */
static int read_lines(struct texts *out, struct run *r, const struct step *s, const char *name, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *tree = step_tree(r, s);
    AUTO_FREE char *path = path_join(tree, name);
    *out = (struct texts){0};
    int there = path_is_file(path, e);
    if (there <= 0 || file_read(&text, path, LIST_LIMIT, e) < 0)
        return there <= 0 ? there : -1;
    struct slice rest = {strbuf_str(&text), text.len};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (line.len)
            texts_add(out, r->arena, arena_strndup(r->arena, line.ptr, line.len));
    }
    return 1;
}

static int add_environment(struct lock_gathering *g, const struct step *s, struct err *e)
{
    struct run *r = g->run;
    struct locked_environment v = {.project = r->graph->nodes[s->node].recipe->name,
        .python = s->python->abi_tag,
        .platform = r->machine.platform};
    int there = read_lines(&v.requires, r, s, REQUIRES_FILE, e);
    if (there > 0)
        there = read_lines(&v.packages, r, s, LOCK_FILE, e);
    if (there > 0 && v.requires.len)
        vec_push(&g->environments, v);
    return there < 0 ? -1 : 0;
}

static int add_crates_of(struct lock_gathering *g, const char *project, const char *folder,
    const struct strvec *files, struct err *e)
{
    struct arena *a = g->run->arena;
    for (size_t i = 0; i < files->len; i++) {
        AUTO_FREE char *path = path_join(folder, files->items[i]);
        struct digest digest;
        if (digest_file(&digest, path, e) < 0)
            return -1;
        struct locked_crates c = {project, arena_strdup(a, files->items[i]), arena_strdup(a, digest.hex)};
        vec_push(&g->crates, c);
    }
    return 0;
}

static int add_crates(struct lock_gathering *g, const struct step *s, struct err *e)
{
    struct run *r = g->run;
    AUTO(strvec) struct strvec files = {0};
    AUTO_FREE char *tree = step_tree(r, s);
    AUTO_FREE char *folder = path_join(tree, "locks");
    int there = path_is_folder(folder, e);
    if (there <= 0)
        return there;
    return tree_list(folder, NULL, NULL, &files, e) < 0
               ? -1
               : add_crates_of(g, r->graph->nodes[s->node].recipe->name, folder, &files, e);
}

static int add_steps(struct lock_gathering *g, struct err *e)
{
    struct run *r = g->run;
    for (size_t i = 0; i < r->plan->len; i++) {
        const struct step *s = &r->plan->steps[i];
        bool asks = s->kind == STEP_BACKEND || s->kind == STEP_REQUIREMENTS;
        if (!asks && s->kind != STEP_CRATES)
            continue;
        int there = store_has_tree(&r->store, s->name, &s->key, e);
        if (there > 0)
            there = asks ? add_environment(g, s, e) : add_crates(g, s, e);
        if (there < 0)
            return -1;
    }
    return 0;
}

/* Those that are there twice, for one node or step and another, are one. */
static void drop_repeated(struct lockfile *l)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->recipe_count; i++) {
        const struct locked_recipe *r = &l->recipes[i], *before = kept ? &l->recipes[kept - 1] : NULL;
        if (!before || !locked_recipes_equal(before, r))
            l->recipes[kept++] = *r;
    }
    l->recipe_count = kept;
    kept = 0;
    for (size_t i = 0; i < l->environment_count; i++) {
        const struct locked_environment *v = &l->environments[i];
        if (!kept || !locked_environments_equal(&l->environments[kept - 1], v))
            l->environments[kept++] = *v;
    }
    l->environment_count = kept;
}

static void take(struct lockfile *now, struct lock_gathering *g)
{
    struct arena *a = g->run->arena;
    now->recipe_count = g->recipes.len;
    now->recipes = arena_memdup(a, g->recipes.items, g->recipes.len * sizeof *now->recipes);
    now->environment_count = g->environments.len;
    now->environments =
        arena_memdup(a, g->environments.items, g->environments.len * sizeof *now->environments);
    now->crates_count = g->crates.len;
    now->crates = arena_memdup(a, g->crates.items, g->crates.len * sizeof *now->crates);
    lockfile_sort(now);
    drop_repeated(now);
}

static int gather(struct lockfile *now, struct run *r, struct err *e)
{
    AUTO(lock_gathering) struct lock_gathering g = {.run = r};
    *now = (struct lockfile){.goals = r->locks.goals, .from = r->locks.from};
    for (size_t i = 0; i < r->graph->len; i++)
        if (r->graph->nodes[i].recipe->kind !=
            RECIPE_PYTHON_ABI) /* what --python names, where it is not here */
            add_node(&g, &r->graph->nodes[i]);
    if (add_steps(&g, e) < 0)
        return -1;
    take(now, &g);
    return 0;
}

/* Each difference is said once a run. */
static void note(struct run *r, const struct texts *differences)
{
    for (size_t i = 0; i < differences->len; i++)
        if (!map_set(&r->locks.told, differences->items[i], r))
            event_note(
                r->sink, "%s: %s; `staticbuild lock` writes it down", r->locks.path, differences->items[i]);
}

int run_refuse_unlocked(struct run *r, const struct lockfile *now, struct err *e)
{
    struct texts differences = {0};
    lockfile_differences(&differences, r->arena, r->locks.lock, now);
    if (!differences.len)
        return 0;
    if (!r->request->locked) {
        note(r, &differences);
        return 0;
    }
    err_set(
        e, ERR_RECIPE, "%s: is not what would be built, and --locked builds nothing else:", r->locks.path);
    for (size_t i = 0; i < differences.len; i++)
        err_add(e, ERR_RECIPE, "  %s", differences.items[i]);
    return err_add(
        e, ERR_RECIPE, "run `staticbuild lock`, look at what changed in %s, and commit it", r->locks.path);
}

int run_check_locked(struct run *r, struct err *e)
{
    struct lockfile now;
    if (!r->locks.lock || r->request->goal == GOAL_LOCK)
        return 0;
    return gather(&now, r, e) < 0 ? -1 : run_refuse_unlocked(r, &now, e);
}

int crates_check_locked(const struct step_run *s, const struct strvec *files, struct err *e)
{
    AUTO(lock_gathering) struct lock_gathering g = {.run = s->run};
    struct lockfile now = {0};
    if (!s->run->request->locked)
        return 0;
    const char *project = s->run->graph->nodes[s->step->node].recipe->name;
    if (!files->len)
        return err_set(e, ERR_RECIPE,
            "%s: has no Cargo.lock, so that its crates are those of the day, and --locked takes none of "
            "them: "
            "`cargo generate-lockfile` in its source writes one",
            project);
    if (add_crates_of(&g, project, s->src, files, e) < 0)
        return -1;
    take(&now, &g);
    return run_refuse_unlocked(s->run, &now, e);
}

/* Of this project there is one for these Pythons now, and the old one is for others: it stays while it asks
 * for what the new ones ask for. */
static bool stays(const struct lockfile *now, const struct locked_environment *old)
{
    bool has_project = false;
    for (size_t i = 0; i < now->recipe_count && !has_project; i++)
        has_project = strcmp(now->recipes[i].name, old->project) == 0;
    bool same = has_project;
    for (size_t i = 0; i < now->environment_count; i++) {
        const struct locked_environment *v = &now->environments[i];
        if (strcmp(v->project, old->project) != 0)
            continue;
        if (strcmp(v->python, old->python) == 0 && strcmp(v->platform, old->platform) == 0)
            return false;
        size_t k = 0;
        while (k < v->requires.len && k < old->requires.len &&
               strcmp(v->requires.items[k], old->requires.items[k]) == 0)
            k++;
        same &= k == v->requires.len || k == old->requires.len;
    }
    return same;
}

static void keep_others(struct lockfile *now, struct run *r)
{
    const struct lockfile *old = r->locks.lock;
    size_t count = now->environment_count;
    if (!old || r->request->upgrade_all)
        return;
    struct locked_environment *all =
        arena_alloc(r->arena, (count + old->environment_count + 1) * sizeof *all);
    for (size_t i = 0; i < count; i++)
        all[i] = now->environments[i];
    for (size_t i = 0; i < old->environment_count; i++)
        if (stays(now, &old->environments[i]))
            all[count++] = old->environments[i];
    now->environments = all;
    now->environment_count = count;
    lockfile_sort(now);
}

int run_write_lock(struct run *r, struct err *e)
{
    static const struct lockfile none;
    struct lockfile now;
    AUTO(strbuf) struct strbuf text = {0};
    if (gather(&now, r, e) < 0)
        return -1;
    keep_others(&now, r);
    lockfile_write(&text, &now);
    r->result->lock_path = r->locks.path;
    r->result->was_locked = r->locks.lock != NULL;
    lockfile_differences(&r->result->lock_changes, r->arena, r->locks.lock ? r->locks.lock : &none, &now);
    return file_write_if_changed(r->locks.path, strbuf_str(&text), text.len, 0644, e);
}
