/* libFuzzer: any text is a tree whose parts all stand somewhere in it, or refused at a place. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "toml/toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t read_node(const struct toml_node *node, bool in_table, int depth)
{
    size_t sum = node->key ? strlen(node->key) : 0, count = 0;
    if (depth > TOML_MAX_DEPTH + 2 || (node->key != NULL) != in_table || !*toml_type_name(node->type))
        abort();
    if (node->type == TOML_STRING)
        return sum + strlen(node->string);
    if (node->type != TOML_ARRAY && node->type != TOML_TABLE)
        return sum;
    toml_each (node, child) {
        if (!child->pos.line || !child->pos.column)
            abort();
        if (node->type == TOML_TABLE && toml_get(node, child->key) != child)
            abort();
        sum += read_node(child, node->type == TOML_TABLE, depth + 1);
        count++;
    }
    if (count != node->list.len)
        abort();
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static volatile size_t sink;
    AUTO(arena) struct arena arena = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct toml_node *root = toml_parse(&arena, "f.toml", (const char *)data, size, &e);
    if ((root != NULL) == (e.text != NULL))
        abort();
    if (root)
        sink += read_node(root, false, 0);
    return 0;
}
