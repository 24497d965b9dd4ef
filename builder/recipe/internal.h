/* What the files of this folder share; not for others. */
#ifndef RECIPE_INTERNAL_H
#define RECIPE_INTERNAL_H

#include "base/map.h"
#include "base/vec.h"
#include "recipe/mistakes.h"
#include "recipe/recipe.h"
#include "recipe/schema.h"
#include "toml/toml.h"

struct recipe_file {
    const char *path;   /* as shown in messages */
    const char *folder; /* absolute; what its paths are relative to */
    const struct toml_node *root;
    const char *name, *version, *summary;
    enum recipe_kind kind;
    struct texts versions, features;
    const bool *feature_defaults; /* beside features */
    struct patch_file {
        const char *file; /* absolute */
        struct digest digest;
    } * patch_files;
    size_t patch_file_count;
};

/* One file being checked. */
struct checker {
    struct arena *a;
    struct mistakes mistakes;
    const char *whole;     /* what the file is called in what is said of it; NULL: "the recipe" */
    unsigned kind;         /* 1 << enum recipe_kind; 0 when the file does not say */
    struct map required;   /* every name that any [requires] has */
    struct map libraries;  /* those to link */
    VEC(struct reference { /* names that must be among them */
        const char *name;
        struct toml_pos at;
        bool library;
    })
    references;
};
void checker_release(struct checker *c);

/* Holds every key and value against the schema (check.c). */
void check_schema(struct checker *c, const struct toml_node *root);

/* The same for one table, called name in what is said of it. */
void check_table(
    struct checker *c, const struct schema_table *table, const struct toml_node *node, const char *name);

/* What one key alone cannot show (rules.c); after check_schema. */
void check_rules(struct checker *c, const struct toml_node *root);
void check_sharing(struct checker *c, const struct toml_node *sharing); /* which may be NULL */

/* Calls visit for the base and for every overlay that is a table. */
void each_body(
    const struct toml_node *root, void (*visit)(void *arg, const struct toml_node *body), void *arg);

/* A new tree: over laid over base (overlay.c). Tables merge, scalars are replaced, arrays are replaced or
 * get over's elements behind their own. base and over stay as they are. */
enum overlay_arrays { OVERLAY_REPLACES, OVERLAY_APPENDS };
const struct toml_node *overlay_merge(
    struct arena *a, const struct toml_node *base, const struct toml_node *over, enum overlay_arrays arrays);

/* Fills *r from a checked tree (decode.c); f gives the folder and the digests of patches. */
void recipe_decode(
    struct arena *a, const struct recipe_file *f, const struct toml_node *tree, struct recipe *r);

/* Fills *to, the struct of the table, from a checked one of the file. */
void table_decode(struct arena *a, const char *file, const struct schema_table *table,
    const struct toml_node *node, void *to);

/* Fills r->facts from a checked tree, whose lists are decoded already (identity.c). */
void recipe_identity(struct arena *a, const struct toml_node *tree, struct recipe *r);

/* Path of file below the recipe's folder, in the arena. */
const char *recipe_file_below(struct arena *a, const struct recipe_file *f, const char *file);

#endif
