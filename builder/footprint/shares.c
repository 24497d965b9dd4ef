/* What is large in a file, and which static library or source file it came from. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/vec.h"
#include "elf/object.h"
#include "footprint/module_internal.h"
#include "link/link.h"
#include "sys/fs.h"
#include "sys/path.h"

struct sized {
    const char *name; /* in the file */
    uint64_t address, size;
};

struct sized_list {
    VEC(struct sized) items;
};

/* Names of one address stand together. */
static int by_size(const void *a, const void *b)
{
    const struct sized *x = a, *y = b;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void take(struct sized_list *functions, struct sized_list *objects, const struct elf_symbol *s)
{
    if (s->section == SHN_UNDEF || s->section == SHN_ABS || !s->size || !*s->name)
        return;
    struct sized item = {s->name, s->value, s->size};
    if (s->type == STT_FUNC || s->type == STT_GNU_IFUNC)
        vec_push(&functions->items, item);
    else if (s->type == STT_OBJECT)
        vec_push(&objects->items, item);
}

static size_t keep_largest(struct module_footprint *m, struct sized_list *list, struct module_symbol *out)
{
    size_t kept = 0;
    if (list->items.len)
        qsort(list->items.items, list->items.len, sizeof *list->items.items, by_size);
    for (size_t i = 0; i < list->items.len && kept < MODULE_LARGEST; i++) {
        const struct sized *s = &list->items.items[i];
        if (i && s->address == s[-1].address && s->size == s[-1].size)
            continue; /* another name for the same */
        out[kept++] = (struct module_symbol){arena_strdup(&m->arena, s->name), s->size};
    }
    return kept;
}

void module_symbols(struct module_footprint *m, const struct elf_image *image)
{
    struct sized_list functions = {0}, objects = {0};
    struct elf_object o = {0};
    struct elf_symbol s;
    AUTO(err) struct err ignored = ERR_INIT;
    if (elf_object_open(&o, image->bytes, image->size, &ignored) < 0)
        o.symbol_count = 0;
    m->from_symbol_table = o.symbol_count > 1;
    for (size_t i = 1; i < o.symbol_count; i++)
        if (elf_object_symbol_at(&o, i, &s))
            take(&functions, &objects, &s);
    for (size_t i = 1; !m->from_symbol_table && i < image->symbol_count; i++)
        if (elf_symbol_at(image, i, &s))
            take(&functions, &objects, &s);
    m->function_count = keep_largest(m, &functions, m->functions);
    m->object_count = keep_largest(m, &objects, m->objects);
    vec_release(&functions.items);
    vec_release(&objects.items);
}

struct share_list {
    struct map by_name; /* index + 1 */
    VEC(struct module_share) items;
};

static struct module_share *share_of(struct module_footprint *m, struct share_list *list, const char *name)
{
    size_t place = (uintptr_t)map_get(&list->by_name, name);
    if (!place) {
        vec_push(&list->items, ((struct module_share){.name = arena_strdup(&m->arena, name)}));
        place = list->items.len;
        map_set(&list->by_name, name, (void *)(uintptr_t)place);
    }
    return &list->items.items[place - 1];
}

static int shares_by_size(const void *a, const void *b)
{
    const struct module_share *x = a, *y = b;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void keep_shares(struct module_footprint *m, struct share_list *list, enum share_source source)
{
    if (list->items.len) {
        qsort(list->items.items, list->items.len, sizeof *list->items.items, shares_by_size);
        m->shares = arena_memdup(&m->arena, list->items.items, list->items.len * sizeof *m->shares);
        m->share_count = list->items.len;
        m->share_source = source;
    }
    map_release(&list->by_name);
    vec_release(&list->items);
}

static bool share_by_map(struct module_footprint *m, const char *map)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct arena scratch = {0};
    struct link_contents contents = {0};
    struct share_list list = {0};
    if (link_map_read(&contents, &scratch, map, &ignored) == 0)
        for (size_t i = 0; i < contents.len; i++)
            if (contents.items[i].size_bytes) {
                struct module_share *share = share_of(m, &list, path_base(contents.items[i].archive));
                share->size += contents.items[i].size_bytes;
                share->members++;
            }
    m->map = list.items.len ? arena_strdup(&m->arena, map) : NULL;
    keep_shares(m, &list, SHARE_LINK_MAP);
    arena_release(&scratch);
    return m->map;
}

/* Local symbols stand behind the name of the source file that they are of; global ones stand behind them all,
 * so that their file is not known (gABI ch. 4, "Symbol Table"). */
static void share_by_symbols(struct module_footprint *m, const struct elf_image *image)
{
    struct elf_object o = {0};
    struct elf_symbol s;
    struct share_list list = {0};
    const char *file = NULL;
    AUTO(err) struct err ignored = ERR_INIT;
    if (elf_object_open(&o, image->bytes, image->size, &ignored) < 0)
        o.symbol_count = 0;
    for (size_t i = 1; i < o.symbol_count; i++) {
        if (!elf_object_symbol_at(&o, i, &s) || s.bind != STB_LOCAL)
            continue;
        if (s.type == STT_FILE)
            file = *s.name ? s.name : NULL;
        else if (file && s.size && s.section != SHN_UNDEF && s.section != SHN_ABS &&
                 (s.type == STT_FUNC || s.type == STT_OBJECT))
            share_of(m, &list, file)->size += s.size;
    }
    keep_shares(m, &list, SHARE_SYMBOLS);
}

void module_shares(
    struct module_footprint *m, const struct elf_image *image, const struct explain_sources *sources)
{
    const char *known = sources ? explain_map_of(sources, image) : NULL;
    AUTO_FREE char *beside = xstrf("%s.map", m->path);
    if (!known && path_may_be_file(beside))
        known = beside;
    if (!known || !share_by_map(m, known))
        share_by_symbols(m, image);
}
