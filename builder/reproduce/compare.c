/* Trees of two stores, step by step: their manifests say what is in them, so only files that differ are read.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "reproduce/reproduce.h"
#include "store/store.h"
#include "sys/fs.h"
#include "sys/path.h"

void comparison_release(struct comparison *c)
{
    vec_release(&c->differences);
}

/* What of a kind's tree anybody gets to see, as beginnings of paths. Of the others everything names the place
 * that it is at, or is read by no later step. */
static const struct compared_kind {
    enum step_kind kind;
    const char *below[3];
} compared[] = {
    {STEP_BUILD, {""}},
    {STEP_SOURCE, {"src/"}},
    {STEP_MODULE, {"modules/", "debug/"}},
    {STEP_PROJECT, {"wheel/", "debug/"}},
    {STEP_OPENED, {"wheel/", "debug/"}},
    {STEP_PROGRAM, {"wheel/", "debug/"}},
    {STEP_BUILT_IN, {""}},
    {STEP_INTERPRETER, {""}},
    {STEP_WHEEL, {""}},
};

static bool is_compared(enum step_kind kind, const char *path)
{
    if (str_starts(path, ".staticbuild/") && !str_starts(path, ".staticbuild/licenses/"))
        return false;
    for (size_t i = 0; i < COUNT(compared); i++)
        for (size_t k = 0; compared[i].kind == kind && compared[i].below[k]; k++)
            if (str_starts(path, compared[i].below[k]))
                return true;
    return false;
}

static bool has_rows(enum step_kind kind)
{
    for (size_t i = 0; i < COUNT(compared); i++)
        if (compared[i].kind == kind)
            return true;
    return false;
}

static void add(struct comparison *c, const char *step, const char *path, const char *what, const char *first,
    const char *second)
{
    struct arena *a = c->arena;
    vec_push(&c->differences, ((struct byte_difference){arena_strdup(a, step), arena_strdup(a, path),
                                  arena_strdup(a, what), arena_strdup(a, first), arena_strdup(a, second)}));
}

int reproduce_compare_files(struct comparison *c, const char *step, const char *path, const char *first,
    const char *second, struct err *e)
{
    AUTO(mapping) struct mapping one = {0};
    AUTO(mapping) struct mapping other = {0};
    if (mapping_open(&one, first, e) < 0 || mapping_open(&other, second, e) < 0)
        return -1;
    const char *what = bytes_difference(c->arena, (struct slice){(const char *)one.bytes, one.size},
        (struct slice){(const char *)other.bytes, other.size});
    if (what)
        add(c, step, path, what, first, second);
    return 0;
}

/* Two trees, and what is said of them. */
struct tree_pair {
    struct comparison *c;
    const struct step *step;
    char *first, *second;
    struct manifest one, other;
};

static int compare_entry(
    struct tree_pair *p, const struct manifest_entry *x, const struct manifest_entry *y, struct err *e)
{
    const char *path = x ? x->path : y->path;
    AUTO_FREE char *first = path_join(p->first, path), *second = path_join(p->second, path);
    const char *what = !y                           ? "is missing the second time"
                       : !x                         ? "was missing the first time"
                       : x->kind != y->kind         ? "is of another kind"
                       : (x->mode ^ y->mode) & 0100 ? "can be run the one time and not the other"
                       : x->kind == ENTRY_LINK      ? "leads elsewhere"
                                                    : NULL;
    bool same =
        x && y && x->kind == y->kind && strcmp(x->content, y->content) == 0 && !((x->mode ^ y->mode) & 0100);
    p->c->file_count += x && x->kind == ENTRY_FILE;
    if (same)
        return 0;
    if (!what)
        return reproduce_compare_files(p->c, p->step->label, path, first, second, e);
    add(p->c, p->step->label, path, what, first, second);
    return 0;
}

static int compare_entries(struct tree_pair *p, struct err *e)
{
    enum step_kind kind = p->step->kind;
    for (size_t i = 0; i < p->one.entry_count; i++) {
        const struct manifest_entry *x = &p->one.entries[i];
        if (is_compared(kind, x->path) && compare_entry(p, x, manifest_find(&p->other, x->path), e) < 0)
            return -1;
    }
    for (size_t i = 0; i < p->other.entry_count; i++) {
        const struct manifest_entry *y = &p->other.entries[i];
        if (is_compared(kind, y->path) && !manifest_find(&p->one, y->path) &&
            compare_entry(p, NULL, y, e) < 0)
            return -1;
    }
    return 0;
}

static int compare_trees(struct tree_pair *p, struct err *e)
{
    struct arena *a = p->c->arena;
    manifest_init(&p->one, a);
    manifest_init(&p->other, a);
    int first = manifest_read(&p->one, p->first, e);
    int second = first < 0 ? -1 : manifest_read(&p->other, p->second, e);
    int failed = second < 0 ? -1 : 0;
    if (!failed && first && second) {
        p->c->step_count++;
        failed = compare_entries(p, e);
    }
    manifest_release(&p->one);
    manifest_release(&p->other);
    return failed;
}

static const struct step *counterpart(const struct plan *plan, const struct step *s)
{
    for (size_t i = 0; i < plan->len; i++)
        if (plan->steps[i].kind == s->kind && strcmp(plan->steps[i].slot, s->slot) == 0)
            return &plan->steps[i];
    return NULL;
}

int reproduce_compare(struct comparison *c, const struct plan *first, const char *first_root,
    const struct plan *second, const char *second_root, struct err *e)
{
    struct store one = {.root = (char *)(uintptr_t)first_root},
                 other = {.root = (char *)(uintptr_t)second_root};
    for (size_t i = 0; i < first->len; i++) {
        const struct step *s = &first->steps[i], *t = has_rows(s->kind) ? counterpart(second, s) : NULL;
        if (!t)
            continue;
        struct tree_pair p = {.c = c,
            .step = s,
            .first = store_tree_path(&one, s->name, &s->key),
            .second = store_tree_path(&other, t->name, &t->key)};
        int failed = compare_trees(&p, e);
        free(p.first);
        free(p.second);
        if (failed)
            return -1;
    }
    return 0;
}
