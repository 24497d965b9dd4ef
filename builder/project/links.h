/* The log of a build's wrappers: which modules were linked, and what was not let through. */
#ifndef PROJECT_LINKS_H
#define PROJECT_LINKS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"

/* A crate that rustc has compiled. Texts live in the arena. */
struct linked_crate {
    const char *file;                     /* "libname-0123": what others take in */
    const char *kind;                     /* "lib", "cdylib", "proc-macro", "bin" */
    const char *name, *version, *license; /* license: of its manifest, may be "" */
    const char *folder;                   /* of its source: absolute */
    struct slice externs;                 /* files of the crates that it takes in, by spaces */
};

struct links {
    struct map maps;     /* build ID -> absolute path of the link map */
    struct map relinks;  /* build ID -> absolute path of the folder that wrapper/relink.h made */
    struct strvec told;  /* what was dropped, redirected and refused, each once: "dropped -L/usr/lib (cc)" */
    struct strvec asked; /* what pkg-config was asked, each once */
    size_t kept;         /* objects that were not compiled again */
    VEC(struct linked_crate) crates;
};

/* Reads it; no file is an empty log. Texts of maps live in the arena. */
int links_read(struct links *l, struct arena *a, const char *log, struct err *e);
void links_release(struct links *l);

#endif
