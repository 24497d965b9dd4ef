/* What is another than what was locked, in sentences. */
#include <string.h>

#include "recipe/lockfile.h"
#include "recipe/location_shown.h"
#include "base/cleanup.h"
#include "base/str.h"

/* Of a hash as much as tells two apart. */
enum { SHOWN_DIGITS = 12 };

struct lock_comparison {
    struct texts *out;
    struct arena *a;
    const struct lockfile *locked;
};

static bool same_lists(const struct texts *a, const struct texts *b)
{
    for (size_t i = 0; i < a->len && i < b->len; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return a->len == b->len;
}

static const char *joined(struct arena *a, const struct texts *list)
{
    AUTO(strbuf) struct strbuf out = {0};
    strbuf_add_joined(&out, list, "", ", ");
    return list->len ? arena_strdup(a, strbuf_str(&out)) : "nothing";
}

static const char *versions_of(struct arena *a, const struct locked_recipe *all, size_t count)
{
    struct texts versions = {0};
    for (size_t i = 0; i < count; i++)
        texts_add_once(&versions, a, all[i].version ? all[i].version : "a folder");
    return joined(a, &versions);
}

static bool same_version(const struct locked_recipe *a, const struct locked_recipe *b)
{
    return a->version && b->version ? strcmp(a->version, b->version) == 0 : a->version == b->version;
}

static bool has_source(const struct locked_recipe *r, const char *sha256)
{
    for (size_t i = 0; i < r->source_count; i++)
        if (strcmp(r->sources[i].sha256, sha256) == 0)
            return true;
    return false;
}

static void compare_sources(
    struct lock_comparison *c, const struct locked_recipe *locked, const struct locked_recipe *now)
{
    for (size_t i = 0; i < now->source_count; i++) {
        const struct locked_source *s = &now->sources[i];
        if (has_source(locked, s->sha256))
            continue;
        AUTO_FREE char *file = location_file_name(s->urls.len ? s->urls.items[0] : s->sha256);
        texts_add(c->out, c->a,
            arena_strf(c->a, "%s %s: its source %s has the SHA-256 %.*s…, which is not the one of the lock",
                now->name, now->version ? now->version : "", file, SHOWN_DIGITS, s->sha256));
    }
}

/* Of one name there may be several, with other features. */
static void compare_recipe(struct lock_comparison *c, const struct locked_recipe *now)
{
    size_t count;
    const struct locked_recipe *all = lockfile_recipes(c->locked, now->kind, now->name, &count);
    const struct locked_recipe *same = NULL;
    const char *kind = recipe_kind_name(now->kind), *version = now->version ? now->version : "";
    for (size_t i = 0; i < count; i++)
        if (same_version(&all[i], now) && (!same || same_lists(&all[i].features, &now->features)))
            same = &all[i];
    if (!count)
        texts_add(c->out, c->a, arena_strf(c->a, "%s %s %s is not in the lock", kind, now->name, version));
    else if (!same)
        texts_add(c->out, c->a,
            arena_strf(c->a, "%s %s is %s, and %s in the lock", kind, now->name,
                now->version ? version : "a folder", versions_of(c->a, all, count)));
    else if (!same_lists(&same->features, &now->features))
        texts_add(c->out, c->a,
            arena_strf(c->a, "%s %s %s has the features %s, and %s in the lock", kind, now->name, version,
                joined(c->a, &now->features), joined(c->a, &same->features)));
    else
        compare_sources(c, same, now);
}

static const char *label_of(struct arena *a, const struct locked_environment *v)
{
    return arena_strf(a, "the build environment of %s for %s", v->project, v->python);
}

static void compare_packages(
    struct lock_comparison *c, const struct locked_environment *locked, const struct locked_environment *now)
{
    struct texts theirs = {0}, ours = {0};
    for (size_t i = 0; i < now->packages.len; i++)
        if (!texts_have(&locked->packages, now->packages.items[i]))
            texts_add(&ours, c->a, now->packages.items[i]);
    for (size_t i = 0; i < locked->packages.len; i++)
        if (!texts_have(&now->packages, locked->packages.items[i]))
            texts_add(&theirs, c->a, locked->packages.items[i]);
    texts_add(c->out, c->a,
        arena_strf(c->a, "%s has %s, and %s in the lock", label_of(c->a, now), joined(c->a, &ours),
            joined(c->a, &theirs)));
}

static void compare_environment(struct lock_comparison *c, const struct locked_environment *now)
{
    const struct locked_environment *same = lockfile_environment(c->locked, now);
    size_t count;
    if (same) {
        if (!same_lists(&same->packages, &now->packages))
            compare_packages(c, same, now);
        return;
    }
    const struct locked_environment *others =
        lockfile_environments(c->locked, now->project, now->python, now->platform, &count);
    texts_add(c->out, c->a,
        others ? arena_strf(c->a, "%s requires %s, and the lock has it for %s", label_of(c->a, now),
                     joined(c->a, &now->requires), joined(c->a, &others[count - 1].requires))
               : arena_strf(c->a, "%s is not in the lock", label_of(c->a, now)));
}

static void compare_crates(struct lock_comparison *c, const struct locked_crates *now)
{
    const struct locked_crates *same = lockfile_crates(c->locked, now->project, now->file);
    if (!same)
        texts_add(c->out, c->a, arena_strf(c->a, "%s of %s is not in the lock", now->file, now->project));
    else if (strcmp(same->sha256, now->sha256) != 0)
        texts_add(c->out, c->a,
            arena_strf(c->a, "%s of %s has the SHA-256 %.*s…, and %.*s… in the lock", now->file, now->project,
                SHOWN_DIGITS, now->sha256, SHOWN_DIGITS, same->sha256));
}

void lockfile_differences(
    struct texts *out, struct arena *a, const struct lockfile *locked, const struct lockfile *now)
{
    struct lock_comparison c = {out, a, locked};
    for (size_t i = 0; i < now->recipe_count; i++)
        compare_recipe(&c, &now->recipes[i]);
    for (size_t i = 0; i < now->environment_count; i++)
        compare_environment(&c, &now->environments[i]);
    for (size_t i = 0; i < now->crates_count; i++)
        compare_crates(&c, &now->crates[i]);
}
