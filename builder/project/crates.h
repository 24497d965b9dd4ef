/* Projects in Rust: crates are fetched by cargo as Cargo.lock says, once, and what builds with them
 * afterwards reaches no network. */
#ifndef PROJECT_CRATES_H
#define PROJECT_CRATES_H

#include "base/err.h"
#include "base/str.h"
#include "host/rust.h"
#include "sched/tasks.h"

struct crates {
    const struct rust *rust;
    const char *src;            /* of the project: a copy that may be written to */
    const struct strvec *locks; /* every Cargo.lock below it */
    const char *home;           /* CARGO_HOME: absolute, is made */
    const char *logs, *path, *scratch;
    bool offline;
};

/* Adds the commands that fetch what the locks of src name, for all platforms, since `cargo metadata` wants
 * them; where there is no lock cargo writes one. 1 when there was one, 0, or -1. */
int crates_fetch(const struct crates *c, struct commands *out, struct err *e);

/* After them: removes what a build makes anew, or what only says when something was used. */
int crates_tidy(const char *home, struct err *e);

/* Adds what says how crates are linked, and where static libraries are: a part of the next. */
void crates_linking(struct strvec *env, const struct rust *rust, const char *bin, const char *root);

/* Adds what cargo, and build scripts that look for libraries, are told: the linker bin/cc, cargo's own folder
 * home, and root as a prefix of static libraries. */
void crates_environment(
    struct strvec *env, const struct rust *rust, const char *bin, const char *home, const char *root);

#endif
