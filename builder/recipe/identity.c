/* The digest of what a recipe says: the keys in the order of the schema, whatever their order in the file.
 * Tables whose keys are open keep the file's order, because it becomes the order of arguments. */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "recipe/internal.h"

static void add_text(struct strbuf *out, const char *text)
{
    strbuf_addf(out, "%zu:%s", strlen(text), text);
}

static void add_members(struct strbuf *out, const struct recipe_file *f, const struct schema_table *table,
    const struct toml_node *node);

/* A value as it stands, with lengths, so that no two values look the same. */
static void add_node(struct strbuf *out, const struct toml_node *node)
{
    switch (node->type) {
    case TOML_STRING:
        add_text(out, node->string);
        break;
    case TOML_INT:
        strbuf_addf(out, "%lld", (long long)node->integer);
        break;
    case TOML_BOOL:
        strbuf_adds(out, node->boolean ? "yes" : "no");
        break;
    case TOML_ARRAY:
    case TOML_TABLE:
        strbuf_addc(out, '(');
        toml_each (node, it) {
            if (it->key && node->type == TOML_TABLE)
                add_text(out, it->key);
            add_node(out, it);
            strbuf_addc(out, ' ');
        }
        strbuf_addc(out, ')');
        break;
    case TOML_FLOAT:
    case TOML_DATETIME:
        break; /* no key takes one */
    }
}

static void add_value(struct strbuf *out, const struct recipe_file *f, const struct schema_key *key,
    const struct toml_node *node)
{
    if (key->kind == SCHEMA_TABLE) {
        add_members(out, f, key->table, node);
    } else if (key->kind == SCHEMA_TABLES) {
        toml_each (node, it)
            add_members(out, f, key->table, it);
    } else {
        add_node(out, node);
    }
}

static void add_members(struct strbuf *out, const struct recipe_file *f, const struct schema_table *table,
    const struct toml_node *node)
{
    strbuf_addc(out, '{');
    for (size_t i = 0; i < table->len; i++) {
        const struct schema_key *key = &table->keys[i];
        const struct toml_node *member = toml_get(node, key->name);
        if (!member || key->kind == SCHEMA_OVERLAYS || key->flags & SCHEMA_FEATURE_ONLY)
            continue;
        strbuf_addf(out, "%s=", key->name);
        add_value(out, f, key, member);
        strbuf_addc(out, '\n');
    }
    strbuf_addc(out, '}');
}

/* A patch counts by what is in it. */
static void add_patches(struct strbuf *out, const struct recipe_file *f, const struct toml_node *tree)
{
    AUTO(arena) struct arena scratch = {0};
    toml_each (toml_get(tree, "patch"), it) {
        const struct digest *digest =
            patch_digest(f, recipe_file_below(&scratch, f, toml_get(it, "file")->string));
        strbuf_addf(out, "%s\n", digest ? digest->hex : "");
    }
}

void recipe_identity(const struct recipe_file *f, const struct toml_node *tree, struct digest *out)
{
    AUTO(strbuf) struct strbuf text = {0};
    add_members(&text, f, &recipe_schema, tree);
    add_patches(&text, f, tree);
    digest_bytes(out, text.ptr, text.len);
}
