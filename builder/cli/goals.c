/* Which recipes and projects a command is about that takes both. */
#include "cli/goals.h"

#include <string.h>

#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

static bool has_file(const char *folder, const char *name)
{
    AUTO_FREE char *path = path_join(folder, name);
    return path_may_be_file(path);
}

/* A recipe is called by its name or file; anything else that is there is a project. */
static int is_project(const char *named, struct err *e)
{
    if (str_starts(named, "pypi:") || str_ends(named, ".tar.gz") || str_ends(named, ".zip"))
        return 1;
    int is_folder = path_is_folder(named, e);
    if (is_folder <= 0)
        return is_folder;
    return strchr(named, '/') || strcmp(named, ".") == 0 || has_file(named, "pyproject.toml") ||
           has_file(named, "setup.py");
}

static int add(struct goals *g, const char *named, struct err *e)
{
    int project = is_project(named, e);
    if (project < 0)
        return -1;
    strvec_push(project ? &g->projects : &g->recipes, named);
    return 0;
}

/* A goal of a lock is seen from its folder; what is published, or came with the program, from anywhere. */
static int add_locked(struct goals *g, const char *folder, const char *goal, struct err *e)
{
    bool is_path = (strchr(goal, '/') || strchr(goal, '.')) && !str_starts(goal, "pypi:");
    AUTO_FREE char *joined = path_join(folder, goal), *path = path_clean(joined);
    return add(g, is_path ? path : goal, e);
}

/* 1 when the folder has a lock, 0 or -1. */
static int take_lock(struct goals *g, const char *folder, struct err *e)
{
    AUTO_FREE char *joined = path_join(folder, LOCKFILE_NAME), *path = path_clean(joined);
    g->lock = arena_new(&g->arena, struct lockfile);
    int there = lockfile_read(g->lock, &g->arena, path, e);
    if (there <= 0) {
        g->lock = NULL;
        return there;
    }
    for (size_t i = 0; i < g->lock->goals.len; i++)
        if (add_locked(g, folder, g->lock->goals.items[i], e) < 0)
            return -1;
    AUTO_FREE char *list = g->lock->from ? path_join(folder, g->lock->from) : NULL;
    g->list = list ? arena_strdup(&g->arena, list) : NULL;
    return 1;
}

int goals_add_recipes(struct strvec *recipes, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    int there = path_is_folder("recipe", e);
    if (there < 0 || (there && folder_names(&names, "recipe", e) < 0))
        return -1;
    for (size_t i = 0; i < names.len; i++)
        if (str_ends(names.items[i], ".toml"))
            strvec_pushf(recipes, "recipe/%s", names.items[i]);
    return 0;
}

int goals_find(struct goals *g, const struct strvec *named, struct err *e)
{
    static const char *const folders[] = {".", "recipe"};
    for (size_t i = 0; i < named->len; i++)
        if (add(g, named->items[i], e) < 0)
            return -1;
    if (named->len)
        return 0;
    for (size_t i = 0; i < COUNT(folders); i++) {
        int there = take_lock(g, folders[i], e);
        if (there)
            return there < 0 ? -1 : 0;
    }
    if (has_file(".", "pyproject.toml") || has_file(".", "setup.py"))
        strvec_push(&g->projects, ".");
    else if (goals_add_recipes(&g->recipes, e) < 0)
        return -1;
    if (g->recipes.len || g->projects.len)
        return 0;
    return err_set(e, ERR_USAGE,
        "nothing is named, and here is no " LOCKFILE_NAME ", no project and no folder recipe/ with recipes");
}

void goals_release(struct goals *g)
{
    strvec_release(&g->recipes);
    strvec_release(&g->projects);
    arena_release(&g->arena);
}
