/* The folder of wrappers that a project's own build finds first in PATH: staticbuild-wrapper under every name
 * that a compiler, a linker or pkg-config may be called by, and the file that tells it what to do. */
#ifndef PROJECT_WRAPPERS_H
#define PROJECT_WRAPPERS_H

#include "host/rust.h"
#include "project/root.h"
#include "python/interpreter.h"
#include "recipe/recipe.h"
#include "toolchain/toolchain.h"

struct wrappers {
    const char *folder; /* absolute: is made */
    const struct toolchain *toolchain;
    const struct recipe *recipe; /* what it turns off of the hardening */
    const struct interpreter *python;
    const struct interpreters *pythons; /* whose headers are kept as well; or NULL */
    const struct rust *rust;            /* or NULL */
    const char *crates;                 /* absolute: CARGO_HOME */
    const char *compiler_folder;        /* of libgcc.a: the compiler's own libraries */
    const char *work;                   /* absolute: what is built in; libraries may be taken from there */
    const char *src;                    /* below it */
    const struct root *root;            /* its libraries; was made */
    const char *pkg_config;             /* the program, or NULL */
    const char *remembered;             /* absolute: where compiles are remembered; NULL: they are not */
    const char *log, *maps;             /* absolute */
    const char *relinks;                /* absolute: where inputs of modules are kept; NULL: they are not */
    const char *exports;                /* absolute: the version script of modules; is made */
};

/* When what is told changes in a way that changes what is built, PROJECT_RULES of plan/key.c is raised. */
int wrappers_write(const struct wrappers *w, struct err *e);

/* Adds CC, CXX, AR and their like, and PATH with the folder before path. No flags: build systems would take
 * them for their own. */
void wrappers_environment(const struct wrappers *w, const char *path, struct strvec *env);

#endif
