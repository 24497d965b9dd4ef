/* What a dynamic loader would load for a program or a library, in its order, told without running anything:
 * the rules of glibc's ld.so (elf/dl-load.c, elf/dl-deps.c, ld.so(8)) and of musl's (ldso/dynlink.c).
 *
 * What is not done: LD_PRELOAD and LD_AUDIT; what a program opens itself (dlopen) is not known. Every file
 * may be hostile: files, folders to look into and edges are counted and cut. */
#ifndef LOADER_TREE_H
#define LOADER_TREE_H

#include "base/map.h"
#include "base/vec.h"
#include "loader/abi.h"

enum loader_via {
    VIA_ITSELF,       /* the file that was asked about */
    VIA_PATH,         /* the name has a slash */
    VIA_RPATH,        /* DT_RPATH of via_of: the file that needs it or one of those that led to that */
    VIA_LIBRARY_PATH, /* LD_LIBRARY_PATH */
    VIA_RUNPATH,      /* DT_RUNPATH of the file that needs it */
    VIA_CONF,         /* a folder of ld.so.conf */
    VIA_BUILT_IN,     /* a folder that the loader knows */
    VIA_LOADER,       /* the loader itself */
    VIA_PRELOAD,      /* /etc/ld.so.preload asks for it */
    VIA_NOTHING,      /* not found */
};

enum loader_version_state {
    LOADER_VERSION_THERE,
    LOADER_VERSION_MISSING,
    LOADER_VERSION_UNTOLD, /* the library has no versions at all: the loader warns and goes on */
};

/* A version that one file needs of another (DT_VERNEED). */
struct loader_version {
    const char *name; /* "GLIBC_2.34" */
    size_t symbols;   /* imports that ask for it */
    bool weak;        /* may be missing */
    enum loader_version_state state;
};

enum loader_edge_kind {
    EDGE_NEEDED,
    EDGE_FILTER,    /* DT_FILTER: symbols of the file are looked for there first */
    EDGE_AUXILIARY, /* DT_AUXILIARY: the same, where it is to be had */
};

/* An entry of DT_NEEDED, DT_FILTER or DT_AUXILIARY. */
struct loader_edge {
    enum loader_edge_kind kind;
    const char *name;
    size_t to; /* the object it leads to */
    struct loader_version *versions;
    size_t version_count;
};

struct loader_object {
    const char *name;   /* as it was first asked for; of the first one, as it was given */
    const char *path;   /* inside the root, as found; NULL: not found */
    const char *origin; /* what $ORIGIN stands for in it */
    size_t asked_by;    /* the object that led here first; its own number for the first one */
    enum loader_via via;
    const char *via_text;          /* the entry of RPATH or RUNPATH, or the folder; or NULL */
    size_t via_of;                 /* the object whose entry that is */
    const char *trouble;           /* found, but the loader would refuse it: why; or NULL */
    const char *passed_over;       /* a file of that name which is for another machine, or NULL */
    const struct elf_image *image; /* NULL when not found, or when there is trouble */
    struct loader_edge *edges;
    size_t edge_count;
};

struct loader_tree {
    struct arena arena; /* owns everything here */
    const struct loader_machine *machine;
    struct loader_abi abi;
    VEC(struct loader_object *) objects; /* in load order */
    const size_t *scope; /* their numbers in the order in which symbols are looked up: load order, but what a
                          * file is a filter for stands before it */
    size_t missing;      /* edges that lead to nothing, or to what would be refused */
    size_t missing_versions; /* those that are not weak */
    bool cut;                /* too many files or folders: not everything was followed */

    struct map by_name; /* names that lead to an object that is loaded */
    VEC(struct mapping *) mappings;
    size_t probes; /* files that may still be looked for */
};

/* Builds the tree of a linked file. path is where we can open it; when it is inside the machine's root (or,
 * with a foreign root, found only there) that is what it is called. machine must outlive the tree. Fails
 * (ERR_ENVIRONMENT) when the file cannot be read or is not linked ELF. */
int loader_tree_build(
    struct loader_tree *tree, const struct loader_machine *machine, const char *path, struct err *e);

/* The same for a file that was opened already, which must outlive the tree; path NULL: it has no place, so
 * that what it would find beside itself is not found. */
void loader_tree_build_image(struct loader_tree *tree, const struct loader_machine *machine, const char *path,
    const struct elf_image *image);
void loader_tree_release(struct loader_tree *tree);

/* The object that the loader takes for this name, or NULL: libraries by the name in DT_NEEDED or their
 * soname. */
const struct loader_object *loader_tree_find(const struct loader_tree *tree, const char *library);

/* "needed", "filter", "auxiliary". */
const char *loader_edge_kind_name(enum loader_edge_kind kind);

/* "RUNPATH", "ld.so.conf", …: how something was found, for people. */
const char *loader_via_name(enum loader_via via);

#endif
