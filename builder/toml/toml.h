/* TOML 1.0 text as a tree that knows where everything stands. toml++ does the reading, behind toml.cc. */
#ifndef TOML_TOML_H
#define TOML_TOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum toml_type {
    TOML_STRING,
    TOML_INT,
    TOML_FLOAT,
    TOML_BOOL,
    TOML_DATETIME, /* a date, a time or both; no value is kept */
    TOML_ARRAY,
    TOML_TABLE,
};

/* Both count from 1; columns count characters. Line 0 means nowhere. */
struct toml_pos {
    unsigned line, column;
};

/* Elements of an array and members of a table hang on a list, in the order of the file. */
struct toml_node {
    enum toml_type type;
    struct toml_pos pos; /* of the value; of the header for [tables] */
    const char *key;     /* NULL in arrays and for the root */
    struct toml_pos key_pos;
    struct toml_node *next; /* the next one in the same array or table */
    union {
        const char *string; /* UTF-8 without NUL inside */
        int64_t integer;
        double real;
        bool boolean;
        struct {
            struct toml_node *first;
            size_t len;
        } list; /* arrays and tables */
    };
};

enum {
    TOML_MAX_SIZE = 1 << 20, /* bytes of one file */
    TOML_MAX_DEPTH = 64,
};

#define toml_each(node, it) for (struct toml_node *it = (node) ? (node)->list.first : NULL; it; it = it->next)

/* Reads TOML into the arena and gives the root table. Fails with "path:line:column: what" for the first
 * syntax error, and for text that is too large or nested too deeply. path is used in messages only. */
struct toml_node *toml_parse(struct arena *a, const char *path, const char *text, size_t len, struct err *e);

/* The same of a file: 1, 0 when there is none, or -1. */
int toml_read_file(const struct toml_node **root, struct arena *a, const char *path, struct err *e);

/* The member, or NULL when the table has none of that name or is NULL. */
struct toml_node *toml_get(const struct toml_node *table, const char *key);

/* The member when it is there and has the type, else NULL; table may be NULL or anything. */
const struct toml_node *toml_member(const struct toml_node *table, const char *key, enum toml_type type);

/* "a string", "an array", for messages. */
const char *toml_type_name(enum toml_type type);

#endif
