/* One copy of what has state, for all modules of a wheel: a private shared library with those members of
 * libstdc++.a and of stateful libraries that the modules take. What it exports, and what the modules ask for,
 * goes by names of its own: a version alone would not keep an unversioned library of somebody else's away.
 *
 * Order: compile all, see what each module lacks without the shared code, make the library, link the modules.
 * The commands of the first three are made here, those of the first on their own, since a module may be
 * optional; the modules are linked later, by link_commands. */
#ifndef LINK_SHARED_H
#define LINK_SHARED_H

#include "link/link.h"

/* Below the tree of a shared copy: the modules' objects and the archives that each module has of its own,
 * which ask for the shared code by its new names; what the modules take, a name a line;
 * which modules take something, the same; which could not be compiled, each with a tab and why; the link map.
 */
#define SHARED_OBJECTS "objects"
#define SHARED_ARCHIVES "shared-copy"
#define SHARED_TAKEN "taken"
#define SHARED_TAKERS SHARED_TAKEN ".by"
#define SHARED_ABSENT "absent"
#define SHARED_MAP "library.map"
#define SHARED_DEBUG "library.debug"

struct shared_request {
    const struct link_request *modules; /* of all modules; out and map are not used */
    size_t module_count;
    const bool *shared;   /* by modules[0].libraries: goes into the copy */
    bool cxx_runtime;     /* so does the C++ runtime */
    const char *name;     /* "lxml_1a2b3c4d": of the version, the suffix of symbols and the soname */
    const char *work;     /* absolute: an empty folder */
    const char *tree;     /* absolute: what is made */
    const char *out;      /* absolute path of the library to make */
    const char *unwinder; /* libgcc_eh.a where the platform promises no unwinder, else NULL: it goes into the
                           * copy with the C++ runtime, and out of it to the modules */
    const char *logs;
    bool keeps_symbols; /* there is no SHARED_DEBUG */
};

/* Adds the commands that compile the modules; *owners is as of link_commands. A library or a C++ compiler
 * that is missing is an error. */
int shared_compile_commands(const struct shared_request *r, const struct strvec *env, struct commands *out,
    size_t **owners, struct err *e);

/* After them, adds those that make the library: modules are those that could be compiled, one at least. */
int shared_commands(
    const struct shared_request *r, const struct strvec *env, struct commands *out, struct err *e);

/* "lxml" and the digest of all that goes in: "lxml_1a2b3c4d"; lower case, so that names are demangled with
 * it. The caller frees it. */
char *shared_name(const char *recipe, const char *digest);

/* "lxml.libs/liblxml_1a2b3c4d.so", in the wheel; the caller frees it. */
char *shared_file(const char *recipe, const char *name);

/* "$ORIGIN/../lxml.libs" for a module that stands one folder deep; the caller frees it. */
char *shared_run_path(const char *module_file, const char *library_file);

/* What an archive of a shared copy's tree, or of its work folder, was copied from: the name of a library, and
 * *below points into path, at the slash before the place in that library's tree; or a path of the compiler's,
 * and *below is NULL. The caller frees it; NULL when it is no such copy. */
char *shared_archive_of(const char *path, const char **below);

extern const struct helper shared_helper;

#endif
