/* What the files of this folder share; not for others. */
#ifndef RESOLVE_INTERNAL_H
#define RESOLVE_INTERNAL_H

#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "resolve/graph.h"

/* Who looks for a recipe: in each place, the folder that holds its kind comes first. */
enum locate_for { FOR_USER, FOR_LIBRARY, FOR_TOOL, FOR_WHEEL };

/* The recipe file of a name, below the folders of root and from (files; NULL for none), then the installed
 * ones; those that accept (NULL: all) answers false for are passed over. The caller frees it; NULL when there
 * is none: *places, unless NULL, then gets the folders searched. */
char *locate_name(const struct graph_request *request, enum locate_for who, const char *root,
    const char *from, const char *name, bool (*accept)(void *arg, const char *path), void *arg,
    struct strbuf *places);

struct resolver {
    struct arena *arena;
    const struct graph_request *request;
    struct map files;    /* path -> struct loaded */
    struct map variants; /* file, version, features -> struct recipe */
    struct map interned; /* what a node is and needs -> its index + 1 */
    struct map apart;    /* requirement resolved in a domain of its own -> its node's index + 1 */
    VEC(struct node) nodes;
    struct err errors; /* everything that is wrong, a line each */
    struct map told;   /* error texts that are in errors */
};

/* Adds to what is wrong, once; always returns -1. */
int resolver_fail(struct resolver *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
int resolver_fail_at(struct resolver *r, const struct position *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int resolver_fail_with(struct resolver *r, struct err *e); /* takes what is in *e */

/* The recipe at path, read once; NULL after a mistake, which is in errors then. */
struct recipe_file *resolver_load(struct resolver *r, const char *path);

/* The file of a requirement, of the right kind; the caller frees it. NULL when there is none, which is a
 * mistake when a library is looked for. */
char *resolver_locate(
    struct resolver *r, enum locate_for who, const char *project, const struct requirement *want);

/* The same without a mistake; *places, unless NULL, gets the folders searched. */
char *resolver_find(struct resolver *r, enum locate_for who, const char *project,
    const struct requirement *want, struct strbuf *places);

/* One request for a library. */
struct demand {
    const struct requirement *requirement;
    const char *chain; /* "pyzmq -> libzmq": who wants it */
};

/* What a domain has of one name. */
struct choice {
    const char *name;
    struct recipe_file *file;    /* NULL when there is none or it is broken */
    const char *chain;           /* how it came in: "pyzmq -> libzmq" */
    const struct recipe *recipe; /* the variant chosen so far */
    VEC(struct demand) demands;
    bool reached; /* in this round */
    bool open;    /* its node is being made */
    size_t node;  /* index + 1, when made */
};

/* Everything that is linked together: one version, with one set of features, of each name. */
struct domain {
    struct resolver *resolver;
    const char *project;       /* the file given on the command line */
    VEC(struct choice *) list; /* in the order of discovery; the root first */
    struct map by_name;
};

/* Chooses a version and features for path and for all it links, until nothing changes. demand is what is
 * asked of the root, or NULL; chain says how the domain came in. Failures are in errors; gives NULL then.
 * Both domain and choices live in the arena; domain_release frees the rest. */
struct domain *domain_settle(struct resolver *r, const char *project, const char *path,
    const struct requirement *demand, const char *chain);
void domain_release(struct domain *d);
struct choice *domain_get(const struct domain *d, const char *name);

/* The nodes being made, from the one at hand up to what was asked for. */
struct frame {
    const struct recipe *recipe;
    const struct frame *up;
    unsigned depth;
};

/* A node outside of the link at hand: a tool, something only a build sees, or another wheel. What it requires
 * is looked for below project's folder first. Index + 1, or 0 after a failure. */
size_t node_apart(struct resolver *r, const char *project, const char *path, const struct requirement *want,
    const struct frame *frame);

/* Adds the node of that index + 1, unless it is 0 or there already. edges has the room. */
void edges_add(struct edges *edges, size_t node);

/* The extension whose wheel a requirement names, by its distribution or by its recipe's file. Index + 1, 0
 * when no recipe has the name; *fine becomes false after a failure. */
size_t wheel_node(
    const struct domain *d, const struct requirement *want, const struct frame *frame, bool *fine);

/* Fills what is built into an interpreter, after the libraries that it links itself; false after a failure.
 */
bool built_in_nodes(const struct domain *d, const struct frame *frame, struct node *n);

/* Fills what n is tried with, after n->wheels; false after a failure. */
bool wheels_for_test(struct domain *d, const struct frame *frame, struct node *n);

/* Whether r's constraint and features hold for recipe. */
bool requirement_holds(const struct requirement *r, const struct recipe *recipe);

/* ` (did you mean "…"?)` when a recipe here or installed has nearly this name, else ""; in the arena. */
const char *recipe_meant(struct arena *a, const struct graph_request *request, const char *name);

#endif
