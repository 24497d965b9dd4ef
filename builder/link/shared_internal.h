/* What the commands of a shared copy ask of the helper that they run. */
#ifndef LINK_SHARED_INTERNAL_H
#define LINK_SHARED_INTERNAL_H

#include <stdbool.h>

#include "base/str.h"

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

#endif
