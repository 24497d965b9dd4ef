/* Questions about libraries and their versions, and about all that a file needs. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "loader/inquiry.h"
#include "loader/internal.h"
#include "sys/path.h"

enum { MOST_ASKERS = 10000, MOST_SYMBOLS = 1000 };

static const char *keep(struct inquiry *q, const char *text)
{
    return text ? arena_strdup(&q->arena, text) : NULL;
}

static const char *label(const struct loader_object *o)
{
    return o->via == VIA_ITSELF ? o->name : o->path;
}

/* Symbols that the file takes from the library at the version. */
static void list_symbols(
    struct inquiry *q, struct inquiry_asker *a, const struct elf_image *image, const char *version)
{
    struct elf_symbol s;
    for (size_t i = 1; version && i < image->symbol_count && a->symbol_count < MOST_SYMBOLS; i++) {
        if (!elf_symbol_at(image, i, &s) || s.section != SHN_UNDEF || !s.version || !s.version->file ||
            strcmp(s.version->name, version) != 0 || strcmp(s.version->file, a->library) != 0)
            continue;
        if (!a->symbols)
            a->symbols = arena_alloc(&q->arena, MOST_SYMBOLS * sizeof *a->symbols);
        a->symbols[a->symbol_count++] = keep(q, s.name);
    }
}

static bool edge_needs(const struct loader_edge *edge, const char *version)
{
    for (size_t i = 0; version && i < edge->version_count; i++)
        if (strcmp(edge->versions[i].name, version) == 0)
            return true;
    return !version;
}

static void ask_edge(struct inquiry *q, const struct loader_tree *t, const struct loader_object *from,
    const struct loader_edge *edge, const char *version)
{
    const struct loader_object *o = t->objects.items[edge->to];
    struct inquiry_asker a = {
        .subject = keep(q, label(from)),
        .given = from->via == VIA_ITSELF,
        .library = keep(q, edge->name),
        .path = o->image ? keep(q, o->path) : NULL,
        .passed_over = keep(q, o->trouble ? o->trouble : o->passed_over),
        .has_version = o->image && (!version || defines_version(o->image, version)),
    };
    if (version && o->image && !a.has_version)
        a.newest_version = keep(q, newest_version(o->image, version));
    list_symbols(q, &a, from->image, version);
    vec_push(&q->askers, a);
}

int inquiry_ask_library(
    struct inquiry *q, const char *path, const char *library, const char *version, struct err *e)
{
    struct loader_tree *t = xcalloc(1, sizeof *t);
    if (loader_tree_build(t, q->machine, path, e) < 0) {
        free(t);
        return -1;
    }
    vec_push(&q->trees, t);
    const char *base = path_base(library); /* the loader's own messages name where it found it */
    vec_each (&t->objects, o)
        for (size_t i = 0; i < (*o)->edge_count && q->askers.len < MOST_ASKERS; i++)
            if (strcmp(path_base((*o)->edges[i].name), base) == 0 && edge_needs(&(*o)->edges[i], version))
                ask_edge(q, t, *o, &(*o)->edges[i], version);
    return 0;
}

/* Who is missing comes first, then by provider and name: the file's own order is that of a hash table. */
static int by_provider(const void *a, const void *b)
{
    const struct inquiry_binding *x = a, *y = b;
    bool x_lacks = x->outcome == OUTCOME_NOBODY, y_lacks = y->outcome == OUTCOME_NOBODY;
    if (x_lacks != y_lacks)
        return x_lacks ? -1 : 1;
    int order = strcmp(x->provider ? x->provider : "", y->provider ? y->provider : "");
    order = order ? order : strcmp(x->symbol, y->symbol);
    return order ? order : strcmp(x->version ? x->version : "", y->version ? y->version : "");
}

/* By the number of the symbol: it is defined in the file, for a copy. In the arena. */
static const bool *find_copies(struct inquiry *q, const struct elf_image *image)
{
    bool *copies = arena_alloc(&q->arena, image->symbol_count + 1);
    uint32_t copy = elf_copy_type(image->machine);
    struct elf_relocation_walk walk = elf_relocations(image);
    struct elf_relocation r;
    while (elf_relocation_next(&walk, &r))
        if (copy && r.type == copy)
            copies[r.symbol] = true;
    return copies;
}

struct indexed {
    const struct loader_tree *tree;
    struct definition_index *indexes; /* by object */
};

/* other: what is a copy in the file itself is looked for elsewhere. */
static void find_provider(
    const struct indexed *x, const struct elf_symbol *s, bool other, struct inquiry_binding *b)
{
    bool musl = x->tree->abi.libc == LIBC_MUSL;
    for (size_t k = 0; k < x->tree->objects.len; k++) {
        size_t i = x->tree->scope[k];
        if (!x->indexes[i].image || (other && i == 0))
            continue;
        struct definition d = definition_lookup(&x->indexes[i], s->name, b->version, musl);
        if (d.fit != DEFINES_IT)
            continue;
        const struct elf_version *v = d.symbol.version;
        b->provider = label(x->tree->objects.items[i]);
        b->provider_version = v && !(v->flags & VER_FLG_BASE) ? v->name : NULL;
        b->outcome = OUTCOME_BOUND;
        return;
    }
    b->outcome = is_exported_by_python(s->name) ? OUTCOME_PYTHON
                 : s->bind == STB_WEAK          ? OUTCOME_WEAK
                                                : OUTCOME_NOBODY;
}

int inquiry_ask_bindings(struct inquiry *q, const char *path, struct err *e)
{
    struct loader_tree *t = xcalloc(1, sizeof *t);
    if (loader_tree_build(t, q->machine, path, e) < 0) {
        free(t);
        return -1;
    }
    vec_push(&q->trees, t); /* texts of bindings point into it */
    struct indexed x = {.tree = t};
    x.indexes = arena_alloc(&q->arena, t->objects.len * sizeof *x.indexes);
    for (size_t i = 0; i < t->objects.len; i++)
        if (t->objects.items[i]->image)
            definition_index_build(&x.indexes[i], &q->arena, t->objects.items[i]->image);
    const struct elf_image *image = t->objects.items[0]->image;
    const bool *copies = find_copies(q, image);
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++) {
        if (!elf_symbol_at(image, i, &s) || (s.section != SHN_UNDEF && !copies[i]) || s.bind == STB_LOCAL)
            continue;
        struct inquiry_binding b = {.symbol = s.name, .version = s.version ? s.version->name : NULL};
        find_provider(&x, &s, copies[i], &b);
        vec_push(&q->bindings, b);
    }
    if (q->bindings.len)
        qsort(q->bindings.items, q->bindings.len, sizeof *q->bindings.items, by_provider);
    return 0;
}
