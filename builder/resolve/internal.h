/* What the files of resolve/ share. */
#ifndef RESOLVE_INTERNAL_H
#define RESOLVE_INTERNAL_H

#include "base/map.h"
#include "base/vec.h"
#include "resolve/graph.h"

/* One recipe of one link: who asks for it and how, and what was chosen. */
struct pending {
    const char *name;
    struct recipe_file *file;
    struct asking {
        const struct pending *by; /* NULL: the command line */
        const struct requirement *requirement;
    } * asked;
    size_t asked_len, asked_cap;
    const struct recipe *recipe;                   /* the variant that answers all who ask */
    struct pending **libraries, **builds, **tools; /* edges, in the order of the recipe */
    size_t libraries_len, builds_len, tools_len;
    struct host_requirement *host;
    size_t host_len;
    bool reached; /* in this round */
    int color;    /* of the search for cycles: 0 not seen, 1 on the way, 2 done */
    size_t node;  /* index in the graph + 1, 0 before */
};

struct resolver {
    struct arena *arena;
    const struct graph_request *request;
    struct map files; /* path -> recipe_file, or `broken` */
    struct err *error;
    struct map pending; /* name -> struct pending, of the link at hand */
    VEC(struct node) nodes;
    struct map identities; /* identity -> index + 1 into nodes */
    VEC(size_t) order;
};

/* locate.c: loads the recipe for a name; NULL when there is none or it is broken (told once). */
struct recipe_file *resolver_load(struct resolver *r, const char *path);
const char *path_of_asking(struct resolver *r, const struct asking *a, const char *name);

/* unify.c: everything that root needs, one variant a name. -1 when *error is set. */
struct pending *unify(struct resolver *r, const char *path);

#endif
