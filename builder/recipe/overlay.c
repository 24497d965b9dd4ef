/* Lays one table over another: what a version, feature or target changes. */
#include <string.h>

#include "recipe/internal.h"

static struct toml_node *copy_node(struct arena *a, const struct toml_node *node)
{
    struct toml_node *copy = arena_memdup(a, node, sizeof *node);
    copy->next = NULL;
    return copy;
}

static void append(struct toml_node *parent, struct toml_node ***tail, struct toml_node *child)
{
    **tail = child;
    *tail = &child->next;
    parent->list.len++;
}

static void empty(struct toml_node *parent)
{
    parent->list.first = NULL;
    parent->list.len = 0;
}

static struct toml_node *join_arrays(
    struct arena *a, const struct toml_node *first, const struct toml_node *second)
{
    struct toml_node *joined = copy_node(a, first), **tail = &joined->list.first;
    empty(joined);
    toml_each (first, it)
        append(joined, &tail, copy_node(a, it));
    toml_each (second, it)
        append(joined, &tail, copy_node(a, it));
    return joined;
}

static struct toml_node *merge(
    struct arena *a, const struct toml_node *base, const struct toml_node *over, enum overlay_arrays arrays)
{
    if (base->type == TOML_ARRAY && over->type == TOML_ARRAY && arrays == OVERLAY_APPENDS)
        return join_arrays(a, base, over);
    if (base->type != TOML_TABLE || over->type != TOML_TABLE)
        return copy_node(a, over);
    struct toml_node *merged = copy_node(a, base), **tail = &merged->list.first;
    empty(merged);
    toml_each (base, it) {
        const struct toml_node *change = toml_get(over, it->key);
        append(merged, &tail, change ? merge(a, it, change, arrays) : copy_node(a, it));
    }
    toml_each (over, it)
        if (!toml_get(base, it->key))
            append(merged, &tail, copy_node(a, it));
    return merged;
}

const struct toml_node *overlay_merge(
    struct arena *a, const struct toml_node *base, const struct toml_node *over, enum overlay_arrays arrays)
{
    return merge(a, base, over, arrays);
}
