/* Questions to a parsed TOML tree. */
#include "toml/toml.h"

#include <assert.h>
#include <string.h>

struct toml_node *toml_get(const struct toml_node *table, const char *key)
{
    if (!table)
        return NULL;
    assert(table->type == TOML_TABLE);
    toml_each (table, it)
        if (strcmp(it->key, key) == 0)
            return it;
    return NULL;
}

const struct toml_node *toml_member(const struct toml_node *table, const char *key, enum toml_type type)
{
    const struct toml_node *node = table && table->type == TOML_TABLE ? toml_get(table, key) : NULL;
    return node && node->type == type ? node : NULL;
}

const char *toml_type_name(enum toml_type type)
{
    static const char *const names[] = {
        [TOML_STRING] = "a string",
        [TOML_INT] = "an integer",
        [TOML_FLOAT] = "a number with a fraction",
        [TOML_BOOL] = "a boolean",
        [TOML_DATETIME] = "a date or time",
        [TOML_ARRAY] = "an array",
        [TOML_TABLE] = "a table",
    };
    return names[type];
}
