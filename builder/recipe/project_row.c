/* Rows are held against the same schema as recipes, by the same code. */
#include "recipe/project_row.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "recipe/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

/* Names are written as the package index compares them, so that one project has one row. */
static void check_name(struct checker *c, const struct toml_node *row)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    size_t len = strlen(row->key), good = 0;
    for (const char *p = row->key; *p; p++)
        good += strchr(plain, *p) || (*p == '-' && p != row->key && p[1] && p[1] != '-');
    if (!len || good != len)
        mistake_add(&c->mistakes, row->key_pos,
            "\"%s\" is not a project's name as the package index compares it: small letters, digits, and "
            "\"-\" for \".\" and \"_\"",
            row->key);
}

static void check_row(struct checker *c, const struct toml_node *row, const char *name)
{
    if (row->type == TOML_TABLE)
        check_table(c, &project_row_schema, row, name);
    else
        mistake_add(
            &c->mistakes, row->key_pos, "\"%s\" must be a table, found %s", name, toml_type_name(row->type));
}

static int check_all(struct checker *c, struct err *e)
{
    int failed = mistakes_report(&c->mistakes, e);
    checker_release(c);
    return failed;
}

static void take(struct project_row *row, struct arena *a, const char *file, const struct toml_node *table)
{
    table_decode(a, file, &project_row_schema, table, row);
    row->at = (struct position){file, (int)table->key_pos.line, (int)table->key_pos.column};
}

int project_row_of(struct project_row *row, struct arena *a, const char *file, const struct toml_node *table,
    const char *name, struct err *e)
{
    struct checker c = {.a = a, .mistakes.file = file, .kind = 1u << RECIPE_EXTENSION};
    check_row(&c, table, name);
    if (check_all(&c, e) < 0)
        return -1;
    *row = (struct project_row){0};
    take(row, a, arena_strdup(a, file), table);
    return 0;
}

int project_row_read(
    struct project_row *row, struct arena *a, const char *path, const char *name, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    const char *file = arena_strdup(a, path);
    struct checker c = {.a = a, .mistakes.file = file, .kind = 1u << RECIPE_EXTENSION};
    if (file_read(&text, path, TOML_MAX_SIZE, e) < 0)
        return -1;
    const struct toml_node *root = toml_parse(a, file, strbuf_str(&text), text.len, e);
    if (!root)
        return -1;
    toml_each (root, it) {
        check_name(&c, it);
        check_row(&c, it, it->key);
    }
    if (check_all(&c, e) < 0)
        return -1;
    const struct toml_node *table = toml_get(root, name);
    *row = (struct project_row){0};
    if (table)
        take(row, a, file, table);
    return 0;
}
