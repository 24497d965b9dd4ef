/* Modules that somebody else's build linked, linked again so that they share one copy of what has state
 * (link/shared.h): by the words that its linker was given, which wrapper/relink.h kept with the inputs. */
#ifndef LINK_RELINK_H
#define LINK_RELINK_H

#include "link/shared.h"

struct relink_module {
    const char *name;      /* of its logs and folders: "0" */
    const char *kept;      /* absolute: the folder as its words name it */
    const char *folder;    /* absolute: a copy of that; what is in it is changed */
    const char *run_path;  /* DT_RUNPATH that leads from the module to the copy */
    const char *out, *map; /* absolute: are made */
};

struct relink_request {
    struct shared_request
        shared; /* its one module stands for all: libraries, toolchain, recipe; no sources */
    const struct relink_module *modules;
    size_t count;
    struct texts
        libraries; /* absolute: folders of -lNAME that the words lead to; the first has the last word */
};

/* Why a module cannot be linked again so, in the arena: static libraries of intermediate code, operators of
 * its own, inputs that are no objects. NULL: it can. */
const char *relink_hindrance(
    struct arena *a, const struct relink_module *m, const struct shared_request *shared);

/* Adds the commands that make the copy, and are over before the next is called; then those that link the
 * modules which take something of it: *taken says of each whether it does. None when nothing is taken. */
int relink_copy_commands(
    const struct relink_request *r, const struct strvec *env, struct commands *out, struct err *e);
int relink_module_commands(const struct relink_request *r, const struct strvec *env, struct commands *out,
    bool *taken, struct err *e);

#endif
