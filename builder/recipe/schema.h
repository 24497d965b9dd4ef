/* Every key a recipe may have: one table that validation, decoding, "did you mean" and the check of
 * recipes/README.md read. */
#ifndef RECIPE_SCHEMA_H
#define RECIPE_SCHEMA_H

#include <stddef.h>

#include "base/arena.h"

enum schema_kind {
    SCHEMA_TEXT,         /* const char * */
    SCHEMA_WORD,         /* one of words: an enum, the index into words */
    SCHEMA_WORD_FLAG,    /* one of two words: a bool, the second word is true */
    SCHEMA_FLAG,         /* bool */
    SCHEMA_COUNT,        /* unsigned */
    SCHEMA_TEXTS,        /* struct texts */
    SCHEMA_TEXT_LISTS,   /* struct texts *, size_t */
    SCHEMA_PAIRS,        /* struct pairs: any key = text */
    SCHEMA_GROUPS,       /* struct pairs: a table of tables, keys become "group:key" */
    SCHEMA_OPTIONS,      /* struct option *, size_t: any key = text, boolean or integer */
    SCHEMA_REQUIREMENTS, /* struct requirements */
    SCHEMA_TABLE,        /* keys of table, decoded into the struct at offset */
    SCHEMA_TABLES,       /* [[name]]: an array of structs and its size_t */
    SCHEMA_ITEMS,        /* the same; a text stands for a table that has the first key of table alone */
    SCHEMA_OVERLAYS,     /* any name = a partial recipe */
};

enum schema_flags {
    SCHEMA_PLACEHOLDERS = 1, /* {name} in its texts is filled in later */
    SCHEMA_REQUIRED = 2,     /* a table that is there must have it; in overlays only inside [[tables]] */
    SCHEMA_BASE_ONLY = 4,    /* not in overlays */
    SCHEMA_FEATURE_ONLY = 8, /* in [features.X] only; not decoded */
    SCHEMA_SCALARS = 16,     /* SCHEMA_PAIRS: booleans (as True and False) and integers too */
    SCHEMA_REPEATED = 32, /* SCHEMA_PAIRS, SCHEMA_OPTIONS: a list of texts too, one pair or option for each */
    SCHEMA_REASONS = 64,  /* SCHEMA_PAIRS: the values say why, and decide only what wheels tell */
};

struct schema_key {
    const char *name;
    enum schema_kind kind;
    size_t offset;                    /* in the struct of its table */
    unsigned flags;                   /* enum schema_flags */
    unsigned kinds;                   /* 1 << enum recipe_kind of those it is for; 0: all */
    const char *aliases;              /* what people write instead, separated by spaces; or NULL */
    const char *help;                 /* one line */
    const char *const *words;         /* SCHEMA_WORD…; NULL-terminated, "" stands for no word */
    unsigned results;                 /* enum recipe_result: which it is a fact of (identity.c); 0: of none */
    const struct schema_table *table; /* SCHEMA_TABLE, SCHEMA_TABLES, SCHEMA_ITEMS */

    /* What is wrong with a text ("is not a version"), in the arena or static, or NULL. May be NULL. */
    const char *(*check)(struct arena *a, const char *text);
    const char *(*check_key)(struct arena *a, const char *text); /* of SCHEMA_PAIRS, SCHEMA_OVERLAYS … */
};

struct schema_table {
    const struct schema_key *keys;
    size_t len;
    size_t size;      /* of the struct, for SCHEMA_TABLES */
    size_t at_offset; /* of its struct position, or SCHEMA_NO_POSITION */
};

#define SCHEMA_NO_POSITION ((size_t)-1)

extern const struct schema_table recipe_schema;
extern const struct schema_table project_row_schema; /* of struct project_row */
extern const struct schema_table lockfile_schema;    /* of struct lockfile */

#endif
