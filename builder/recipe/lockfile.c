/* A lock file is read, and looked into. */
#include "recipe/lockfile.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "recipe/internal.h"
#include "recipe/location.h"
#include "sys/fs.h"

/* NULL stands before everything. */
static int compare_texts(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int compare_lists(const struct texts *a, const struct texts *b)
{
    for (size_t i = 0; i < a->len && i < b->len; i++) {
        int order = strcmp(a->items[i], b->items[i]);
        if (order)
            return order;
    }
    return a->len < b->len ? -1 : a->len > b->len;
}

static int by_name(const void *pa, const void *pb)
{
    const struct locked_recipe *a = pa, *b = pb;
    return a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : strcmp(a->name, b->name);
}

static int by_recipe(const void *pa, const void *pb)
{
    const struct locked_recipe *a = pa, *b = pb;
    int order = by_name(a, b);
    order = order ? order : compare_texts(a->version, b->version);
    return order ? order : compare_lists(&a->features, &b->features);
}

static int by_place(const void *pa, const void *pb)
{
    const struct locked_environment *a = pa, *b = pb;
    int order = strcmp(a->project, b->project);
    order = order ? order : strcmp(a->platform, b->platform);
    return order ? order : strcmp(a->python, b->python);
}

static int by_environment(const void *pa, const void *pb)
{
    const struct locked_environment *a = pa, *b = pb;
    int order = by_place(a, b);
    return order ? order : compare_lists(&a->requires, &b->requires);
}

static int by_crates(const void *pa, const void *pb)
{
    const struct locked_crates *a = pa, *b = pb;
    int order = strcmp(a->project, b->project);
    return order ? order : strcmp(a->file, b->file);
}

/* For sorting: nothing is equal but what says the same. */
static int by_whole_recipe(const void *pa, const void *pb)
{
    const struct locked_recipe *a = pa, *b = pb;
    int order = by_recipe(a, b);
    for (size_t i = 0; !order && i < a->source_count && i < b->source_count; i++)
        order = strcmp(a->sources[i].sha256, b->sources[i].sha256);
    return order ? order : (a->source_count > b->source_count) - (a->source_count < b->source_count);
}

static int by_whole_environment(const void *pa, const void *pb)
{
    const struct locked_environment *a = pa, *b = pb;
    int order = by_environment(a, b);
    return order ? order : compare_lists(&a->packages, &b->packages);
}

static int by_whole_crates(const void *pa, const void *pb)
{
    const struct locked_crates *a = pa, *b = pb;
    int order = by_crates(a, b);
    return order ? order : strcmp(a->sha256, b->sha256);
}

bool locked_recipes_equal(const struct locked_recipe *a, const struct locked_recipe *b)
{
    return by_whole_recipe(a, b) == 0;
}

static void sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    if (count > 1)
        qsort(items, count, size, compare);
}

bool locked_environments_equal(const struct locked_environment *a, const struct locked_environment *b)
{
    return by_environment(a, b) == 0;
}

void lockfile_sort(struct lockfile *l)
{
    sort(l->recipes, l->recipe_count, sizeof *l->recipes, by_whole_recipe);
    sort(l->environments, l->environment_count, sizeof *l->environments, by_whole_environment);
    sort(l->crates, l->crates_count, sizeof *l->crates, by_whole_crates);
}

/* What the index has of a project is fetched as the lock says, so that the lock may say nothing else. */
static void check_project(struct checker *c, const struct toml_node *recipe, const struct locked_recipe *r)
{
    static const char scheme[] = "pypi:";
    for (size_t i = 0; i < r->source_count; i++)
        for (size_t k = 0; k < r->sources[i].urls.len; k++) {
            const char *url = r->sources[i].urls.items[k];
            struct location at = {0};
            AUTO(err) struct err why = ERR_INIT;
            if (str_starts(url, scheme) && location_parse(&at, url, &why) < 0)
                mistake_add(&c->mistakes, recipe->pos, "its location \"%s\" is none: %s", url, why.text);
            location_release(&at);
        }
}

static int check_all(struct checker *c, struct err *e)
{
    int failed = mistakes_report(&c->mistakes, e);
    checker_release(c);
    return failed;
}

/* From the root of its tree. */
static int decode(
    struct lockfile *l, struct arena *a, const char *file, const struct toml_node *root, struct err *e)
{
    struct checker c = {.a = a, .mistakes.file = file, .whole = "the lock"};
    check_table(&c, &lockfile_schema, root, "");
    if (check_all(&c, e) < 0)
        return -1;
    table_decode(a, file, &lockfile_schema, root, l);
    size_t i = 0;
    toml_each (toml_get(root, "recipe"), it)
        check_project(&c, it, &l->recipes[i++]);
    if (check_all(&c, e) < 0)
        return -1;
    lockfile_sort(l);
    return 0;
}

int lockfile_parse(
    struct lockfile *l, struct arena *a, const char *path, const char *text, size_t len, struct err *e)
{
    const char *file = arena_strdup(a, path);
    const struct toml_node *root = toml_parse(a, file, text, len, e);
    *l = (struct lockfile){0};
    return root ? decode(l, a, file, root, e) : -1;
}

int lockfile_read(struct lockfile *l, struct arena *a, const char *path, struct err *e)
{
    const struct toml_node *root;
    const char *file = arena_strdup(a, path);
    *l = (struct lockfile){0};
    int there = toml_read_file(&root, a, file, e);
    if (there < 0)
        e->kind = e->kind == ERR_REFUSED ? e->kind : ERR_RECIPE;
    return there <= 0 ? there : decode(l, a, file, root, e) < 0 ? -1 : 1;
}

/* The first of those that are equal to the sought one; how many they are. */
static const void *find(const void *sought, const void *items, size_t count, size_t size,
    int (*compare)(const void *, const void *), size_t *found)
{
    const char *base = items, *at = count ? bsearch(sought, items, count, size, compare) : NULL;
    *found = 0;
    if (!at)
        return NULL;
    while (at > base && compare(sought, at - size) == 0)
        at -= size;
    for (const char *p = at; p < base + count * size && compare(sought, p) == 0; p += size)
        ++*found;
    return at;
}

const struct locked_recipe *lockfile_recipes(
    const struct lockfile *l, enum recipe_kind kind, const char *name, size_t *count)
{
    struct locked_recipe sought = {.kind = kind, .name = name};
    return find(&sought, l->recipes, l->recipe_count, sizeof *l->recipes, by_name, count);
}

const struct locked_environment *lockfile_environments(
    const struct lockfile *l, const char *project, const char *python, const char *platform, size_t *count)
{
    struct locked_environment sought = {.project = project, .python = python, .platform = platform};
    return find(&sought, l->environments, l->environment_count, sizeof *l->environments, by_place, count);
}

const struct locked_environment *lockfile_environment(
    const struct lockfile *l, const struct locked_environment *like)
{
    size_t count;
    return find(like, l->environments, l->environment_count, sizeof *l->environments, by_environment, &count);
}

const struct locked_crates *lockfile_crates(const struct lockfile *l, const char *project, const char *file)
{
    struct locked_crates sought = {.project = project, .file = file};
    size_t count;
    return find(&sought, l->crates, l->crates_count, sizeof *l->crates, by_crates, &count);
}

bool packages_have(const struct texts *packages, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < packages->len; i++)
        if (strncmp(packages->items[i], name, len) == 0 && packages->items[i][len] == '=')
            return true;
    return false;
}
