/* The graph: which recipes, in which version and with which features, one run needs, and how they hang
 * together. Made by graph_resolve; read-only afterwards. Edges are indices into nodes. */
#ifndef RESOLVE_GRAPH_H
#define RESOLVE_GRAPH_H

#include "recipe/recipe.h"

struct edges {
    size_t *items;
    size_t len;
};

/* A tool that no recipe makes: the machine must have it. */
struct host_requirement {
    const char *name;       /* "cmake" */
    const char *constraint; /* ">= 3.14", or "" */
    struct position at;     /* where it is asked for */
};

struct node {
    const struct recipe *recipe;
    bool asked_for;                /* named on the command line */
    struct edges libraries;        /* linked, direct, in the order of the recipe */
    struct edges builds;           /* headers and libraries that only its build sees */
    struct edges tools;            /* tool recipes, and libraries whose program is used */
    struct edges wheels;           /* extensions whose wheels its modules are compiled with */
    struct edges built_in;         /* of an interpreter: extensions whose modules are in it */
    struct edges tried_with;       /* those, what its test requires, and what these are tried with */
    struct texts untried_without;  /* what its test, or theirs, requires and no recipe makes */
    const struct source **sources; /* the chosen alternative of each `into`, in the order of the recipe */
    size_t source_count;
    struct host_requirement *host;
    size_t host_count;
};

struct graph {
    struct node *nodes;
    size_t len;
    size_t *order; /* all nodes, each after everything it needs; deterministic */
};

struct graph_request {
    const char *const *recipes; /* paths or names */
    size_t recipe_count;
    const char *const *with; /* extensions that are built into each interpreter; requirements, or paths */
    size_t with_count;
    const char *installed; /* the folder of the recipes that came with the program, or NULL */
    const char *target;    /* "linux-x86_64" */

    /* Reads a recipe file; NULL means recipe_load. Tests give recipes from memory; exists answers for the
     * same world. */
    struct recipe_file *(*load)(void *arg, struct arena *a, const char *path, struct err *e);
    bool (*exists)(void *arg, const char *path);
    /* True when this source of the recipe should be preferred to its alternatives (it is in the lock, or was
     * fetched already). May be NULL. */
    bool (*prefers)(void *arg, const struct recipe *recipe, const struct source *source);
    /* True when this version should be preferred to others that will do (it is in the lock). May be NULL. */
    bool (*prefers_version)(void *arg, enum recipe_kind kind, const char *name, const char *version);
    void *arg;
};

/* Loads what is asked for and all that needs, and chooses versions, features and sources. Everything wrong
 * with any recipe is in *e. The graph lives in the arena. */
struct graph *graph_resolve(struct arena *a, const struct graph_request *request, struct err *e);

/* Adds the recipe of a file, which requires nothing, before all others in the order; its node, or NO_NODE
 * with *e. The graph moves its nodes. */
#define NO_NODE SIZE_MAX
size_t graph_add(
    struct arena *a, struct graph *g, const struct graph_request *request, const char *path, struct err *e);

/* The recipe of a Python's headers ("python-abi") of this name, or NO_NODE. */
size_t graph_python_abi(const struct graph *g, const char *name);

/* Everything that node links, directly or not, in static link order (each before what it needs), without
 * itself. */
struct edges graph_link_order(struct arena *a, const struct graph *g, size_t node);

/* The same of an interpreter with all that is built into it: what the whole program links. */
struct edges graph_program_link_order(struct arena *a, const struct graph *g, size_t node);

/* "libzmq 4.3.4 [curve]", in the arena. */
const char *node_label(struct arena *a, const struct node *n);

/* Finds the file for a name or path, as the command line gives it: as given when it has a slash or ends in
 * .toml, else NAME.toml in `recipe/` of the working folder, then in the installed folder; in each also in its
 * lib/, tool/ and python/. The caller frees it; NULL when there is none. What recipes require is looked up
 * below the folder of the file given first, in lib/ or tool/ before the folder itself, and is of the right
 * kind. */
char *recipe_locate(const struct graph_request *request, const char *name);

#endif
