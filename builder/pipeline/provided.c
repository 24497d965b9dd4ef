/* Which recipe has what a build looked for: by what recipes say that they provide, those of the project
 * first. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"

/* A recipe that is wrong provides nothing; who uses it is told why. */
static void add_file(struct run *r, const char *path)
{
    AUTO(err) struct err wrong = ERR_INIT;
    struct texts none = {0};
    const char *kept = arena_strdup(r->arena, path), *base = path_base(kept);
    struct recipe_file *file = recipe_load(r->arena, kept, &wrong);
    if (!file || recipe_file_kind(file) != RECIPE_LIBRARY)
        return;
    AUTO_FREE char *name = xstrndup(base, strlen(base) - strlen(".toml"));
    struct texts versions = recipe_file_versions(file);
    const struct recipe *recipe =
        recipe_variant(r->arena, file, versions.items[0], none, r->machine.platform, &wrong);
    if (recipe && !map_get(&r->provided, name))
        map_set(&r->provided, name, (void *)&recipe->provides);
}

static void add_folder(struct run *r, const char *folder)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    if (folder_names(&names, folder, &ignored) != 1)
        return;
    strvec_sort(&names);
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(folder, names.items[i]);
        if (names.items[i][0] != '.' && str_ends(path, ".toml"))
            add_file(r, path);
    }
}

static void read_recipes(struct run *r)
{
    AUTO_FREE char *installed = dirs_data("recipes/lib");
    if (r->provided.len)
        return;
    for (size_t i = 0; i < r->named_count; i++) {
        AUTO_FREE char *own = path_dir(r->named[i]);
        AUTO_FREE char *lib = path_join(own, "lib");
        add_folder(r, lib);
        add_folder(r, own);
    }
    if (installed)
        add_folder(r, installed);
}

static bool has_archive(const struct provides *p, const char *name)
{
    AUTO_FREE char *file = xstrf("lib%s.a", name);
    for (size_t i = 0; i < p->archives.len; i++)
        if (strcmp(path_base(p->archives.items[i]), file) == 0)
            return true;
    return false;
}

/* "include/libxml2/libxml/parser.h" has <libxml/parser.h>. */
static bool has_header(const struct provides *p, const char *name)
{
    AUTO_FREE char *end = xstrf("/%s", name);
    for (size_t i = 0; i < p->headers.len; i++)
        if (str_ends(p->headers.items[i], end))
            return true;
    return false;
}

/* Recipes name a few of their headers: others of the same folder are theirs too. */
static bool has_folder(const struct provides *p, const char *name)
{
    const char *slash = strchr(name, '/');
    AUTO_FREE char *part = slash ? xstrf("/%.*s/", (int)(slash - name), name) : NULL;
    for (size_t i = 0; part && i < p->headers.len; i++)
        if (strstr(p->headers.items[i], part))
            return true;
    return false;
}

static bool has_package(const struct provides *p, const char *name)
{
    return texts_have(&p->pkg_config, name);
}

static const struct {
    const char *word; /* "header" */
    bool (*has)(const struct provides *p, const char *name);
} questions[] = {
    {"library ", has_archive}, {"package ", has_package}, {"header ", has_header}, {"header ", has_folder}};

const char *recipe_with(struct run *r, const char *missed)
{
    read_recipes(r);
    for (size_t q = 0; q < COUNT(questions); q++)
        for (size_t i = 0; str_starts(missed, questions[q].word) && i < r->provided.len; i++)
            if (questions[q].has(r->provided.entries[i].value, missed + strlen(questions[q].word)))
                return r->provided.entries[i].key;
    const char *package = str_starts(missed, "package ") ? missed + strlen("package ") : NULL;
    return package && map_get(&r->provided, package) ? package : NULL;
}
