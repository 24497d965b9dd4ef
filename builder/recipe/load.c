/* Reading a recipe file, and making the variants it describes. */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "recipe/internal.h"
#include "recipe/version.h"
#include "sys/fs.h"
#include "sys/path.h"

static const char *const kind_names[] = {
#define RECIPE_KIND(id, word) word,
#include "recipe/kinds.def"
#undef RECIPE_KIND
};

const char *recipe_kind_name(enum recipe_kind kind)
{
    return kind_names[kind];
}

const char *build_system_name(enum build_system system)
{
    static const char *const names[] = {
#define BUILD_SYSTEM(id, word, ...) word,
#include "recipe/build_systems.def"
#undef BUILD_SYSTEM
    };
    return names[system];
}

/* 1 << kind as the file says it, 0 when it does not. */
static unsigned kind_bit(const struct toml_node *root)
{
    const struct toml_node *kind = toml_member(toml_member(root, "recipe", TOML_TABLE), "kind", TOML_STRING);
    for (unsigned i = 0; kind && i < COUNT(kind_names); i++)
        if (strcmp(kind->string, kind_names[i]) == 0)
            return 1u << i;
    return 0;
}

struct patch_reader {
    struct checker *c;
    struct recipe_file *f;
    VEC(struct patch_file) files;
};

static void read_patches(void *arg, const struct toml_node *body)
{
    struct patch_reader *reader = arg;
    toml_each (toml_member(body, "patch", TOML_ARRAY), it) {
        const struct toml_node *file = toml_member(it, "file", TOML_STRING);
        if (!file || !path_stays_inside(file->string))
            continue;
        struct patch_file patch = {recipe_file_below(reader->c->a, reader->f, file->string), {{0}}};
        AUTO(err) struct err e = ERR_INIT;
        if (digest_file(&patch.digest, patch.file, &e) < 0)
            mistake_add(&reader->c->mistakes, file->pos, "patch: %s", e.text);
        else
            vec_push(&reader->files, patch);
    }
}

static const char *text_member(const struct toml_node *table, const char *key)
{
    const struct toml_node *node = toml_member(table, key, TOML_STRING);
    return node ? node->string : NULL;
}

static int newest_first(const void *a, const void *b)
{
    return version_compare(*(const char *const *)b, *(const char *const *)a);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct texts keys_of(struct arena *a, const struct toml_node *table, size_t room)
{
    struct texts keys = {arena_alloc(a, ((table ? table->list.len : 0) + room) * sizeof *keys.items), room};
    toml_each (table, it)
        keys.items[keys.len++] = it->key;
    return keys;
}

static void describe(struct arena *a, struct recipe_file *f)
{
    const struct toml_node *recipe = toml_get(f->root, "recipe");
    f->name = text_member(recipe, "name");
    f->version = text_member(recipe, "version");
    f->summary = text_member(recipe, "summary");
    if (!f->summary)
        f->summary = "";
    for (unsigned bit = kind_bit(f->root); bit > 1; bit >>= 1)
        f->kind++;

    f->versions = keys_of(a, toml_get(f->root, "versions"), 1);
    f->versions.items[0] = f->version;
    qsort(f->versions.items + 1, f->versions.len - 1, sizeof *f->versions.items, newest_first);

    const struct toml_node *features = toml_get(f->root, "features");
    f->features = keys_of(a, features, 0);
    if (f->features.len)
        qsort(f->features.items, f->features.len, sizeof *f->features.items, by_name);
    bool *defaults = arena_alloc(a, f->features.len * sizeof *defaults);
    for (size_t i = 0; i < f->features.len; i++) {
        const struct toml_node *on = toml_get(toml_get(features, f->features.items[i]), "default");
        defaults[i] = on && on->boolean;
    }
    f->feature_defaults = defaults;
}

static int check(struct arena *a, struct recipe_file *f, struct err *e)
{
    struct checker c = {.a = a, .mistakes.file = f->path, .kind = kind_bit(f->root)};
    struct patch_reader reader = {&c, f, {0}};
    check_schema(&c, f->root);
    check_rules(&c, f->root);
    each_body(f->root, read_patches, &reader);
    f->patch_file_count = reader.files.len;
    f->patch_files = arena_memdup(a, reader.files.items, reader.files.len * sizeof *reader.files.items);
    vec_release(&reader.files);
    int rc = mistakes_report(&c.mistakes, e);
    checker_release(&c);
    return rc;
}

struct recipe_file *recipe_parse(
    struct arena *a, const char *path, const char *text, size_t len, struct err *e)
{
    AUTO_FREE char *absolute = path_absolute(path), *folder = path_dir(absolute);
    return recipe_parse_in(a, path, folder, text, len, e);
}

struct recipe_file *recipe_parse_in(
    struct arena *a, const char *path, const char *folder, const char *text, size_t len, struct err *e)
{
    struct recipe_file *f = arena_new(a, struct recipe_file);
    f->path = arena_strdup(a, path);
    f->folder = arena_strdup(a, folder);
    f->root = toml_parse(a, f->path, text, len, e);
    if (!f->root || check(a, f, e) < 0)
        return NULL;
    describe(a, f);
    return f;
}

struct recipe_file *recipe_load(struct arena *a, const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (file_read(&text, path, TOML_MAX_SIZE, e) < 0)
        return NULL;
    return recipe_parse(a, path, strbuf_str(&text), text.len, e);
}

const char *recipe_file_name(const struct recipe_file *f)
{
    return f->name;
}

const char *recipe_file_path(const struct recipe_file *f)
{
    return f->path;
}

const char *recipe_file_summary(const struct recipe_file *f)
{
    return f->summary;
}

enum recipe_kind recipe_file_kind(const struct recipe_file *f)
{
    return f->kind;
}

struct texts recipe_file_versions(const struct recipe_file *f)
{
    return f->versions;
}

struct texts recipe_file_features(const struct recipe_file *f)
{
    return f->features;
}

bool recipe_file_feature_default(const struct recipe_file *f, const char *feature)
{
    for (size_t i = 0; i < f->features.len; i++)
        if (strcmp(f->features.items[i], feature) == 0)
            return f->feature_defaults[i];
    return false;
}

static struct texts copy_texts(struct arena *a, struct texts texts)
{
    struct texts copy = {.items = arena_alloc(a, (texts.len + 1) * sizeof *copy.items), .len = texts.len};
    for (size_t i = 0; i < texts.len; i++)
        copy.items[i] = arena_strdup(a, texts.items[i]);
    return copy;
}

/* Version and target before the features: their arrays replace, those of features append. */
static const struct toml_node *lay_over(struct arena *a, const struct recipe_file *f, const char *version,
    struct texts features, const char *target)
{
    const struct toml_node *tree = f->root;
    const struct toml_node *over = toml_member(toml_get(f->root, "versions"), version, TOML_TABLE);
    if (over)
        tree = overlay_merge(a, tree, over, OVERLAY_REPLACES);
    over = toml_member(toml_get(f->root, "target"), target, TOML_TABLE);
    if (over)
        tree = overlay_merge(a, tree, over, OVERLAY_REPLACES);
    toml_each (toml_get(f->root, "features"), it)
        if (texts_have(&features, it->key))
            tree = overlay_merge(a, tree, it, OVERLAY_APPENDS);
    return tree;
}

const struct recipe *recipe_variant(struct arena *a, const struct recipe_file *f, const char *version,
    struct texts features, const char *target, struct err *e)
{
    if (!texts_have(&f->versions, version)) {
        err_set(e, ERR_RECIPE, "%s: there is no version %s of %s", f->path, version, f->name);
        return NULL;
    }
    for (size_t i = 0; i < features.len; i++)
        if (!texts_have(&f->features, features.items[i])) {
            err_set(e, ERR_RECIPE, "%s: %s has no feature \"%s\"", f->path, f->name, features.items[i]);
            return NULL;
        }
    const struct toml_node *tree = lay_over(a, f, version, features, target);
    struct recipe *r = arena_new(a, struct recipe);
    recipe_decode(a, f, tree, r);
    r->version = arena_strdup(a, version);
    r->features = copy_texts(a, features);
    recipe_identity(a, tree, r);
    return r;
}
