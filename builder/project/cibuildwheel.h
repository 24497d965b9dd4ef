/* What a project says to cibuildwheel, in its pyproject.toml, as far as it means something here. Source of
 * the keys: cibuildwheel's documentation, "Options". */
#ifndef PROJECT_CIBUILDWHEEL_H
#define PROJECT_CIBUILDWHEEL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/texts.h"

/* A setting that was not taken, and what takes its place. */
struct ci_left {
    const char *key; /* "test-command" */
    unsigned line;
    const char *advice; /* a sentence without its full stop */
};

struct ci_settings {
    struct texts pythons; /* "3.9", "3.13t", oldest first: those that are built for */
    const char *target;   /* "manylinux_2_28"; NULL: nothing is said */
    struct texts config;  /* settings of the backend, "key=value" */
    struct ci_left *left; /* in the order of the file */
    size_t left_count;
};

/* Reads [tool.cibuildwheel], with what [tool.cibuildwheel.linux] says in its place, and requires-python. path
 * is that of pyproject.toml; without the table, or without the file, every Python is built for that
 * requires-python allows. Texts live in the arena. Fails with "path:line:column: what" for what is not TOML,
 * or has not the type that it should. */
int ci_settings_read(struct ci_settings *s, struct arena *a, const char *path, struct err *e);

#endif
