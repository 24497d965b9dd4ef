/* What a recipe says, as facts: one a key that decides a result, whatever the order, the layout and the
 * comments of its file. The keys come in the order of the schema; tables whose keys are open keep the file's
 * order, because it becomes the order of arguments. */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "base/vec.h"
#include "recipe/internal.h"

/* Results that repeat what a recipe says. */
#define REPEATING ((unsigned)(RECIPE_WHEEL | RECIPE_USERS))

struct speaker {
    struct arena *arena;
    VEC(struct recipe_fact) facts;
};

static void add_quoted(struct strbuf *out, const char *text)
{
    strbuf_addc(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            strbuf_addc(out, '\\');
        if (*text == '\n')
            strbuf_adds(out, "\\n");
        else
            strbuf_addc(out, *text);
    }
    strbuf_addc(out, '"');
}

static void add_key(struct strbuf *out, const char *key)
{
    bool bare =
        *key && key[strspn(key, "-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
    if (bare)
        strbuf_adds(out, key);
    else
        add_quoted(out, key);
    strbuf_adds(out, " = ");
}

/* As TOML would have it on one line, so that no two values look the same. */
static void add_node(struct strbuf *out, const struct toml_node *node)
{
    const char *separator = "";
    switch (node->type) {
    case TOML_STRING:
        add_quoted(out, node->string);
        break;
    case TOML_INT:
        strbuf_addf(out, "%lld", (long long)node->integer);
        break;
    case TOML_BOOL:
        strbuf_adds(out, node->boolean ? "true" : "false");
        break;
    case TOML_ARRAY:
    case TOML_TABLE:
        strbuf_addc(out, node->type == TOML_ARRAY ? '[' : '{');
        toml_each (node, it) {
            strbuf_adds(out, separator);
            if (node->type == TOML_TABLE)
                add_key(out, it->key);
            add_node(out, it);
            separator = ", ";
        }
        strbuf_addc(out, node->type == TOML_ARRAY ? ']' : '}');
        break;
    case TOML_FLOAT:
    case TOML_DATETIME:
        break; /* no key takes one */
    }
}

static void add_fact(struct speaker *s, const char *name, const struct toml_node *node, unsigned results)
{
    AUTO(strbuf) struct strbuf value = {0};
    if (node->type == TOML_STRING)
        strbuf_adds(&value, node->string);
    else
        add_node(&value, node);
    vec_push(&s->facts, ((struct recipe_fact){arena_strdup(s->arena, name),
                            arena_strdup(s->arena, strbuf_str(&value)), results}));
}

/* What is built knows the words only. */
static void add_words(struct speaker *s, const char *name, const struct toml_node *node, unsigned results)
{
    AUTO(strbuf) struct strbuf value = {0};
    toml_each (node, it)
        strbuf_addf(&value, "%s%s", value.len ? ", " : "", it->key);
    vec_push(&s->facts, ((struct recipe_fact){arena_strdup(s->arena, name),
                            arena_strdup(s->arena, strbuf_str(&value)), results}));
}

static void add_members(
    struct speaker *s, const char *prefix, const struct schema_table *table, const struct toml_node *node);

/* Each table of a list by its name when it has one: "module[zmq._zmq].sources". */
static void add_tables(
    struct speaker *s, const char *name, const struct schema_table *table, const struct toml_node *array)
{
    size_t number = 0;
    toml_each (array, it) {
        AUTO_FREE char *index = xstrf("%zu", ++number);
        if (it->type != TOML_TABLE)
            continue;
        const struct toml_node *own = toml_get(it, "name");
        AUTO_FREE char *prefix =
            xstrf("%s[%s].", name, own && own->type == TOML_STRING ? own->string : index);
        add_members(s, prefix, table, it);
    }
}

/* All texts that the first key has, in whichever way it is written, and what the tables among them say
 * besides. */
static void add_items(
    struct speaker *s, const char *name, const struct schema_key *key, const struct toml_node *array)
{
    AUTO(strbuf) struct strbuf value = {0};
    bool plain = true;
    const char *separator = "";
    strbuf_addc(&value, '[');
    toml_each (array, it) {
        const struct toml_node *first = it->type == TOML_TABLE ? toml_get(it, key->table->keys[0].name) : it;
        plain &= it->type == TOML_STRING;
        if (first->type == TOML_STRING) {
            strbuf_adds(&value, separator);
            add_node(&value, first);
            separator = ", ";
        }
        for (const struct toml_node *one = first->type == TOML_ARRAY ? first->list.first : NULL; one;
             one = one->next) {
            strbuf_adds(&value, separator);
            add_node(&value, one);
            separator = ", ";
        }
    }
    strbuf_addc(&value, ']');
    vec_push(&s->facts, ((struct recipe_fact){arena_strdup(s->arena, name),
                            arena_strdup(s->arena, strbuf_str(&value)), key->results}));
    if (!plain)
        add_tables(s, name, key->table, array);
}

static void add_members(
    struct speaker *s, const char *prefix, const struct schema_table *table, const struct toml_node *node)
{
    for (size_t i = 0; i < table->len; i++) {
        const struct schema_key *key = &table->keys[i];
        const struct toml_node *member = toml_get(node, key->name);
        if (!member)
            continue;
        AUTO_FREE char *name = xstrf("%s%s", prefix, key->name);
        AUTO_FREE char *below = xstrf("%s.", name);
        if (key->kind == SCHEMA_TABLE)
            add_members(s, below, key->table, member);
        else if (key->kind == SCHEMA_TABLES)
            add_tables(s, name, key->table, member);
        else if (key->kind == SCHEMA_ITEMS)
            add_items(s, name, key, member);
        else if (key->flags & SCHEMA_REASONS) {
            add_words(s, name, member, key->results & ~REPEATING);
            add_fact(s, name, member, key->results & REPEATING);
        } else if (key->results)
            add_fact(s, name, member, key->results);
    }
}

/* A module that Cython does not translate leaves nothing in the source: each is told apart by its name. */
static void forget_untranslated(struct speaker *s, const struct recipe *r)
{
    for (size_t i = 0; i < r->module_count; i++) {
        if (module_has_cython(&r->modules[i]))
            continue;
        AUTO_FREE char *prefix = xstrf("module[%s].", r->modules[i].name);
        vec_each (&s->facts, it)
            if (str_starts(it->name, prefix))
                it->results &= ~(unsigned)RECIPE_SOURCE;
    }
}

void recipe_identity(struct arena *a, const struct toml_node *tree, struct recipe *r)
{
    struct speaker s = {.arena = a};
    add_members(&s, "", &recipe_schema, tree);
    forget_untranslated(&s, r);
    r->facts = arena_memdup(a, s.facts.items, s.facts.len * sizeof *s.facts.items);
    r->fact_count = s.facts.len;
    vec_release(&s.facts);
}
