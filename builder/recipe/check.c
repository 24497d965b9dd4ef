/* Every key and value of a recipe against the schema. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "recipe/internal.h"
#include "recipe/location_shown.h"
#include "recipe/requirement.h"
#include "recipe/substitute.h"
#include "recipe/texts.h"

/* Where a table stands: the base, the top of an overlay, or inside one. */
enum place { PLACE_BASE, PLACE_FEATURE, PLACE_OVERLAY };

static void check_members(struct checker *c, const struct schema_table *table, const struct toml_node *node,
    const char *where, enum place place, bool element);

void checker_release(struct checker *c)
{
    mistakes_release(&c->mistakes);
    map_release(&c->required);
    map_release(&c->libraries);
    vec_release(&c->references);
}

/* Text as it may stand in a message: short, and on one line. */
static const char *shown(struct checker *c, const char *text)
{
    enum { LONGEST = 100 };
    size_t len = strlen(text);
    char *copy = arena_strf(c->a, "%.*s%s", LONGEST, text, len > LONGEST ? "…" : "");
    for (char *p = copy; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = '?';
    return copy;
}

static const char *brackets(struct checker *c, const char *where, bool element)
{
    if (!*where)
        return c->whole ? c->whole : "the recipe";
    return arena_strf(c->a, element ? "[[%s]]" : "[%s]", where);
}

static const char *below(struct checker *c, const char *where, const char *key)
{
    return *where ? arena_strf(c->a, "%s.%s", where, shown(c, key)) : shown(c, key);
}

static const struct schema_key *find_key(const struct schema_table *table, const char *name)
{
    for (size_t i = 0; i < table->len; i++)
        if (strcmp(table->keys[i].name, name) == 0)
            return &table->keys[i];
    return NULL;
}

static bool has_word(const char *words, const char *word)
{
    struct slice rest = {words, words ? strlen(words) : 0};
    while (rest.ptr)
        if (slice_is(slice_cut(&rest, ' '), word))
            return true;
    return false;
}

/* What the writer of an unknown key may have meant: a near name, a usual other word, or another table. */
static const char *suggestion(struct checker *c, const struct schema_table *table, const char *name)
{
    struct guess guess = {.word = name};
    for (size_t i = 0; i < table->len; i++)
        if (has_word(table->keys[i].aliases, name))
            return arena_strf(c->a, " (did you mean \"%s\"?)", table->keys[i].name);
    for (size_t i = 0; i < table->len; i++)
        guess_consider(&guess, table->keys[i].name);
    if (guess.best)
        return guess_text(c->a, &guess);
    for (size_t i = 0; !c->whole && i < recipe_schema.len; i++) {
        const struct schema_key *other = &recipe_schema.keys[i];
        if (other->table && other->table != table && find_key(other->table, name))
            return arena_strf(c->a,
                other->kind == SCHEMA_TABLES ? " (it belongs in [[%s]])" : " (it belongs in [%s])",
                other->name);
    }
    return "";
}

static void check_placeholder(
    struct checker *c, const struct text_piece *piece, const char *text, struct toml_pos at)
{
    int len = (int)piece->text.len;
    const char *name = piece->text.ptr;
    struct slice dependency = placeholder_dependency(piece->text);
    struct guess guess = {.word = arena_strndup(c->a, name, piece->text.len)};
    bool known = dependency.ptr != NULL;
    for (size_t i = 0; placeholder_names[i] && !known; i++) {
        known = slice_is(piece->text, placeholder_names[i]);
        guess_consider(&guess, placeholder_names[i]);
    }
    if (!known)
        mistake_add(&c->mistakes, at, "unknown placeholder {%.*s} in \"%s\"%s; a brace is written {{ or }}",
            len, name, shown(c, text), guess_text(c->a, &guess));
    else if (piece->spread && !placeholder_is_list(piece->text))
        mistake_add(&c->mistakes, at,
            "{%.*s…} in \"%s\": only cflags, cxxflags and ldflags can become several arguments", len, name,
            shown(c, text));
    else if (dependency.ptr)
        vec_push(&c->references,
            ((struct reference){arena_strndup(c->a, dependency.ptr, dependency.len), at, false}));
}

static void check_text(struct checker *c, const struct schema_key *key, const struct toml_node *node)
{
    const char *problem = key->check ? key->check(c->a, node->string) : NULL;
    if (problem) {
        bool is_address = key->check == check_location || key->check == check_homepage;
        AUTO_FREE char *text = is_address ? location_shown(node->string) : xstrdup(node->string);
        mistake_add(&c->mistakes, node->pos, "%s \"%s\" %s", key->name, shown(c, text), problem);
    }
    if (!(key->flags & SCHEMA_PLACEHOLDERS))
        return;
    const char *rest = node->string;
    for (struct text_piece piece; text_next_piece(&rest, &piece);) {
        if (piece.kind == PIECE_PLACEHOLDER)
            check_placeholder(c, &piece, node->string, node->pos);
        else if (piece.kind == PIECE_STRAY_BRACE)
            mistake_add(&c->mistakes, node->pos, "\"%s\" has a lone \"%c\"; a brace is written {{ or }}",
                shown(c, node->string), *piece.text.ptr);
    }
}

static void check_word(struct checker *c, const struct schema_key *key, const struct toml_node *node)
{
    AUTO(strbuf) struct strbuf all = {0};
    struct guess guess = {.word = node->string};
    for (size_t i = 0; key->words[i]; i++) {
        if (!*key->words[i])
            continue;
        if (strcmp(key->words[i], node->string) == 0)
            return;
        guess_consider(&guess, key->words[i]);
        strbuf_addf(&all, "%s%s", all.len ? ", " : "", key->words[i]);
    }
    mistake_add(&c->mistakes, node->pos, "%s \"%s\" is not one of %s%s", key->name, shown(c, node->string),
        strbuf_str(&all), guess_text(c->a, &guess));
}

static void check_requirement(struct checker *c, const struct schema_key *key, const struct toml_node *node)
{
    struct requirement r = {0};
    const char *problem = requirement_parse(c->a, node->string, &r);
    bool linked = strcmp(key->name, "libraries") == 0;
    if (!problem && r.program && strcmp(key->name, "tools") != 0)
        problem = "names a program; programs are for \"tools\"";
    if (problem)
        mistake_add(&c->mistakes, node->pos, "%s \"%s\" %s", key->name, shown(c, node->string), problem);
    if (!r.name || strcmp(key->name, "requires") == 0)
        return; /* what a test needs is nothing that placeholders name */
    map_set(&c->required, r.name, c);
    if (linked)
        map_set(&c->libraries, r.name, c);
}

static const char *expectation(const struct schema_key *key)
{
    switch (key->kind) {
    case SCHEMA_TEXT:
    case SCHEMA_WORD:
    case SCHEMA_WORD_FLAG:
        return "a string";
    case SCHEMA_FLAG:
        return "true or false";
    case SCHEMA_COUNT:
        return "a small number";
    case SCHEMA_TEXTS:
    case SCHEMA_REQUIREMENTS:
        return "an array of strings";
    case SCHEMA_TEXT_LISTS:
        return "an array of arrays of strings";
    case SCHEMA_TABLES:
        return "an array of tables";
    case SCHEMA_ITEMS:
        return "an array of strings and tables";
    case SCHEMA_PAIRS:
    case SCHEMA_GROUPS:
    case SCHEMA_OPTIONS:
    case SCHEMA_TABLE:
    case SCHEMA_OVERLAYS:
        break;
    }
    return "a table";
}

/* Says so and gives false when node is not of the type. */
static bool expect(struct checker *c, const struct schema_key *key, const struct toml_node *node,
    enum toml_type type, const char *where)
{
    if (node->type == type)
        return true;
    bool brackets_hint = key->kind == SCHEMA_TABLES && node->type == TOML_TABLE;
    mistake_add(&c->mistakes, node->pos, "\"%s\" in %s must be %s, found %s%s", key->name, where,
        expectation(key), toml_type_name(node->type),
        brackets_hint ? arena_strf(c->a, "; write [[%s]]", key->name) : "");
    return false;
}

static bool expect_element(
    struct checker *c, const struct schema_key *key, const struct toml_node *node, enum toml_type type)
{
    if (node->type == type)
        return true;
    mistake_add(&c->mistakes, node->pos, "each element of \"%s\" must be %s, found %s", key->name,
        type == TOML_STRING  ? "a string"
        : type == TOML_ARRAY ? "an array of strings"
                             : "a table",
        toml_type_name(node->type));
    return false;
}

static void check_texts(struct checker *c, const struct schema_key *key, const struct toml_node *node)
{
    toml_each (node, it)
        if (expect_element(c, key, it, TOML_STRING)) {
            if (key->kind == SCHEMA_REQUIREMENTS)
                check_requirement(c, key, it);
            else
                check_text(c, key, it);
        }
}

static void check_items(struct checker *c, const struct schema_key *key, const struct toml_node *node,
    const char *where, enum place place)
{
    toml_each (node, it)
        if (it->type == TOML_STRING)
            check_text(c, key, it);
        else if (it->type == TOML_TABLE)
            check_members(c, key->table, it, below(c, where, key->name), place, true);
        else
            mistake_add(&c->mistakes, it->pos, "each element of \"%s\" must be a string or a table, found %s",
                key->name, toml_type_name(it->type));
}

/* A table whose keys the schema does not know by name. */
static void check_pairs(struct checker *c, const struct schema_key *key, const struct toml_node *node)
{
    bool scalars = key->kind == SCHEMA_OPTIONS || key->flags & SCHEMA_SCALARS;
    bool repeated = key->flags & SCHEMA_REPEATED;
    toml_each (node, it) {
        const char *problem = key->check_key ? key->check_key(c->a, it->key) : NULL;
        if (problem)
            mistake_add(
                &c->mistakes, it->key_pos, "\"%s\" in \"%s\" %s", shown(c, it->key), key->name, problem);
        if (it->type == TOML_STRING)
            check_text(c, key, it);
        else if (it->type == TOML_ARRAY && repeated)
            check_texts(c, key, it);
        else if (!scalars || (it->type != TOML_BOOL && it->type != TOML_INT))
            mistake_add(&c->mistakes, it->pos, "\"%s\" in \"%s\" must be %s, found %s", shown(c, it->key),
                key->name,
                scalars && repeated ? "a string, a boolean, an integer or an array of strings"
                : scalars           ? "a string, a boolean or an integer"
                : repeated          ? "a string or an array of strings"
                                    : "a string",
                toml_type_name(it->type));
    }
}

static void check_groups(struct checker *c, const struct schema_key *key, const struct toml_node *node)
{
    toml_each (node, it)
        if (it->type == TOML_TABLE)
            check_pairs(c, key, it);
        else
            mistake_add(&c->mistakes, it->pos, "\"%s\" in \"%s\" must be a table, found %s",
                shown(c, it->key), key->name, toml_type_name(it->type));
}

static void check_overlays(struct checker *c, const struct schema_key *key, const struct toml_node *node)
{
    enum place place = strcmp(key->name, "features") == 0 ? PLACE_FEATURE : PLACE_OVERLAY;
    toml_each (node, it) {
        const char *problem = key->check_key(c->a, it->key);
        if (problem)
            mistake_add(
                &c->mistakes, it->key_pos, "\"%s\" in [%s] %s", shown(c, it->key), key->name, problem);
        if (it->type == TOML_TABLE)
            check_members(c, &recipe_schema, it, below(c, key->name, it->key), place, false);
        else
            mistake_add(&c->mistakes, it->pos, "[%s.%s] must be a table, found %s", key->name,
                shown(c, it->key), toml_type_name(it->type));
    }
}

static void check_value(struct checker *c, const struct schema_key *key, const struct toml_node *node,
    const char *where, const char *in, enum place place)
{
    enum { LARGEST_COUNT = 100 };
    switch (key->kind) {
    case SCHEMA_TEXT:
        if (expect(c, key, node, TOML_STRING, in))
            check_text(c, key, node);
        break;
    case SCHEMA_WORD:
    case SCHEMA_WORD_FLAG:
        if (expect(c, key, node, TOML_STRING, in))
            check_word(c, key, node);
        break;
    case SCHEMA_FLAG:
        expect(c, key, node, TOML_BOOL, in);
        break;
    case SCHEMA_COUNT:
        if (expect(c, key, node, TOML_INT, in) && (node->integer < 0 || node->integer > LARGEST_COUNT))
            mistake_add(&c->mistakes, node->pos, "\"%s\" must be from 0 to %d", key->name, LARGEST_COUNT);
        break;
    case SCHEMA_TEXTS:
    case SCHEMA_REQUIREMENTS:
        if (expect(c, key, node, TOML_ARRAY, in))
            check_texts(c, key, node);
        break;
    case SCHEMA_TEXT_LISTS:
        if (expect(c, key, node, TOML_ARRAY, in))
            toml_each (node, it)
                if (expect_element(c, key, it, TOML_ARRAY))
                    check_texts(c, key, it);
        break;
    case SCHEMA_PAIRS:
    case SCHEMA_OPTIONS:
        if (expect(c, key, node, TOML_TABLE, in))
            check_pairs(c, key, node);
        break;
    case SCHEMA_GROUPS:
        if (expect(c, key, node, TOML_TABLE, in))
            check_groups(c, key, node);
        break;
    case SCHEMA_TABLE:
        if (expect(c, key, node, TOML_TABLE, in))
            check_members(c, key->table, node, below(c, where, key->name), place, false);
        break;
    case SCHEMA_TABLES:
        if (expect(c, key, node, TOML_ARRAY, in))
            toml_each (node, it)
                if (expect_element(c, key, it, TOML_TABLE))
                    check_members(c, key->table, it, below(c, where, key->name), place, true);
        break;
    case SCHEMA_ITEMS:
        if (expect(c, key, node, TOML_ARRAY, in))
            check_items(c, key, node, where, place);
        break;
    case SCHEMA_OVERLAYS:
        if (expect(c, key, node, TOML_TABLE, in))
            check_overlays(c, key, node);
        break;
    }
}

/* "extensions, tools and programs" */
static const char *kinds_text(struct arena *a, unsigned kinds)
{
    AUTO(strbuf) struct strbuf out = {0};
    for (unsigned kind = 0; kinds; kind++) {
        if (!(kinds & 1u << kind))
            continue;
        kinds &= ~(1u << kind);
        strbuf_addf(&out, "%s%ss", !out.len ? "" : kinds ? ", " : " and ", recipe_kind_name(kind));
    }
    return arena_strdup(a, strbuf_str(&out));
}

/* Whether key may stand here; says so when not. */
static bool check_place(struct checker *c, const struct schema_table *table, const struct schema_key *key,
    const struct toml_node *node, const char *in, enum place place)
{
    if (!key)
        mistake_add(&c->mistakes, node->key_pos, "unknown %s \"%s\" in %s%s",
            table == &recipe_schema && node->type == TOML_TABLE ? "table" : "key", shown(c, node->key), in,
            suggestion(c, table, node->key));
    else if (place != PLACE_BASE && key->flags & SCHEMA_BASE_ONLY)
        mistake_add(
            &c->mistakes, node->key_pos, "\"%s\" cannot stand in %s: no overlay changes it", key->name, in);
    else if (place != PLACE_FEATURE && key->flags & SCHEMA_FEATURE_ONLY)
        mistake_add(
            &c->mistakes, node->key_pos, "\"%s\" belongs in [features.NAME], not in %s", key->name, in);
    else if (c->kind && key->kinds && !(key->kinds & c->kind))
        mistake_add(
            &c->mistakes, node->key_pos, "\"%s\" is for %s only", key->name, kinds_text(c->a, key->kinds));
    else
        return true;
    return false;
}

static void check_members(struct checker *c, const struct schema_table *table, const struct toml_node *node,
    const char *where, enum place place, bool element)
{
    const char *in = brackets(c, where, element);
    toml_each (node, it) {
        const struct schema_key *key = find_key(table, it->key);
        if (check_place(c, table, key, it, in, place))
            check_value(c, key, it, where, in, place);
    }
    for (size_t i = 0; i < table->len; i++)
        if (table->keys[i].flags & SCHEMA_REQUIRED && (element || place == PLACE_BASE) &&
            !toml_get(node, table->keys[i].name))
            mistake_add(&c->mistakes, node->key && !element ? node->key_pos : node->pos, "%s has no %s%s%s",
                in, *where ? "\"" : "[", table->keys[i].name, *where ? "\"" : "]");
}

void check_schema(struct checker *c, const struct toml_node *root)
{
    check_members(c, &recipe_schema, root, "", PLACE_BASE, false);
}

void check_table(
    struct checker *c, const struct schema_table *table, const struct toml_node *node, const char *name)
{
    check_members(c, table, node, name, PLACE_BASE, false);
}
