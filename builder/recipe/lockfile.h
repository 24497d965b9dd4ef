/* staticbuild.lock: what was chosen for the recipes and projects of a folder, so that the next run, here or
 * elsewhere, takes the same. TOML, in a fixed order, to be committed and read in reviews:
 *
 *     goals = ["zmq.toml"]             what was locked, as seen from the folder of the lock
 *
 *     [[recipe]]                       of each: name, kind, version, features that are on
 *     [[recipe.source]]                locations, and the SHA-256 that counts
 *
 *     [[environment]]                  of a project, for one Python of one platform:
 *     requires = ["setuptools"]        what was asked for, in that order
 *     packages = ["setuptools==80.9.0 --hash=sha256:…"]     what pip chose, in the form that it takes
 *
 *     [[crates]]                       of a project: a Cargo.lock in its source, by its SHA-256
 */
#ifndef RECIPE_LOCKFILE_H
#define RECIPE_LOCKFILE_H

#include "recipe/recipe.h"

#define LOCKFILE_NAME "staticbuild.lock"

struct locked_source {
    const char *into; /* NULL for "." */
    struct texts urls;
    const char *sha256;
};

struct locked_recipe {
    const char *name;
    enum recipe_kind kind;
    const char *version; /* NULL: it is built of a folder beside the lock, which says so itself */
    struct texts features;
    const char *requires_python; /* of a project that an index has; or NULL */
    struct locked_source *sources;
    size_t source_count;
};

struct locked_environment {
    const char *project, *python, *platform; /* "pyzmq", "cp311", "linux-x86_64" */
    struct texts requires;                   /* as written */
    struct texts packages;                   /* "NAME==VERSION --hash=sha256:HEX", sorted */
};

struct locked_crates {
    const char *project, *file; /* below its source: "src/rust/Cargo.lock" */
    const char *sha256;
};

struct lockfile {
    struct texts goals;
    const char *from; /* a list of requirements that was locked too, or NULL */
    struct locked_recipe *recipes;
    size_t recipe_count;
    struct locked_environment *environments;
    size_t environment_count;
    struct locked_crates *crates;
    size_t crates_count;
};

/* 1, 0 when there is no such file, or -1 with every mistake in *e, one "file:line:column: …" a line
 * (ERR_RECIPE). All is in the arena, in the order of lockfile_sort. */
int lockfile_read(struct lockfile *l, struct arena *a, const char *path, struct err *e);

/* The same of a text; path is shown in messages. 0 or -1. */
int lockfile_parse(
    struct lockfile *l, struct arena *a, const char *path, const char *text, size_t len, struct err *e);

/* Puts everything into the order in which it is written. */
void lockfile_sort(struct lockfile *l);

/* Whether both say the same; that of environments is their places and what they require. */
bool locked_recipes_equal(const struct locked_recipe *a, const struct locked_recipe *b);
bool locked_environments_equal(const struct locked_environment *a, const struct locked_environment *b);

/* Adds the text of a sorted one. */
void lockfile_write(struct strbuf *out, const struct lockfile *l);

/* Of a sorted one: those of that kind and name, *count of them, or NULL. */
const struct locked_recipe *lockfile_recipes(
    const struct lockfile *l, enum recipe_kind kind, const char *name, size_t *count);

/* Those of a project for one Python of a platform. */
const struct locked_environment *lockfile_environments(
    const struct lockfile *l, const char *project, const char *python, const char *platform, size_t *count);

/* The one of them that has these requirements, or NULL. */
const struct locked_environment *lockfile_environment(
    const struct lockfile *l, const struct locked_environment *like);

/* The Cargo.lock of that name, or NULL. */
const struct locked_crates *lockfile_crates(const struct lockfile *l, const char *project, const char *file);

/* Whether the list of packages has one of that name, in its normal form. */
bool packages_have(const struct texts *packages, const char *name);

/* Adds a sentence for everything of now that locked does not have so; both are sorted. Texts are in the
 * arena. */
void lockfile_differences(
    struct texts *out, struct arena *a, const struct lockfile *locked, const struct lockfile *now);

#endif
