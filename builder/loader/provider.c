/* Libraries of a machine, one folder after the other, without descending. */
#include "loader/provider.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "loader/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { MOST_FILES = 50000, MOST_FOUND = 1000 };

struct provider_search {
    struct providers *out;
    const struct loader_machine *machine;
    const struct loader_abi *abi;
    struct map seen; /* files by identity */
    const char *symbol, *version, *library;
};

/* Of the names that lead to a file, the one that programs ask for. */
static const char *best_name(const struct provider_search *h, const char *path, const struct elf_image *image)
{
    struct arena *a = h->out->arena;
    if (image->soname && *image->soname && !strchr(image->soname, '/')) {
        AUTO_FREE char *folder = path_dir(path);
        AUTO_FREE char *asked_for = path_join(folder, image->soname);
        if (loader_machine_has(h->machine, asked_for))
            return arena_strdup(a, asked_for);
    }
    return arena_strdup(a, path);
}

static void add(struct provider_search *h, const char *path, const struct elf_image *image,
    const struct elf_symbol *s, bool fits)
{
    struct arena *a = h->out->arena;
    bool versioned = s && s->version && !(s->version->flags & VER_FLG_BASE);
    vec_push(&h->out->items, ((struct provider){
                                 .kind = PROVIDER_LIBRARY,
                                 .path = best_name(h, path, image),
                                 .soname = image->soname ? arena_strdup(a, image->soname) : NULL,
                                 .version = versioned ? arena_strdup(a, s->version->name) : NULL,
                                 .default_version = versioned && !s->version_hidden,
                                 .fits = fits,
                             }));
}

static void judge_symbol(struct provider_search *h, const char *path, const struct elf_image *image)
{
    struct definition d = definition_find(image, h->symbol, h->version, h->abi->libc == LIBC_MUSL);
    if (d.fit >= DEFINES_OTHER)
        add(h, path, image, &d.symbol, d.fit == DEFINES_IT);
}

bool defines_version(const struct elf_image *image, const char *version)
{
    for (size_t i = 0; i < image->defined_version_count; i++)
        if (strcmp(image->defined_versions[i].name, version) == 0)
            return true;
    return false;
}

const char *newest_version(const struct elf_image *image, const char *version)
{
    size_t family = strcspn(version, "0123456789");
    const char *newest = "";
    for (size_t i = 0; i < image->defined_version_count; i++) {
        const char *name = image->defined_versions[i].name;
        if (strcspn(name, "0123456789") == family && strncmp(name, version, family) == 0 &&
            strverscmp(name, newest) > 0)
            newest = name;
    }
    return newest;
}

static void judge_library(struct provider_search *h, const char *path, const struct elf_image *image)
{
    bool named =
        strcmp(path_base(path), h->library) == 0 || (image->soname && strcmp(image->soname, h->library) == 0);
    if (!named)
        return;
    bool has = !h->version || defines_version(image, h->version);
    add(h, path, image, NULL, has);
    if (!has)
        h->out->items.items[h->out->items.len - 1].version =
            arena_strdup(h->out->arena, newest_version(image, h->version));
}

/* Files are looked at once, whatever the number of their names. */
static bool is_new(struct provider_search *h, const char *outside)
{
    static char here;
    struct file_identity id;
    AUTO(err) struct err ignored = ERR_INIT;
    int there = file_identity_get(&id, outside, &ignored);
    h->out->cut |= there < 0;
    if (there != 1)
        return false;
    AUTO_FREE char *key = xstrf("%llx:%llx", (unsigned long long)id.device, (unsigned long long)id.inode);
    return !map_set(&h->seen, key, &here);
}

static void look_at(struct provider_search *h, const char *path)
{
    AUTO_FREE char *outside = loader_machine_path(h->machine, path);
    if (!outside || !is_new(h, outside))
        return;
    h->out->looked_at++;
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena scratch = {0};
    AUTO(mapping) struct mapping m = {0};
    struct elf_image image;
    if (mapping_open(&m, outside, &e) < 0 || elf_identify(m.bytes, m.size) != ELF_KIND_LINKED ||
        elf_open(&image, &scratch, m.bytes, m.size, &e) < 0)
        return;
    if (image.machine != h->abi->machine || image.wide != h->abi->wide || image.big != h->abi->big)
        return;
    if (h->symbol)
        judge_symbol(h, path, &image);
    else
        judge_library(h, path, &image);
}

static void look_into(struct provider_search *h, const char *folder)
{
    AUTO_FREE char *outside = loader_machine_path(h->machine, folder);
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(strvec) struct strvec names = {0};
    h->out->cut |= outside && folder_names(&names, outside, &ignored) < 0;
    for (size_t i = 0; i < names.len; i++) {
        if (!strstr(names.items[i], ".so"))
            continue;
        if (h->out->looked_at >= MOST_FILES || h->out->items.len >= MOST_FOUND) {
            h->out->cut = true;
            return;
        }
        AUTO_FREE char *path = path_join(folder, names.items[i]);
        look_at(h, path);
    }
}

static void look_everywhere(struct provider_search *h, const struct loader_tree *tree)
{
    static char here;
    AUTO(map) struct map folders = {0};
    for (size_t i = 0; tree && i < tree->objects.len; i++)
        if (tree->objects.items[i]->path) {
            AUTO_FREE char *folder = path_dir(tree->objects.items[i]->path);
            map_set(&folders, folder, &here);
        }
    for (size_t i = 0; i < h->abi->system.len; i++)
        map_set(&folders, h->abi->system.items[i], &here);
    for (size_t i = 0; i < folders.len; i++)
        look_into(h, folders.entries[i].key);
    map_release(&h->seen);
}

void providers_on_machine(struct providers *p, const struct loader_machine *machine,
    const struct loader_abi *abi, const struct loader_tree *tree, const char *symbol, const char *version)
{
    struct provider_search h = {
        .out = p, .machine = machine, .abi = abi, .symbol = symbol, .version = version};
    look_everywhere(&h, tree);
}

void providers_of_library(struct providers *p, const struct loader_machine *machine,
    const struct loader_abi *abi, const struct loader_tree *tree, const char *library, const char *version)
{
    struct provider_search h = {
        .out = p, .machine = machine, .abi = abi, .library = library, .version = version};
    look_everywhere(&h, tree);
}

void providers_release(struct providers *p)
{
    vec_release(&p->items);
}
