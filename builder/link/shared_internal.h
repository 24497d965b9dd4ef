/* What the commands of a shared copy ask of the helper that they run. */
#ifndef LINK_SHARED_INTERNAL_H
#define LINK_SHARED_INTERNAL_H

#include <stdbool.h>

#include "link/internal.h"
#include "link/shared.h"

/* Texts of the same place in two lists belong together. */
struct shared_job {
    bool renames;               /* else it begins */
    const char *name;           /* of the version and the suffix */
    bool cxx_runtime;           /* operator new is part of it */
    struct strvec modules;      /* by object: the name of its module */
    struct strvec objects;      /* as compiled */
    struct strvec new_objects;  /* as they will ask for shared code */
    struct strvec probes;       /* each module, linked without the shared code */
    struct strvec archives;     /* whose code goes into the copy */
    struct strvec new_archives; /* the same, with the names that it has there */
    struct strvec own_archives; /* whose code goes into each module */
    struct strvec new_own_archives;
    const char *operators;              /* folder for objects of modules that go into the copy */
    const char *arguments;              /* file of further arguments of the copy's linker */
    const char *version_script, *taken; /* files */
};
void shared_job_release(struct shared_job *job); /* the lists */

/* One shared copy while its commands are being written. */
struct sharing_work {
    const struct shared_request *r;
    const struct strvec *env;
    struct commands *out;
    struct arena arena;
    struct link_request *modules; /* of the request, with what Cython sources say */
    struct strvec *objects;       /* by module */
    struct shared_job job;
    bool *used; /* by library: by any module */
};

/* What a shared copy takes: the archives of used libraries that go into it, and into each module; and those
 * of the compiler's. */
void sharing_add_archives(struct sharing_work *s);
void sharing_add_runtimes(struct sharing_work *s);

/* Adds the command that runs the helper, and the one that links the library. */
void sharing_add_helper(struct sharing_work *s, bool renames);
void sharing_link_library(struct sharing_work *s);

/* used is made here, and the job is empty, but for the paths that it names. */
void sharing_begin(struct sharing_work *s);
void sharing_release(struct sharing_work *s);

/* Whether it defines an operator new or delete that a program may replace. */
bool shared_has_operators(const struct elf_object *o);

#endif
