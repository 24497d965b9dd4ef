/* Who could provide a symbol or a library: libraries where a loader looks, archives that were built into the
 * store, recipes. */
#ifndef LOADER_PROVIDER_H
#define LOADER_PROVIDER_H

#include "loader/definition.h"

enum provider_kind {
    PROVIDER_LIBRARY, /* a shared library of the machine */
    PROVIDER_ARCHIVE, /* a static archive in the store */
    PROVIDER_RECIPE,  /* a recipe that makes an archive of the library's name */
};

/* Texts live in the arena. */
struct provider {
    enum provider_kind kind;
    const char *path;     /* of the library, the archive or the recipe */
    const char *soname;   /* of a library, or NULL */
    const char *version;  /* at which it has the symbol, or NULL */
    bool default_version; /* a reference without a version would take it */
    const char *recipe;   /* "openssl-3.5.2" of an archive, "openssl 3.5.2" of a recipe; else NULL */
    const char *member;   /* of the archive, or NULL */
    bool fits;            /* at the version asked for; false: at another one */
};

struct providers {
    struct arena *arena;
    VEC(struct provider) items;
    size_t looked_at; /* files */
    bool cut;         /* not all were looked at: too many files, or some could not be */
};

/* Adds libraries that define the symbol: those in the folders that a loader of this kind searches, and in the
 * folders where the objects of tree (may be NULL) were found. */
void providers_on_machine(struct providers *p, const struct loader_machine *machine,
    const struct loader_abi *abi, const struct loader_tree *tree, const char *symbol, const char *version);

/* Adds libraries there that have this file name or soname ("libfoo.so.1"), or, when version is given, those
 * of that soname which define the version. */
void providers_of_library(struct providers *p, const struct loader_machine *machine,
    const struct loader_abi *abi, const struct loader_tree *tree, const char *library, const char *version);

/* Adds archives of finished trees below `store`/trees that define the symbol. */
void providers_in_store(struct providers *p, const char *store, const char *symbol);

/* Adds recipes that promise an archive called as the library is: libcrypto.a for libcrypto.so.3. folders are
 * those that hold recipes. */
void providers_of_recipes(struct providers *p, const struct strvec *folders, const char *library);

void providers_release(struct providers *p);

#endif
