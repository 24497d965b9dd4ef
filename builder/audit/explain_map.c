/* Which link map belongs to a file: the one that the user names, or that of a module of ours with the same
 * build-id. A map of another link would tell lies, so a build-id that differs is no match. */
#include <stdlib.h>
#include <string.h>

#include "audit/explain_internal.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { MOST_TREES = 10000, MOST_MAPS = 4096 };

static void read_build_id(char hex[65], const struct elf_image *image)
{
    static const char digits[] = "0123456789abcdef";
    struct elf_range id = elf_build_id(image);
    size_t n = id.len < 32 ? id.len : 32;
    for (size_t i = 0; i < n; i++) {
        hex[2 * i] = digits[id.ptr[i] >> 4];
        hex[2 * i + 1] = digits[id.ptr[i] & 15];
    }
    hex[2 * n] = '\0';
}

static void add_module(struct explain_sources *s, const char *module, const char *map)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(arena) struct arena scratch = {0};
    AUTO(mapping) struct mapping m = {0};
    struct elf_image image;
    if (s->maps.len >= MOST_MAPS || mapping_open(&m, module, &ignored) < 0 ||
        elf_open(&image, &scratch, m.bytes, m.size, &ignored) < 0)
        return;
    struct explain_map found = {.path = arena_strdup(&s->arena, map)};
    read_build_id(found.build_id, &image);
    if (*found.build_id)
        vec_push(&s->maps, found);
}

/* The modules that a map can be of: maps/a.b.map, modules/a/b.cpython-311-x86_64-linux-gnu.so. */
static int add_map(struct explain_sources *s, const char *tree, const char *name, struct err *e)
{
    AUTO_FREE char *map = xstrf("%s/maps/%s", tree, name);
    AUTO_FREE char *dotted = xstrndup(name, strlen(name) - strlen(".map"));
    for (char *p = dotted; *p; p++)
        *p = *p == '.' ? '/' : *p;
    AUTO_FREE char *stem = xstrf("%s/modules/%s", tree, dotted);
    AUTO_FREE char *folder = path_dir(stem);
    const char *base = path_base(stem);
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, folder, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        const char *file = names.items[i];
        if (str_starts(file, base) && file[strlen(base)] == '.' && str_ends(file, ".so")) {
            AUTO_FREE char *module = path_join(folder, file);
            add_module(s, module, map);
        }
    }
    return 0;
}

static int add_tree(struct explain_sources *s, const char *tree, struct err *e)
{
    AUTO_FREE char *maps = path_join(tree, "maps");
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, maps, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++)
        if (str_ends(names.items[i], ".map") && names.items[i][0] != '.' &&
            add_map(s, tree, names.items[i], e) < 0)
            return -1;
    return 0;
}

int explain_sources_open(struct explain_sources *s, const char *store, const char *map, struct err *e)
{
    *s = (struct explain_sources){.map = map};
    int has_map = map ? path_is_file(map, e) : 1;
    if (has_map < 0)
        return -1;
    if (!has_map)
        return err_set(e, ERR_MISSING, "%s: the link map is not a file that is there", map);
    if (loader_machine_open(&s->machine, NULL, NULL, e) < 0)
        return -1;
    if (!store)
        return 0;
    AUTO_FREE char *trees = path_join(store, "trees");
    AUTO(strvec) struct strvec names = {0};
    int failed = folder_names(&names, trees, e) < 0;
    for (size_t i = 0; !failed && i < names.len && i < MOST_TREES; i++) {
        AUTO_FREE char *tree = path_join(trees, names.items[i]);
        if (names.items[i][0] != '.')
            failed = add_tree(s, tree, e) < 0;
    }
    if (failed)
        explain_sources_release(s);
    return failed ? -1 : 0;
}

void explain_sources_release(struct explain_sources *s)
{
    vec_release(&s->maps);
    loader_machine_release(&s->machine);
    arena_release(&s->arena);
}

const char *explain_map_of(const struct explain_sources *s, const struct elf_image *image)
{
    if (s->map)
        return s->map;
    char own[65];
    read_build_id(own, image);
    for (size_t i = 0; *own && i < s->maps.len; i++)
        if (strcmp(s->maps.items[i].build_id, own) == 0)
            return s->maps.items[i].path;
    return NULL;
}

void explain_find_map(struct code_places *places, struct arena *scratch, const struct explain_sources *s,
    const struct elf_image *image, struct check *c)
{
    const char *path = s ? explain_map_of(s, image) : NULL;
    if (!path)
        return;
    AUTO(err) struct err why = ERR_INIT;
    struct link_contents contents = {0};
    if (link_map_read(&contents, scratch, path, &why) < 0) {
        c->report->map_trouble = keep(c, why.text);
        return;
    }
    c->report->map = keep(c, path);
    places->map = contents.places;
    places->map_count = contents.place_count;
}
