/* What we built, or could build. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "elf/ar.h"
#include "loader/provider.h"
#include "recipe/recipe.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { MOST_TREES = 10000, KEY_DIGITS = 16 };

/* "openssl-3.5.2-0123456789abcdef": what stands before the key. NULL for another shape. */
static char *tree_recipe(const char *folder)
{
    size_t len = strlen(folder);
    if (len <= KEY_DIGITS + 1 || folder[len - KEY_DIGITS - 1] != '-' ||
        strspn(folder + len - KEY_DIGITS, "0123456789abcdef") != KEY_DIGITS)
        return NULL;
    return xstrndup(folder, len - KEY_DIGITS - 1);
}

/* The name of the member that the archive's index names for the symbol, malloced; NULL when it has none. */
static char *member_with(const struct mapping *m, const char *symbol)
{
    AUTO(err) struct err e = ERR_INIT;
    struct ar_index index;
    struct ar_symbol s;
    if (ar_index_open(&index, m->bytes, m->size, &e) != 1)
        return NULL;
    bool found = false;
    while (!found && ar_index_next(&index, &s))
        found = strcmp(s.name, symbol) == 0;
    struct ar_walk walk;
    struct ar_member member;
    if (!found || ar_open(&walk, m->bytes, m->size, &e) < 0)
        return NULL;
    while (ar_next(&walk, &member, &e) == 1)
        if (member.header == s.header)
            return xstrndup(member.name.ptr, member.name.len);
    return NULL;
}

static void look_into_archive(struct providers *p, const char *path, const char *recipe, const char *symbol)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(mapping) struct mapping m = {0};
    if (mapping_open(&m, path, &e) < 0)
        return;
    p->looked_at++;
    AUTO_FREE char *member = member_with(&m, symbol);
    if (!member)
        return;
    vec_each (&p->items, known)
        if (known->kind == PROVIDER_ARCHIVE && strcmp(known->recipe, recipe) == 0 &&
            strcmp(path_base(known->path), path_base(path)) == 0)
            return; /* the same, built with other flags */
    vec_push(&p->items, ((struct provider){
                            .kind = PROVIDER_ARCHIVE,
                            .path = arena_strdup(p->arena, path),
                            .recipe = arena_strdup(p->arena, recipe),
                            .member = arena_strdup(p->arena, member),
                            .fits = true,
                        }));
}

/* Archives stand in lib or lib64, or one folder below. */
static void look_into_folder(
    struct providers *p, const char *folder, const char *recipe, const char *symbol, int depth)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(strvec) struct strvec names = {0};
    p->cut |= folder_names(&names, folder, &ignored) < 0;
    for (size_t i = 0; i < names.len; i++) {
        const char *name = names.items[i];
        AUTO_FREE char *path = path_join(folder, name);
        AUTO(err) struct err unseen = ERR_INIT;
        struct stat st;
        if (str_ends(name, ".a"))
            look_into_archive(p, path, recipe, symbol);
        else if (depth && name[0] != '.' && path_look(&st, path, false, &unseen) == 1 && S_ISDIR(st.st_mode))
            look_into_folder(p, path, recipe, symbol, depth - 1);
    }
}

void providers_in_store(struct providers *p, const char *store, const char *symbol)
{
    AUTO_FREE char *trees = path_join(store, "trees");
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(strvec) struct strvec names = {0};
    p->cut |= folder_names(&names, trees, &ignored) < 0;
    for (size_t i = 0; i < names.len && i < MOST_TREES; i++) {
        AUTO_FREE char *recipe = tree_recipe(names.items[i]);
        if (recipe) {
            AUTO_FREE char *lib = xstrf("%s/%s/lib", trees, names.items[i]);
            AUTO_FREE char *lib64 = xstrf("%s/%s/lib64", trees, names.items[i]);
            look_into_folder(p, lib, recipe, symbol, 1);
            look_into_folder(p, lib64, recipe, symbol, 1);
        }
    }
}

/* "libcrypto" of libcrypto.so.3: the length. */
static size_t stem_length(const char *library)
{
    const char *so = strstr(library, ".so");
    return so ? (size_t)(so - library) : strlen(library);
}

static bool makes_archive(const struct recipe *r, const char *library)
{
    size_t len = stem_length(library);
    for (size_t i = 0; i < r->provides.archives.len; i++) {
        const char *base = path_base(r->provides.archives.items[i]);
        if (strncmp(base, library, len) == 0 && strcmp(base + len, ".a") == 0)
            return true;
    }
    return false;
}

static void look_into_recipe(struct providers *p, const char *path, const char *library)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(arena) struct arena scratch = {0};
    struct recipe_file *file = recipe_load(&scratch, path, &ignored);
    if (!file || recipe_file_kind(file) != RECIPE_LIBRARY)
        return;
    AUTO(strvec) struct strvec on = {0};
    struct texts features = recipe_file_features(file), versions = recipe_file_versions(file);
    for (size_t i = 0; i < features.len; i++)
        if (recipe_file_feature_default(file, features.items[i]))
            strvec_push(&on, features.items[i]);
    /* What a library's archives are called is the same for every target. */
    const char *target = arena_strf(&scratch, "linux-%s", arch_at(0)->name);
    const struct recipe *r = recipe_variant(&scratch, file, versions.len ? versions.items[0] : NULL,
        (struct texts){(const char **)on.items, on.len}, target, &ignored);
    if (r && makes_archive(r, library))
        vec_push(&p->items, ((struct provider){
                                .kind = PROVIDER_RECIPE,
                                .path = arena_strdup(p->arena, path),
                                .recipe = arena_strf(p->arena, "%s %s", r->name, r->version),
                                .fits = true,
                            }));
}

void providers_of_recipes(struct providers *p, const struct strvec *folders, const char *library)
{
    for (size_t f = 0; f < folders->len; f++) {
        AUTO(err) struct err ignored = ERR_INIT;
        AUTO(strvec) struct strvec names = {0};
        p->cut |= folder_names(&names, folders->items[f], &ignored) < 0;
        for (size_t i = 0; i < names.len; i++) {
            AUTO_FREE char *path = path_join(folders->items[f], names.items[i]);
            if (names.items[i][0] != '.' && str_ends(path, ".toml"))
                look_into_recipe(p, path, library);
        }
    }
}
