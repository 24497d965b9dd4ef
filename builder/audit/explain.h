/* Why a file needs what it needs: what pulled an import in, and what is really taken from each library. */
#ifndef AUDIT_EXPLAIN_H
#define AUDIT_EXPLAIN_H

#include "audit/audit.h"
#include "base/vec.h"
#include "loader/machine.h"

/* A module that we built, and its link map. */
struct explain_map {
    char build_id[65]; /* hexadecimal */
    const char *path;  /* of the map */
};

/* What explanations are made from, read once; threads may share it. */
struct explain_sources {
    struct arena arena;
    struct loader_machine machine; /* where libraries are looked for */
    const char *map;               /* of the file that is audited, as the user named it; or NULL */
    VEC(struct explain_map) maps;  /* of the store */
};

/* Finds the link maps of all modules in the store (a folder that may not be there). map may be NULL. */
int explain_sources_open(struct explain_sources *s, const char *store, const char *map, struct err *e);
void explain_sources_release(struct explain_sources *s);

/* The path of the link map of a file: the user's, or that of a module of the store with the same build-id;
 * NULL when there is none. */
const char *explain_map_of(const struct explain_sources *s, const struct elf_image *image);

#endif
