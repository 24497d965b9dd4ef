/* One link: from one recipe, everything it needs, each name once. Who asks for what depends on the variants,
 * and the variants on who asks; so rounds are made until nothing changes. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "recipe/version.h"
#include "resolve/internal.h"

enum { MOST_ROUNDS = 64 };

static bool satisfies_all(const struct pending *p, const char *version)
{
    for (size_t i = 0; i < p->asked_len; i++)
        if (p->asked[i].requirement && !version_satisfies(version, p->asked[i].requirement->constraint))
            return false;
    return true;
}

static const char *choose_version(struct resolver *r, const struct pending *p)
{
    struct texts versions = recipe_file_versions(p->file);
    for (size_t i = 0; i < versions.len; i++)
        if (satisfies_all(p, versions.items[i]))
            return versions.items[i];
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_addf(&text, "%s: no version answers everyone who needs it; there %s", recipe_file_path(p->file),
        versions.len == 1 ? "is" : "are");
    for (size_t i = 0; i < versions.len; i++)
        strbuf_addf(&text, "%s %s", i ? "," : "", versions.items[i]);
    for (size_t i = 0; i < p->asked_len; i++)
        strbuf_addf(&text, "\n  %s", path_of_asking(r, &p->asked[i], p->name));
    err_add(r->error, ERR_RECIPE, "%s", text.ptr);
    return NULL;
}

/* On: what anyone asks for, and the defaults that nobody turned off. */
static struct texts choose_features(struct resolver *r, const struct pending *p)
{
    struct texts all = recipe_file_features(p->file);
    struct texts on = {arena_alloc(r->arena, (all.len + 1) * sizeof *on.items), 0};
    for (size_t i = 0; i < all.len; i++) {
        bool wanted = false, refused = false;
        for (size_t k = 0; k < p->asked_len; k++) {
            const struct requirement *q = p->asked[k].requirement;
            for (size_t f = 0; q && f < q->features_len; f++) {
                bool same = strcmp(q->features[f].name, all.items[i]) == 0;
                wanted |= same && q->features[f].on;
                refused |= same && !q->features[f].on;
            }
        }
        if (wanted || (!refused && recipe_file_feature_default(p->file, all.items[i])))
            on.items[on.len++] = all.items[i];
    }
    return on;
}

static int check_features(struct resolver *r, const struct requirement *q, const struct recipe_file *f)
{
    struct texts all = recipe_file_features(f);
    int failed = 0;
    for (size_t i = 0; i < q->features_len; i++) {
        const char *name = q->features[i].name, *near = NULL;
        bool known = false;
        for (size_t k = 0; k < all.len; k++) {
            known |= strcmp(all.items[k], name) == 0;
            if (str_distance(all.items[k], name, 2) <= 2)
                near = all.items[k];
        }
        if (known)
            continue;
        failed = err_add(r->error, ERR_RECIPE, "%s:%d:%d: %s has no feature \"%s\"%s%s%s", q->at.file,
            q->at.line, q->at.column, q->name, name, near ? " (did you mean \"" : "", near ? near : "",
            near ? "\"?)" : "");
    }
    return failed;
}

static struct pending *pending_of(struct resolver *r, struct recipe_file *f)
{
    const char *name = recipe_file_name(f);
    struct pending *p = map_get(&r->pending, name);
    if (!p) {
        p = arena_new(r->arena, struct pending);
        p->name = name;
        p->file = f;
        map_set(&r->pending, name, p);
    }
    return p;
}

static void ask(struct resolver *r, struct pending *p, const struct pending *by, const struct requirement *q)
{
    if (p->asked_len == p->asked_cap) {
        size_t cap = p->asked_cap ? p->asked_cap * 2 : 4;
        struct asking *grown = arena_alloc(r->arena, cap * sizeof *grown);
        if (p->asked_len)
            memcpy(grown, p->asked, p->asked_len * sizeof *grown);
        p->asked = grown;
        p->asked_cap = cap;
    }
    p->asked[p->asked_len++] = (struct asking){by, q};
}

static const char *wrong_kind(enum recipe_kind kind, const struct requirement *q, bool as_tool)
{
    if (!as_tool)
        return kind == RECIPE_LIBRARY ? NULL : "only libraries can be linked";
    if (q->program)
        return kind == RECIPE_LIBRARY ? NULL : "NAME:PROGRAM is for programs of libraries";
    return kind == RECIPE_TOOL ? NULL
                               : "only tools, and programs of libraries as \"NAME:PROGRAM\", can be run";
}

/* The recipe that a requirement means, or NULL: told, or (for tools) the machine's business. */
static struct pending *follow(
    struct resolver *r, const struct pending *from, const struct requirement *q, bool as_tool)
{
    AUTO_FREE char *path = recipe_locate(r->request, recipe_file_path(from->file), q->name);
    if (!path) {
        if (!as_tool || q->program)
            err_add(r->error, ERR_RECIPE,
                "%s:%d:%d: there is no recipe named \"%s\" beside this one, in its lib/, or among those "
                "installed",
                q->at.file, q->at.line, q->at.column, q->name);
        return NULL;
    }
    struct recipe_file *f = resolver_load(r, path);
    if (!f)
        return NULL;
    const char *wrong = wrong_kind(recipe_file_kind(f), q, as_tool);
    if (wrong) {
        err_add(r->error, ERR_RECIPE, "%s:%d:%d: %s is of kind \"%s\": %s", q->at.file, q->at.line,
            q->at.column, q->name, recipe_kind_name(recipe_file_kind(f)), wrong);
        return NULL;
    }
    return check_features(r, q, f) < 0 ? NULL : pending_of(r, f);
}

static void follow_all(struct resolver *r, struct pending *p, const struct requirements *list, bool as_tool,
    struct pending ***edges, size_t *len)
{
    *edges = arena_alloc(r->arena, (list->len + 1) * sizeof **edges);
    *len = 0;
    for (size_t i = 0; i < list->len; i++) {
        struct pending *to = follow(r, p, &list->items[i], as_tool);
        if (to) {
            ask(r, to, p, &list->items[i]);
            (*edges)[(*len)++] = to;
        } else if (as_tool && !list->items[i].program) {
            p->host[p->host_len++] =
                (struct host_requirement){list->items[i].name, list->items[i].constraint, list->items[i].at};
        }
    }
}

/* Chooses p's variant from who asked in the last round; true when it is another than before. */
static bool choose(struct resolver *r, struct pending *p)
{
    const char *version = choose_version(r, p);
    if (!version)
        return false;
    struct texts on = choose_features(r, p);
    const struct recipe *before = p->recipe;
    bool same = before && strcmp(before->version, version) == 0 && before->features.len == on.len;
    for (size_t i = 0; same && i < on.len; i++)
        same = strcmp(before->features.items[i], on.items[i]) == 0;
    if (same)
        return false;
    struct err e = ERR_INIT;
    p->recipe = recipe_variant(r->arena, p->file, version, on, r->request->target, &e);
    if (!p->recipe)
        err_add(r->error, e.kind, "%s", e.text);
    err_release(&e);
    return true;
}

/* Walks from root over the variants at hand, collecting who asks for what anew. */
static void walk(struct resolver *r, struct pending *root)
{
    for (size_t i = 0; i < r->pending.len; i++) {
        struct pending *p = r->pending.entries[i].value;
        p->asked_len = 0;
        p->reached = false;
    }
    ask(r, root, NULL, NULL);
    VEC(struct pending *) queue = {0};
    vec_push(&queue, root);
    root->reached = true;
    for (size_t at = 0; at < queue.len; at++) {
        struct pending *p = queue.items[at];
        if (!p->recipe && !choose(r, p))
            continue;
        if (!p->recipe)
            continue;
        p->host = arena_alloc(r->arena, (p->recipe->tools.len + 1) * sizeof *p->host);
        p->host_len = 0;
        follow_all(r, p, &p->recipe->libraries, false, &p->libraries, &p->libraries_len);
        follow_all(r, p, &p->recipe->build_libraries, false, &p->builds, &p->builds_len);
        follow_all(r, p, &p->recipe->tools, true, &p->tools, &p->tools_len);
        struct {
            struct pending **items;
            size_t len;
        } groups[] = {{p->libraries, p->libraries_len}, {p->builds, p->builds_len}, {p->tools, p->tools_len}};
        for (size_t g = 0; g < 3; g++)
            for (size_t i = 0; i < groups[g].len; i++)
                if (!groups[g].items[i]->reached) {
                    groups[g].items[i]->reached = true;
                    vec_push(&queue, groups[g].items[i]);
                }
    }
    vec_release(&queue);
}

struct pending *unify(struct resolver *r, const char *path)
{
    struct recipe_file *f = resolver_load(r, path);
    if (!f)
        return NULL;
    map_release(&r->pending);
    struct pending *root = pending_of(r, f);
    for (int round = 0; round < MOST_ROUNDS; round++) {
        walk(r, root);
        if (r->error->text)
            return NULL;
        bool changed = false;
        for (size_t i = 0; i < r->pending.len; i++) {
            struct pending *p = r->pending.entries[i].value;
            if (p->reached)
                changed |= choose(r, p);
        }
        if (r->error->text)
            return NULL;
        if (!changed)
            return root;
    }
    err_set(r->error, ERR_RECIPE,
        "%s: features and versions that turn each other on and off: no choice holds", path);
    return NULL;
}
