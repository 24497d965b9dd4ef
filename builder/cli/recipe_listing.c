/* Recipes of the project, then those that came with the program, as a run would find them. */
#include "cli/recipe_listing.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "python/pep508.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"

/* A recipe that is wrong is told of and left out: the others can still be used. */
static void add_file(struct recipe_listing *l, const char *path, const char *below)
{
    struct err wrong = ERR_INIT;
    struct recipe_file *file = recipe_load(&l->arena, arena_strdup(&l->arena, path), &wrong);
    if (!file) {
        output_complain(wrong.text);
        err_release(&wrong);
        return;
    }
    /* A run finds recipes by file name, so that is what is listed; "lib/leveldb" where an extension has the
     * plain name. */
    const char *base = path_base(path);
    AUTO_FREE char *name = xstrndup(base, strlen(base) - strlen(".toml"));
    const struct recipe_file *before = map_get(&l->names, name);
    AUTO_FREE char *longer = path_join(below, name);
    if (!before)
        map_set(&l->names, name, file);
    else if (recipe_file_kind(before) != recipe_file_kind(file) && *below && !map_get(&l->names, longer))
        map_set(&l->names, longer, file);
}

static int add_folder(struct recipe_listing *l, const char *parent, const char *below, struct err *e)
{
    AUTO_FREE char *folder = path_join(parent, below);
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, folder, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(folder, names.items[i]);
        if (names.items[i][0] != '.' && str_ends(path, ".toml") && path_may_be_file(path))
            add_file(l, path, below);
    }
    return 0;
}

int recipe_listing_read(struct recipe_listing *l, struct err *e)
{
    static const char *const folders[] = {"", "lib", "tool", "python"};
    AUTO_FREE char *installed = dirs_data("recipes");
    for (size_t i = 0; i < COUNT(folders); i++)
        if (add_folder(l, "recipe", folders[i], e) < 0)
            return -1;
    for (size_t i = 0; installed && i < COUNT(folders); i++)
        if (add_folder(l, installed, folders[i], e) < 0)
            return -1;
    return 0;
}

const char *recipe_listing_of_distribution(const struct recipe_listing *l, const char *distribution)
{
    AUTO_FREE char *wanted = python_name_normalise(distribution);
    for (size_t i = 0; i < l->names.len; i++) {
        const struct recipe_file *file = l->names.entries[i].value;
        AUTO_FREE char *name = python_name_normalise(recipe_file_name(file));
        if (recipe_file_kind(file) == RECIPE_EXTENSION && strcmp(name, wanted) == 0)
            return l->names.entries[i].key;
    }
    return NULL;
}

void recipe_listing_release(struct recipe_listing *l)
{
    map_release(&l->names);
    arena_release(&l->arena);
}
