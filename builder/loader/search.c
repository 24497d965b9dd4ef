/* Where a library is looked for, in the loader's order. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "loader/inherit.h"
#include "loader/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { MOST_ENTRIES = 512 }; /* of one RPATH */

/* What a search is about. */
struct search {
    struct loader_tree *tree;
    const char *name;
    struct loader_object *out;
};

static bool keep_mapping(struct loader_tree *t, struct mapping *m)
{
    struct mapping *kept = arena_memdup(&t->arena, m, sizeof *m);
    vec_push(&t->mappings, kept);
    return true;
}

/* As the loader: what is for another machine is passed over, what is damaged ends the search. */
static bool loader_try(struct loader_tree *t, const char *path, struct loader_object *out)
{
    if (!t->probes) {
        t->cut = true;
        return false;
    }
    t->probes--;
    AUTO_FREE char *outside = loader_machine_path(t->machine, path);
    AUTO(err) struct err e = ERR_INIT;
    struct stat st;
    int there = outside ? path_look(&st, outside, true, &e) : 0;
    if (there == 0 || (there == 1 && S_ISDIR(st.st_mode)))
        return false;
    err_release(&e);
    struct mapping m = {0};
    struct elf_image *image = arena_new(&t->arena, struct elf_image);
    const char *trouble = NULL;
    if (mapping_open(&m, outside, &e) < 0) {
        trouble = "is not a regular file that can be read";
    } else if (elf_identify(m.bytes, m.size) != ELF_KIND_LINKED) {
        trouble = "is not a linked ELF file";
    } else if (elf_open(image, &t->arena, m.bytes, m.size, &e) < 0) {
        trouble = arena_strdup(&t->arena, e.text);
    } else if (image->machine != t->abi.machine || image->wide != t->abi.wide || image->big != t->abi.big) {
        if (!out->passed_over)
            out->passed_over = arena_strf(&t->arena, "%s is for %s, %d bits", path,
                arch_machine_name(image->machine), image->wide ? 64 : 32);
        mapping_release(&m);
        return false;
    }
    keep_mapping(t, &m);
    out->path = arena_strdup(&t->arena, path);
    AUTO_FREE char *folder = path_dir(path);
    out->origin = arena_strdup(&t->arena, folder);
    out->trouble = trouble;
    out->image = trouble ? NULL : image;
    return true;
}

static bool try_in(const struct search *s, const char *folder)
{
    AUTO_FREE char *path = path_join(folder, s->name);
    return loader_try(s->tree, path, s->out);
}

static bool try_hwcaps(const struct search *s, const char *folder)
{
    const struct loader_abi *abi = &s->tree->abi;
    if (!abi->hwcap_count)
        return false;
    AUTO_FREE char *parent = path_join(folder, "glibc-hwcaps");
    if (!loader_machine_has_folder(s->tree->machine, parent))
        return false;
    for (size_t i = 0; i < abi->hwcap_count; i++) {
        AUTO_FREE char *below = path_join(parent, abi->hwcaps[i]);
        if (try_in(s, below))
            return true;
    }
    return false;
}

/* A folder of RPATH, RUNPATH or LD_LIBRARY_PATH; an empty one is the working folder. */
static bool try_entry(const struct search *s, const char *origin, struct slice entry)
{
    AUTO_FREE char *folder = loader_expand(&s->tree->abi, origin, entry);
    if (!folder || (*folder != '/' && *s->tree->machine->root))
        return false;
    AUTO_FREE char *absolute = *folder == '/' ? xstrdup(folder) : path_absolute(folder);
    if (!try_hwcaps(s, absolute) && !try_in(s, absolute))
        return false;
    s->out->via_text = arena_strndup(&s->tree->arena, entry.ptr, entry.len);
    return true;
}

static bool try_entries(const struct search *s, const char *origin, const char *list, const char *separators,
    enum loader_via via, size_t of)
{
    size_t entries = 0;
    while (list) {
        size_t len = strcspn(list, separators);
        if (entries++ == MOST_ENTRIES) {
            s->tree->cut = true;
            return false;
        }
        if (try_entry(s, origin, (struct slice){list, len})) {
            s->out->via = via;
            s->out->via_of = of;
            return true;
        }
        list = list[len] ? list + len + 1 : NULL;
    }
    return false;
}

static const struct elf_image *image_of(const struct loader_tree *t, size_t object)
{
    return t->objects.items[object]->image;
}

static struct loader_paths paths_of(void *arg, size_t object)
{
    const struct search *s = arg;
    const struct elf_image *image = image_of(s->tree, object);
    return (struct loader_paths){image->rpath, image->runpath, s->tree->objects.items[object]->asked_by};
}

static bool look_into(void *arg, const char *list, size_t object, bool is_runpath)
{
    const struct search *s = arg;
    return try_entries(
        s, s->tree->objects.items[object]->origin, list, ":", is_runpath ? VIA_RUNPATH : VIA_RPATH, object);
}

static bool try_library_path(const struct search *s)
{
    const struct loader_tree *t = s->tree;
    return t->machine->library_path &&
           try_entries(s, t->objects.items[0]->origin, t->machine->library_path, ":;", VIA_LIBRARY_PATH, 0);
}

static bool try_system_folder(const struct search *s, size_t i, bool hwcaps)
{
    const struct loader_abi *abi = &s->tree->abi;
    if (!(hwcaps ? try_hwcaps : try_in)(s, abi->system.items[i]))
        return false;
    s->out->via = i < abi->conf_count ? VIA_CONF : VIA_BUILT_IN;
    s->out->via_text = arena_strdup(&s->tree->arena, abi->system.items[i]);
    return true;
}

/* ldconfig's cache ranks what the processor may use above the order of folders. */
static bool try_system(const struct search *s, size_t by)
{
    const struct loader_abi *abi = &s->tree->abi;
    bool no_default = image_of(s->tree, by)->flags_1 & DF_1_NODEFLIB;
    for (int hwcaps = 1; hwcaps >= 0; hwcaps--)
        for (size_t i = 0; i < abi->system.len; i++)
            if (!(no_default && strvec_has(&abi->built_in, abi->system.items[i])) &&
                try_system_folder(s, i, hwcaps))
                return true;
    return false;
}

static bool look_everywhere(struct search *s, size_t by)
{
    bool musl = s->tree->abi.libc == LIBC_MUSL;
    const struct loader_path_rules rules = {musl, paths_of, look_into, s};
    if (musl)
        return try_library_path(s) || loader_look_inherited(&rules, by) || try_system(s, by);
    return loader_look_inherited(&rules, by) || try_library_path(s) || loader_look_runpath(&rules, by) ||
           try_system(s, by);
}

static bool try_named_path(const struct search *s, size_t by)
{
    AUTO_FREE char *path =
        loader_expand(&s->tree->abi, s->tree->objects.items[by]->origin, slice_of(s->name));
    if (!path || (*path != '/' && *s->tree->machine->root))
        return false;
    AUTO_FREE char *absolute = *path == '/' ? xstrdup(path) : path_absolute(path);
    return loader_try(s->tree, absolute, s->out);
}

size_t loader_search(struct loader_tree *t, const char *name, size_t by, struct loader_object *out)
{
    struct search s = {.tree = t, .name = name, .out = out};
    *out = (struct loader_object){.via = VIA_NOTHING, .asked_by = by, .via_of = by};
    void *known = map_get(&t->by_name, name);
    if (known)
        return (size_t)(uintptr_t)known - 1;
    if (!*name)
        return SIZE_MAX;
    if (strchr(name, '/')) {
        if (try_named_path(&s, by))
            out->via = VIA_PATH;
    } else if (loader_abi_is_loader(&t->abi, name) && t->abi.interpreter) {
        if (loader_try(t, t->abi.interpreter, out))
            out->via = VIA_LOADER;
    } else {
        look_everywhere(&s, by);
    }
    return SIZE_MAX;
}
