/* Finds the file of a recipe by its name. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "recipe/mistakes.h"
#include "resolve/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static bool is_there(const struct graph_request *request, const char *path)
{
    return request->exists ? request->exists(request->arg, path) : path_may_be_file(path);
}

/* The folder that recipes are looked for below: that of the file, or the one above its lib/, tool/ or
 * python/. */
static char *base_folder(const char *file)
{
    char *folder = path_dir(file);
    const char *last = path_base(folder);
    if (strcmp(last, "lib") != 0 && strcmp(last, "tool") != 0 && strcmp(last, "python") != 0)
        return folder;
    char *above = path_dir(folder);
    free(folder);
    return above;
}

struct recipe_search {
    const struct graph_request *request;
    enum locate_for who;
    const char *name;
    bool (*accept)(void *arg, const char *path);
    void *arg;
    struct strbuf *places;
};

static char *search_folder(const struct recipe_search *s, const char *folder)
{
    static const char *const parts[][4] = {
        [FOR_USER] = {"", "lib", "tool", "python"},
        [FOR_LIBRARY] = {"lib", "", NULL},
        [FOR_TOOL] = {"tool", "", NULL},
        [FOR_WHEEL] = {"", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(parts[0]) && parts[s->who][i]; i++) {
        AUTO_FREE char *file = xstrf("%s.toml", s->name);
        AUTO_FREE char *part = path_join(folder, parts[s->who][i]);
        AUTO_FREE char *joined = path_join(part, file);
        char *path = path_clean(joined); /* "zlib.toml", as the user would write it, not "./zlib.toml" */
        if (is_there(s->request, path) && (!s->accept || s->accept(s->arg, path)))
            return path;
        free(path);
        AUTO_FREE char *place = path_clean(part);
        if (s->places)
            strbuf_addf(s->places, "%s%s", s->places->len ? ", " : "", place);
    }
    return NULL;
}

char *locate_name(const struct graph_request *request, enum locate_for who, const char *root,
    const char *from, const char *name, bool (*accept)(void *arg, const char *path), void *arg,
    struct strbuf *places)
{
    const struct recipe_search search = {request, who, name, accept, arg, places};
    AUTO_FREE char *of_root = root ? base_folder(root) : NULL;
    AUTO_FREE char *of_from = from ? base_folder(from) : NULL;
    const char *folders[3] = {0};
    size_t len = 0;
    if (of_root)
        folders[len++] = of_root;
    if (of_from && (!of_root || strcmp(of_from, of_root) != 0))
        folders[len++] = of_from;
    if (request->installed)
        folders[len++] = request->installed;
    for (size_t i = 0; i < len; i++) {
        if (i + 1 == len && i > 0 && strcmp(folders[i], folders[i - 1]) == 0)
            continue;
        char *path = search_folder(&search, folders[i]);
        if (path)
            return path;
    }
    return NULL;
}

static void guess_below(struct arena *a, struct guess *g, const char *parent, const char *part)
{
    AUTO_FREE char *folder = path_join(parent, part);
    AUTO(strvec) struct strvec names = {0};
    AUTO(err) struct err ignored = ERR_INIT; /* a guess less, no more */
    if (folder_names(&names, folder, &ignored) != 1)
        return;
    for (size_t i = 0; i < names.len; i++)
        if (str_ends(names.items[i], ".toml"))
            guess_consider(g, arena_strndup(a, names.items[i], strlen(names.items[i]) - strlen(".toml")));
}

const char *recipe_meant(struct arena *a, const struct graph_request *request, const char *name)
{
    static const char *const parts[] = {"", "lib", "tool", "python"};
    struct guess guess = {.word = name};
    for (size_t i = 0; i < COUNT(parts); i++) {
        guess_below(a, &guess, "recipe", parts[i]);
        if (request->installed)
            guess_below(a, &guess, request->installed, parts[i]);
    }
    return guess_text(a, &guess);
}

char *recipe_locate(const struct graph_request *request, const char *name)
{
    if (str_ends(name, ".toml") || (strchr(name, '/') && is_there(request, name)))
        return is_there(request, name) ? xstrdup(name) : NULL;
    if (!path_stays_inside(name)) /* "lib/leveldb" does: the library, not the extension of that name */
        return NULL;
    return locate_name(request, FOR_USER, "recipe/x", NULL, name, NULL, NULL, NULL);
}
