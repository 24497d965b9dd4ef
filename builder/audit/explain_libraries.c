/* What is really taken from each needed library: imports with a version name theirs; for those without one
 * the libraries of this machine are asked, in the order in which they would be loaded. */
#include <string.h>

#include "audit/explain_internal.h"
#include "base/cleanup.h"
#include "loader/definition.h"

struct library_taking {
    struct check *c;
    struct loader_tree tree;
    bool has_tree;
    struct definition_index *indexes; /* by object of the tree */
    struct map by_library;            /* struct audit_needed by name */
};

static void take(struct library_taking *t, struct audit_needed *n, const char *symbol)
{
    if (n->taken_total++ >= AUDIT_EVIDENCE_MAX)
        return;
    if (!n->taken)
        n->taken = arena_alloc(&t->c->report->arena, AUDIT_EVIDENCE_MAX * sizeof *n->taken);
    n->taken[n->taken_count++] = keep(t->c, symbol);
}

/* Builds the tree that a loader would load on this machine. */
static void build_tree(struct library_taking *t)
{
    const struct audit_context *context = t->c->context;
    const char *path = context->wheel_path ? NULL : context->subject;
    if (!context->sources)
        return;
    loader_tree_build_image(&t->tree, &context->sources->machine, path, t->c->image);
    t->has_tree = true;
    t->indexes = arena_alloc(t->c->scratch, t->tree.objects.len * sizeof *t->indexes);
    for (size_t i = 1; i < t->tree.objects.len; i++)
        if (t->tree.objects.items[i]->image)
            definition_index_build(&t->indexes[i], t->c->scratch, t->tree.objects.items[i]->image);
    const struct loader_object *first = t->tree.objects.items[0];
    for (size_t i = 0; i < first->edge_count; i++) {
        struct audit_needed *n = map_get(&t->by_library, first->edges[i].name);
        const struct loader_object *o = t->tree.objects.items[first->edges[i].to];
        if (n && o->image)
            n->found = keep(t->c, o->path);
    }
}

/* The needed library that leads to the object, or NULL: it is loaded on behalf of another one. */
static struct audit_needed *needed_of(const struct library_taking *t, size_t object)
{
    const struct loader_object *first = t->tree.objects.items[0];
    for (size_t i = 0; i < first->edge_count; i++)
        if (first->edges[i].to == object)
            return map_get(&t->by_library, first->edges[i].name);
    return NULL;
}

static void take_unversioned(struct library_taking *t, const struct import *import)
{
    bool musl = t->c->facts->libc == LIBC_MUSL;
    for (size_t i = 1; t->has_tree && i < t->tree.objects.len; i++) {
        if (!t->indexes[i].image)
            continue;
        if (definition_lookup(&t->indexes[i], import->name, NULL, musl).fit != DEFINES_IT)
            continue;
        struct audit_needed *n = needed_of(t, i);
        if (n)
            take(t, n, import->name);
        return;
    }
}

static void judge_use(struct audit_needed *n)
{
    if (n->taken_total)
        n->use = AUDIT_USED;
    else if (n->found || library_versions_everything(n->library))
        n->use = AUDIT_UNUSED;
    else
        n->use = AUDIT_USE_UNKNOWN;
}

void explain_libraries(struct check *c)
{
    struct library_taking t = {.c = c};
    struct audit_report *r = c->report;
    for (size_t i = 0; i < r->needed_count; i++)
        if (!map_get(&t.by_library, r->needed[i].library))
            map_set(&t.by_library, r->needed[i].library, &r->needed[i]);
    build_tree(&t);
    for (size_t i = 0; i < c->facts->import_count; i++) {
        const struct import *import = &c->facts->imports[i];
        if (import->version && import->version->file) {
            struct audit_needed *n = map_get(&t.by_library, import->version->file);
            if (n)
                take(&t, n, import->name);
        } else if (!import->python) {
            take_unversioned(&t, import);
        }
    }
    for (size_t i = 0; i < r->needed_count; i++)
        judge_use(&r->needed[i]);
    if (t.has_tree)
        loader_tree_release(&t.tree);
    map_release(&t.by_library);
}
