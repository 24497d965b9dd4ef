/* The modules that a step made, and what is inside of them, as a fact of its manifest: what the steps behind
 * it, and later runs, know of them. Paths are below the step's tree; everything lives in the arena that it
 * was read into. */
#ifndef PIPELINE_BUILT_H
#define PIPELINE_BUILT_H

#include "base/arena.h"
#include "base/err.h"
#include "json/json.h"
#include "base/texts.h"

struct links;
struct run;
struct step;
struct step_run;
struct unpacked;

struct built_archive {
    const char *path; /* "trees/zlib-1.3-KEY16/lib/libz.a" in the store, absolute outside */
    size_t members;   /* that were taken, and not dropped as a whole */
    uint64_t size_bytes, writable_bytes; /* of them, in the module */
};
struct built_module {
    const char *name;      /* "zmq._zmq" */
    const char *file;      /* in the wheel: "zmq/_zmq.abi3.so" */
    const char *path;      /* "modules/zmq/_zmq.abi3.so" */
    const char *map;       /* its link map; NULL: there is none */
    const char *debug;     /* its symbol table: "debug/.build-id/ab/cdef.debug"; NULL: there is none */
    struct texts entries;  /* "PyInit__zmq" */
    struct texts exports;  /* what it is meant to export beside them */
    struct texts unmarked; /* what was linked without the marks of control-flow protection */
    int abi3_minor;        /* made for the stable ABI of 3.N and later; 0: not */
    struct built_archive *archives;
    size_t archive_count;
    bool shared_copy;    /* no module: the library that the others share */
    struct texts shares; /* then, where no plan says so: the names of what is in it for all */
};
/* Also what the manifest of a library's own tree says. */
struct built_library {
    const char *name, *version;
    struct texts license_files; /* below LICENCES_PATH; in a tree of modules below that and its name */
};
/* Of Rust: compiled into modules that a backend made. */
struct built_crate {
    const char *name, *version, *license; /* license: an SPDX expression, or NULL: its manifest has none */
    struct texts license_files;           /* below CRATE_LICENCES/NAME-VERSION in the tree */
};
/* An optional module that could not be made. */
struct built_absent {
    const char *name, *reason; /* why it may be absent: the recipe's */
    const char *why;           /* why it is */
};
struct built {
    struct built_module *items;
    size_t count;
    struct built_absent *absent;
    size_t absent_count;
    struct built_library *libraries; /* whose code is in them, in link order */
    size_t library_count;
    struct built_crate *crates; /* sorted by name and version */
    size_t crate_count;
};
#define LICENCES_PATH ".staticbuild/licenses" /* in a tree */
#define PROGRAM_MAPS ".staticbuild/maps"      /* in the tree of a program's build */
#define CRATE_LICENCES ".staticbuild/crates"
#define MODULE_DEBUG "module.debug" /* until it is known what it is called, in the folder of the objects */
int built_find(struct built *b, struct step_run *s, struct err *e); /* after linking, in the draft */
/* The same of a project: what its backend made. */
int built_find_unpacked(struct built *b, struct step_run *s, const struct unpacked *u, struct err *e);
/* The same of the program that a step linked: below its work folder, with its map; file is where its users
 * have it.
 */
int built_find_program(struct built *b, struct step_run *s, const char *program, const char *file,
    const char *map, struct err *e);
void built_put(struct json *facts, const struct built *b);
bool built_get(struct built *b, struct arena *a, const struct json *facts); /* false: they are not whole */
int built_read(struct built *b, struct run *r, const struct step *made, struct err *e);
void built_library_put(struct json *out, const struct built_library *l);
bool built_library_get(struct built_library *l, struct arena *a, const struct json *from);

/* built_crates.c: those of the log that are inside, but for the project's own; their licence texts go into
 * the draft. */
int built_keep_crates(struct built *b, struct step_run *s, const struct links *links, struct err *e);

/* built_libraries.c */
int built_keep_libraries(struct built *b, struct step_run *s, struct err *e);
bool built_archive_lies_in(const struct built_archive *archive, const char *tree);

#endif
