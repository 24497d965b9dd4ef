/* Where in its file something stands that a recipe says: told when it turns out to be wrong long after it was
 * read. */
#include <stdarg.h>
#include <string.h>

#include "recipe/internal.h"

/* A decoded text is the tree's own, so that its place is found by the pointer. */
static const struct toml_node *find(const struct toml_node *node, const char *text)
{
    if (node->type == TOML_STRING)
        return node->string == text ? node : NULL;
    if (node->type != TOML_ARRAY && node->type != TOML_TABLE)
        return NULL;
    toml_each (node, it) {
        const struct toml_node *found = find(it, text);
        if (found)
            return found;
    }
    return NULL;
}

struct position recipe_position(const struct recipe *r, const char *text)
{
    const struct toml_node *node = r->tree && text ? find(r->tree, text) : NULL;
    return node ? (struct position){r->file, (int)node->pos.line, (int)node->pos.column}
                : (struct position){r->file, 0, 0};
}

int recipe_wrong(struct err *e, const struct recipe *r, const char *text, const char *format, ...)
{
    struct position at = recipe_position(r, text);
    va_list ap;
    va_start(ap, format);
    err_vat(e, ERR_RECIPE, at.file, (unsigned)at.line, (unsigned)at.column, format, ap);
    va_end(ap);
    return -1;
}
