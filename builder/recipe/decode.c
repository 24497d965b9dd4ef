/* From a checked tree to struct recipe, driven by the schema. */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "recipe/internal.h"
#include "recipe/location_shown.h"
#include "recipe/lockfile.h"
#include "recipe/project_row.h"
#include "recipe/requirement.h"
#include "sys/path.h"

/* Every list of a decoded struct is a pointer followed by its count. */
struct list {
    void *items;
    size_t len;
};

/* Lists of structs and of lists are written through struct list: their members stand as there. */
#define IS_LIST(type, member, count)                                                              \
    static_assert(offsetof(type, count) - offsetof(type, member) == offsetof(struct list, len) && \
                      sizeof(((type *)0)->member) == sizeof(void *),                              \
        #member " is a pointer followed by its count")
IS_LIST(struct build_spec, options, option_count);
IS_LIST(struct build_spec, targets, target_count);
IS_LIST(struct build_spec, steps, step_count);
IS_LIST(struct provides, link_groups, link_group_count);
IS_LIST(struct wheel_spec, packages, package_count);
IS_LIST(struct wheel_spec, data, data_count);
IS_LIST(struct module_spec, files, file_count);
IS_LIST(struct recipe, sources, source_count);
IS_LIST(struct recipe, patches, patch_count);
IS_LIST(struct recipe, modules, module_count);
IS_LIST(struct project_row, settings, setting_count);
IS_LIST(struct project_row, patches, patch_count);
IS_LIST(struct lockfile, recipes, recipe_count);
IS_LIST(struct lockfile, environments, environment_count);
IS_LIST(struct lockfile, crates, crates_count);
IS_LIST(struct locked_recipe, sources, source_count);

struct recipe_decoder {
    struct arena *a;
    const char *path; /* of the file */
    const struct recipe_file *file;
    const struct recipe *recipe;
};

static void decode_table(
    struct recipe_decoder *d, const struct schema_table *table, const struct toml_node *node, void *to);

static struct position position_of(const struct recipe_decoder *d, struct toml_pos at)
{
    return (struct position){d->path, (int)at.line, (int)at.column};
}

static struct texts decode_texts(struct recipe_decoder *d, const struct toml_node *array)
{
    struct texts texts = {arena_alloc(d->a, (array->list.len + 1) * sizeof *texts.items), 0};
    toml_each (array, it)
        texts.items[texts.len++] = it->string;
    return texts;
}

/* A boolean is spelt as Python spells it: only Cython's directives have them here. */
static const char *scalar_text(struct recipe_decoder *d, const struct toml_node *node)
{
    if (node->type == TOML_BOOL)
        return node->boolean ? "True" : "False";
    if (node->type == TOML_INT)
        return arena_strf(d->a, "%lld", (long long)node->integer);
    return node->string;
}

/* Of a table in which a list stands for its key as often as it is long. */
static size_t count_values(const struct toml_node *table)
{
    size_t len = 0;
    toml_each (table, it)
        len += it->type == TOML_ARRAY ? it->list.len : 1;
    return len;
}

static struct pairs decode_pairs(struct recipe_decoder *d, const struct toml_node *table)
{
    struct pairs pairs = {arena_alloc(d->a, count_values(table) * sizeof *pairs.items), 0};
    toml_each (table, it) {
        if (it->type != TOML_ARRAY)
            pairs.items[pairs.len++] = (struct pair){it->key, scalar_text(d, it)};
        else
            toml_each (it, element)
                pairs.items[pairs.len++] = (struct pair){it->key, element->string};
    }
    return pairs;
}

static struct pairs decode_groups(struct recipe_decoder *d, const struct toml_node *table)
{
    size_t len = 0;
    toml_each (table, group)
        len += group->list.len;
    struct pairs pairs = {arena_alloc(d->a, len * sizeof *pairs.items), 0};
    toml_each (table, group)
        toml_each (group, it)
            pairs.items[pairs.len++] =
                (struct pair){arena_strf(d->a, "%s:%s", group->key, it->key), it->string};
    return pairs;
}

static struct option decode_option(
    struct recipe_decoder *d, const struct toml_node *named, const struct toml_node *value)
{
    struct option option = {.key = named->key, .at = position_of(d, named->key_pos)};
    option.type = value->type == TOML_BOOL ? OPTION_BOOL : value->type == TOML_INT ? OPTION_INT : OPTION_TEXT;
    if (value->type == TOML_BOOL)
        option.yes = value->boolean;
    else
        option.text = scalar_text(d, value);
    return option;
}

static struct list decode_options(struct recipe_decoder *d, const struct toml_node *table)
{
    struct option *options = arena_alloc(d->a, count_values(table) * sizeof *options);
    size_t len = 0;
    toml_each (table, it) {
        if (it->type != TOML_ARRAY)
            options[len++] = decode_option(d, it, it);
        else
            toml_each (it, element) {
                options[len] = decode_option(d, it, element);
                options[len++].is_listed = true;
            }
    }
    return (struct list){options, len};
}

static struct requirements decode_requirements(struct recipe_decoder *d, const struct toml_node *array)
{
    struct requirements all = {arena_alloc(d->a, array->list.len * sizeof *all.items), 0};
    toml_each (array, it) {
        struct requirement *r = &all.items[all.len++];
        requirement_parse(d->a, it->string, r);
        r->at = position_of(d, it->pos);
    }
    return all;
}

static struct list decode_text_lists(struct recipe_decoder *d, const struct toml_node *array)
{
    struct texts *lists = arena_alloc(d->a, array->list.len * sizeof *lists);
    size_t len = 0;
    toml_each (array, it)
        lists[len++] = decode_texts(d, it);
    return (struct list){lists, len};
}

static struct list decode_tables(
    struct recipe_decoder *d, const struct schema_table *table, const struct toml_node *array)
{
    char *items = arena_alloc(d->a, array->list.len * table->size);
    size_t len = 0;
    toml_each (array, it) {
        char *item = items + len++ * table->size;
        if (table->at_offset != SCHEMA_NO_POSITION)
            *(struct position *)(item + table->at_offset) = position_of(d, it->pos);
        decode_table(d, table, it, item);
    }
    return (struct list){items, len};
}

static struct list decode_items(
    struct recipe_decoder *d, const struct schema_table *table, const struct toml_node *array)
{
    const struct schema_key *first = &table->keys[0];
    char *items = arena_alloc(d->a, array->list.len * table->size);
    size_t len = 0;
    toml_each (array, it) {
        char *item = items + len++ * table->size;
        if (it->type == TOML_TABLE)
            decode_table(d, table, it, item);
        else if (first->kind == SCHEMA_TEXT)
            *(const char **)(item + first->offset) = it->string;
        else
            *(struct texts *)(item + first->offset) =
                (struct texts){arena_memdup(d->a, &it->string, sizeof(char *)), 1};
    }
    return (struct list){items, len};
}

static unsigned word_index(const char *const *words, const char *word)
{
    unsigned i = 0;
    while (words[i] && strcmp(words[i], word) != 0)
        i++;
    return i;
}

static void decode_value(
    struct recipe_decoder *d, const struct schema_key *key, const struct toml_node *node, void *to)
{
    switch (key->kind) {
    case SCHEMA_TEXT:
        *(const char **)to = node->string;
        break;
    case SCHEMA_WORD:
        *(unsigned *)to = word_index(key->words, node->string);
        break;
    case SCHEMA_WORD_FLAG:
        *(bool *)to = word_index(key->words, node->string) == 1;
        break;
    case SCHEMA_FLAG:
        *(bool *)to = node->boolean;
        break;
    case SCHEMA_COUNT:
        *(unsigned *)to = (unsigned)node->integer;
        break;
    case SCHEMA_TEXTS:
        *(struct texts *)to = decode_texts(d, node);
        break;
    case SCHEMA_TEXT_LISTS:
        *(struct list *)to = decode_text_lists(d, node);
        break;
    case SCHEMA_PAIRS:
        *(struct pairs *)to = decode_pairs(d, node);
        break;
    case SCHEMA_GROUPS:
        *(struct pairs *)to = decode_groups(d, node);
        break;
    case SCHEMA_OPTIONS:
        *(struct list *)to = decode_options(d, node);
        break;
    case SCHEMA_REQUIREMENTS:
        *(struct requirements *)to = decode_requirements(d, node);
        break;
    case SCHEMA_TABLE:
        decode_table(d, key->table, node, to);
        break;
    case SCHEMA_TABLES:
        *(struct list *)to = decode_tables(d, key->table, node);
        break;
    case SCHEMA_ITEMS:
        *(struct list *)to = decode_items(d, key->table, node);
        break;
    case SCHEMA_OVERLAYS:
        break;
    }
}

static void decode_table(
    struct recipe_decoder *d, const struct schema_table *table, const struct toml_node *node, void *to)
{
    for (size_t i = 0; i < table->len; i++) {
        const struct schema_key *key = &table->keys[i];
        const struct toml_node *member = toml_get(node, key->name);
        if (member && !(key->flags & SCHEMA_FEATURE_ONLY))
            decode_value(d, key, member, (char *)to + key->offset);
    }
}

void table_decode(struct arena *a, const char *file, const struct schema_table *table,
    const struct toml_node *node, void *to)
{
    struct recipe_decoder d = {.a = a, .path = file};
    decode_table(&d, table, node, to);
}

const char *recipe_file_below(struct arena *a, const struct recipe_file *f, const char *file)
{
    AUTO_FREE char *joined = path_join(f->folder, file), *clean = path_clean(joined);
    return arena_strdup(a, clean);
}

/* path as seen from the project: the folder of the recipe, or the one above when that is called "recipe". */
static const char *recipe_file_project(struct arena *a, const struct recipe_file *f, const char *path)
{
    bool is_apart = strcmp(path_base(f->folder), "recipe") == 0;
    AUTO_FREE char *project = is_apart ? path_dir(f->folder) : xstrdup(f->folder);
    AUTO_FREE char *joined = path_join(project, path), *clean = path_clean(joined);
    return arena_strdup(a, clean);
}

/* The digest of a patch that was read when the file was loaded. */
static const struct digest *patch_digest(const struct recipe_file *f, const char *file)
{
    for (size_t i = 0; i < f->patch_file_count; i++)
        if (strcmp(f->patch_files[i].file, file) == 0)
            return &f->patch_files[i].digest;
    return NULL;
}

static const char *location_name(struct arena *a, const char *location)
{
    AUTO_FREE char *name = location_file_name(location);
    return arena_strdup(a, name);
}

static void finish_source(struct recipe_decoder *d, struct source *s)
{
    if (!s->into)
        s->into = ".";
    if (s->path) {
        s->path_at = recipe_position(d->recipe, s->path);
        s->path = recipe_file_project(d->a, d->file, s->path);
    }
    s->name = s->urls.len ? location_name(d->a, s->urls.items[0]) : path_base(s->path);
}

static void finish_patch(struct recipe_decoder *d, struct patch *p, const struct toml_node *node)
{
    p->file = recipe_file_below(d->a, d->file, p->file);
    const struct digest *digest = patch_digest(d->file, p->file);
    if (digest)
        p->digest = *digest;
    if (!toml_get(node, "strip"))
        p->strip = 1;
}

static void finish_module(struct recipe_decoder *d, struct module_spec *m)
{
    size_t len = 0;
    for (size_t i = 0; i < m->file_count; i++)
        len += m->files[i].files.len;
    m->sources.items = arena_alloc(d->a, (len + 1) * sizeof *m->sources.items);
    for (size_t i = 0; i < m->file_count; i++)
        for (size_t k = 0; k < m->files[i].files.len; k++)
            m->sources.items[m->sources.len++] = m->files[i].files.items[k];
}

void recipe_decode(
    struct arena *a, const struct recipe_file *f, const struct toml_node *tree, struct recipe *r)
{
    struct recipe_decoder d = {a, f->path, f, r};
    decode_table(&d, &recipe_schema, tree, r);
    r->tree = tree;
    r->file = f->path;
    for (size_t i = 0; i < r->source_count; i++)
        finish_source(&d, &r->sources[i]);
    const struct toml_node *patch = r->patch_count ? toml_get(tree, "patch")->list.first : NULL;
    for (size_t i = 0; i < r->patch_count; i++, patch = patch->next)
        finish_patch(&d, &r->patches[i], patch);
    for (size_t i = 0; i < r->module_count; i++)
        finish_module(&d, &r->modules[i]);
    if (!r->build.directory)
        r->build.directory = ".";
    if (!r->wheel.root)
        r->wheel.root = ".";
    if (r->test.script) {
        r->test.script_at = recipe_position(r, r->test.script);
        r->test.script = recipe_file_below(a, f, r->test.script);
    }
    const struct toml_node *state = toml_member(toml_get(tree, "provides"), "state", TOML_STRING);
    if (state)
        r->provides.state_at = position_of(&d, state->pos);
    const struct toml_node *requires = toml_member(toml_get(tree, "python"), "requires", TOML_STRING);
    if (requires)
        r->python.requires_at = position_of(&d, requires->pos);
}
