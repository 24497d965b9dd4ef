/* Loads a program's libraries without running anything: breadth first, each once, as the loader would. */
#include "loader/tree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/set.h"
#include "base/cleanup.h"
#include "loader/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

enum {
    MOST_OBJECTS = 4096,
    MOST_EDGES = 4096,    /* of one object */
    MOST_PROBES = 1 << 18 /* files looked for */
};

static const char *const via_names[] = {
    [VIA_ITSELF] = "itself",
    [VIA_PATH] = "path",
    [VIA_RPATH] = "RPATH",
    [VIA_LIBRARY_PATH] = "LD_LIBRARY_PATH",
    [VIA_RUNPATH] = "RUNPATH",
    [VIA_CONF] = "ld.so.conf",
    [VIA_BUILT_IN] = "default",
    [VIA_LOADER] = "loader",
    [VIA_PRELOAD] = "ld.so.preload",
    [VIA_NOTHING] = "not found",
};

const char *loader_via_name(enum loader_via via)
{
    return via_names[via];
}

const char *loader_edge_kind_name(enum loader_edge_kind kind)
{
    static const char *const names[] = {
        [EDGE_NEEDED] = "needed", [EDGE_FILTER] = "filter", [EDGE_AUXILIARY] = "auxiliary"};
    return names[kind];
}

/* Remembers that a name leads to an object. */
static void loader_know(struct loader_tree *t, const char *name, size_t object)
{
    if (!map_get(&t->by_name, name))
        map_set(&t->by_name, name, (void *)(uintptr_t)(object + 1));
}

/* Two names for one file are one object. SIZE_MAX when it is not loaded yet. */
static size_t find_same_file(struct loader_tree *t, const char *path)
{
    AUTO_FREE char *outside = loader_machine_path(t->machine, path);
    struct file_identity id;
    AUTO(err) struct err ignored = ERR_INIT; /* opening it will tell */
    if (!outside || file_identity_get(&id, outside, &ignored) != 1)
        return SIZE_MAX;
    AUTO_FREE char *key = xstrf("\n%llx:%llx", (unsigned long long)id.device, (unsigned long long)id.inode);
    void *known = map_get(&t->by_name, key);
    if (known)
        return (size_t)(uintptr_t)known - 1;
    loader_know(t, key, t->objects.len);
    return SIZE_MAX;
}

static size_t add_object(struct loader_tree *t, const char *name, const struct loader_object *found)
{
    struct loader_object *o = arena_memdup(&t->arena, found, sizeof *found);
    size_t number = t->objects.len;
    o->name = arena_strdup(&t->arena, name);
    vec_push(&t->objects, o);
    if (!o->image)
        return number; /* what is missing here may be found for somebody else */
    loader_know(t, name, number);
    loader_know(t, o->path, number);
    if (o->image->soname && t->abi.libc != LIBC_MUSL)
        loader_know(t, o->image->soname, number);
    return number;
}

/* The number of the object that the name leads to. */
static size_t load(struct loader_tree *t, const char *name, size_t by, bool preload)
{
    struct loader_object found;
    size_t known = loader_search(t, name, by, &found);
    if (known != SIZE_MAX)
        return known;
    if (found.image) {
        known = find_same_file(t, found.path);
        if (known != SIZE_MAX) {
            loader_know(t, name, known);
            return known;
        }
    }
    if (preload && found.path)
        found.via = VIA_PRELOAD;
    return add_object(t, name, &found);
}

static void count_symbols(const struct elf_image *image, size_t *counts)
{
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++)
        if (elf_symbol_at(image, i, &s) && s.section == SHN_UNDEF && s.version && s.version->file)
            counts[s.version - image->needed_versions]++;
}

static enum loader_version_state state_of(
    const struct loader_tree *t, const struct elf_version *v, const struct elf_image *provider)
{
    if (!provider)
        return LOADER_VERSION_MISSING;
    if (t->abi.libc == LIBC_MUSL || !provider->defined_version_count)
        return LOADER_VERSION_UNTOLD;
    return defines_version(provider, v->name) ? LOADER_VERSION_THERE : LOADER_VERSION_MISSING;
}

/* Gives each edge the versions of DT_VERNEED that are for it. */
static void add_versions(struct loader_tree *t, struct loader_object *o)
{
    const struct elf_image *image = o->image;
    AUTO_FREE size_t *counts = xcalloc(image->needed_version_count + 1, sizeof *counts);
    count_symbols(image, counts);
    AUTO(map) struct map edges = {0};
    for (size_t i = 0; i < o->edge_count; i++)
        map_set(&edges, o->edges[i].name, &o->edges[i]);
    AUTO_FREE struct loader_edge **of = xcalloc(image->needed_version_count + 1, sizeof *of);
    for (size_t i = 0; i < image->needed_version_count; i++) {
        of[i] = map_get(&edges, image->needed_versions[i].file);
        if (of[i])
            of[i]->version_count++;
    }
    for (size_t i = 0; i < o->edge_count; i++) {
        o->edges[i].versions =
            arena_alloc(&t->arena, o->edges[i].version_count * sizeof *o->edges[i].versions);
        o->edges[i].version_count = 0;
    }
    for (size_t i = 0; i < image->needed_version_count; i++) {
        if (!of[i])
            continue;
        const struct elf_version *v = &image->needed_versions[i];
        of[i]->versions[of[i]->version_count++] =
            (struct loader_version){.name = v->name, .symbols = counts[i], .weak = v->flags & VER_FLG_WEAK};
    }
}

/* What the file stands in front of; glibc alone knows such (elf/dl-deps.c). One that may be absent, and is,
 * is passed over. */
static void load_filtees(struct loader_tree *t, size_t number, size_t most)
{
    struct loader_object *o = t->objects.items[number];
    for (size_t i = 0; t->abi.libc != LIBC_MUSL && i < o->image->dynamic_count && o->edge_count < most; i++) {
        uint64_t tag, value;
        elf_dynamic_at(o->image, i, &tag, &value);
        const char *name = tag == DT_FILTER || tag == DT_AUXILIARY ? elf_string_at(o->image, value) : NULL;
        struct loader_object found;
        if (!name || t->objects.len >= MOST_OBJECTS)
            continue;
        if (tag == DT_AUXILIARY && loader_search(t, name, number, &found) == SIZE_MAX && !found.image)
            continue;
        struct loader_edge *edge = &o->edges[o->edge_count++];
        edge->kind = tag == DT_FILTER ? EDGE_FILTER : EDGE_AUXILIARY;
        edge->name = name;
        edge->to = load(t, name, number, false);
    }
}

static size_t count_filtees(const struct elf_image *image)
{
    size_t count = 0;
    for (size_t i = 0; i < image->dynamic_count; i++) {
        uint64_t tag, value;
        elf_dynamic_at(image, i, &tag, &value);
        count += tag == DT_FILTER || tag == DT_AUXILIARY;
    }
    return count;
}

/* Breadth first: all that one file needs before what those need. */
static void load_needed(struct loader_tree *t, size_t number)
{
    const struct elf_image *image = t->objects.items[number]->image;
    if (!image)
        return;
    size_t all = image->needed_count + count_filtees(image), most = all < MOST_EDGES ? all : MOST_EDGES;
    t->cut |= all > MOST_EDGES;
    struct loader_object *o = t->objects.items[number];
    o->edges = arena_alloc(&t->arena, most * sizeof *o->edges);
    static char here;
    AUTO(map) struct map seen = {0};
    load_filtees(t, number, most);
    for (size_t i = 0; i < image->needed_count && o->edge_count < most; i++) {
        if (map_set(&seen, image->needed[i], &here))
            continue;
        if (t->objects.len >= MOST_OBJECTS) {
            t->cut = true;
            break;
        }
        struct loader_edge *edge = &o->edges[o->edge_count++];
        edge->name = image->needed[i];
        edge->to = load(t, edge->name, number, false);
    }
    add_versions(t, o);
}

/* Once everything is loaded: a soname may have been given to what came later. */
static void check_versions(struct loader_tree *t)
{
    vec_each (&t->objects, at)
        for (size_t i = 0; i < (*at)->edge_count; i++) {
            struct loader_edge *edge = &(*at)->edges[i];
            const struct elf_image *provider = t->objects.items[edge->to]->image;
            t->missing += !provider;
            for (size_t k = 0; k < edge->version_count; k++) {
                struct loader_version *v = &edge->versions[k];
                struct elf_version needed = {.name = v->name};
                v->state = state_of(t, &needed, provider);
                t->missing_versions += provider && v->state == LOADER_VERSION_MISSING && !v->weak;
            }
        }
}

static void add_to_scope(const struct loader_tree *t, size_t number, bool *seen, size_t *scope, size_t *count)
{
    const struct loader_object *o = t->objects.items[number];
    if (seen[number])
        return;
    seen[number] = true; /* two that stand before each other end here */
    for (size_t i = 0; i < o->edge_count; i++)
        if (o->edges[i].kind != EDGE_NEEDED && !seen[o->edges[i].to]) {
            seen[o->edges[i].to] = true; /* of a filter's own filters none is asked for */
            scope[(*count)++] = o->edges[i].to;
        }
    scope[(*count)++] = number;
}

static void order_scope(struct loader_tree *t)
{
    size_t count = 0;
    size_t *scope = arena_alloc(&t->arena, t->objects.len * sizeof *scope);
    AUTO_FREE bool *seen = xcalloc(t->objects.len + 1, sizeof *seen);
    for (size_t i = 0; i < t->objects.len; i++)
        add_to_scope(t, i, seen, scope, &count);
    t->scope = scope;
}

/* What the file is called inside the root, and where to open it; both malloced. */
static void name_file(const struct loader_machine *m, const char *path, char **inside, char **outside)
{
    AUTO_FREE char *absolute = path_absolute(path);
    size_t root = strlen(m->root);
    *outside = xstrdup(absolute);
    *inside = xstrdup(absolute);
    if (!root)
        return;
    if (strncmp(absolute, m->root, root) == 0 && absolute[root] == '/') {
        free(*inside);
        *inside = xstrdup(absolute + root);
    } else if (!path_may_be_file(absolute)) {
        char *within = loader_machine_path(m, absolute);
        if (within) {
            free(*outside);
            *outside = within;
        }
    }
}

static void add_first(struct loader_tree *t, const char *path, const char *inside, const char *outside,
    const struct elf_image *image)
{
    loader_abi_read(&t->abi, &t->arena, t->machine, image);
    /* The kernel tells a program where it really is; a library is where it was found. */
    AUTO_FREE char *real = image->interpreter && !*t->machine->root ? realpath(outside, NULL) : NULL;
    AUTO_FREE char *origin = path_dir(real ? real : inside);
    struct loader_object first = {
        .path = arena_strdup(&t->arena, inside),
        .origin = *inside ? arena_strdup(&t->arena, origin) : NULL,
        .via = VIA_ITSELF,
        .image = image,
    };
    if (find_same_file(t, inside) == SIZE_MAX)
        add_object(t, inside, &first);
    t->objects.items[0]->name = arena_strdup(&t->arena, path);
}

static int open_first(struct loader_tree *t, const char *path, struct err *e)
{
    AUTO_FREE char *inside = NULL;
    AUTO_FREE char *outside = NULL;
    name_file(t->machine, path, &inside, &outside);
    struct mapping *m = arena_new(&t->arena, struct mapping);
    if (mapping_open(m, outside, e) < 0)
        return -1;
    vec_push(&t->mappings, m);
    struct elf_image *image = arena_new(&t->arena, struct elf_image);
    if (elf_identify(m->bytes, m->size) != ELF_KIND_LINKED)
        return err_set(
            e, ERR_ENVIRONMENT, "%s: not a linked ELF file (a module, a library, a program)", path);
    if (elf_open(image, &t->arena, m->bytes, m->size, e) < 0)
        return err_wrap(e, "%s", path);
    add_first(t, path, inside, outside, image);
    return 0;
}

static void load_all(struct loader_tree *t)
{
    if (t->abi.libc == LIBC_GLIBC && t->objects.items[0]->image->dynamic_count)
        for (size_t i = 0; i < t->machine->preload.len; i++)
            load(t, t->machine->preload.items[i], 0, true);
    for (size_t i = 0; i < t->objects.len; i++)
        load_needed(t, i);
    order_scope(t);
    check_versions(t);
}

int loader_tree_build(
    struct loader_tree *t, const struct loader_machine *machine, const char *path, struct err *e)
{
    *t = (struct loader_tree){.machine = machine, .probes = MOST_PROBES};
    if (open_first(t, path, e) < 0) {
        loader_tree_release(t);
        return -1;
    }
    load_all(t);
    return 0;
}

void loader_tree_build_image(struct loader_tree *t, const struct loader_machine *machine, const char *path,
    const struct elf_image *image)
{
    *t = (struct loader_tree){.machine = machine, .probes = MOST_PROBES};
    AUTO_FREE char *inside = NULL;
    AUTO_FREE char *outside = NULL;
    if (path)
        name_file(machine, path, &inside, &outside);
    add_first(t, path ? path : "", inside ? inside : "", outside ? outside : "", image);
    load_all(t);
}

void loader_tree_release(struct loader_tree *t)
{
    vec_each (&t->mappings, m)
        mapping_release(*m);
    vec_release(&t->mappings);
    vec_release(&t->objects);
    map_release(&t->by_name);
    loader_abi_release(&t->abi);
    arena_release(&t->arena);
    *t = (struct loader_tree){0};
}

const struct loader_object *loader_tree_find(const struct loader_tree *t, const char *library)
{
    void *known = map_get(&t->by_name, library);
    return known ? t->objects.items[(size_t)(uintptr_t)known - 1] : NULL;
}
