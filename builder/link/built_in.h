/* Modules that become part of a program instead of files: each is one object that has one name for others,
 * and the program is linked of these, of libpython, and of what all of them need. */
#ifndef LINK_BUILT_IN_H
#define LINK_BUILT_IN_H

#include "link/link.h"

/* The name of a module's entry point in such a program: "PyInit_zmq_dbackend_dcython_d__zmq". No two modules
 * have the same, whatever their names end in; and it begins as entry points do, so that no pattern of the C
 * API's names takes it in. The caller frees it. */
char *built_in_entry(const char *dotted);

/* Adds the commands that compile the modules, for requests as of link_commands, and make the object `out` of
 * each: what its files have in common is nobody else's, as it would not be in a module of its own.
 * version_script, map and debug are not used. The commands of one phase may run side by side. */
int built_in_commands(const struct link_request *modules, size_t module_count, const struct strvec *env,
    struct commands *out, struct err *e);

struct program_request {
    const struct recipe *recipe; /* the interpreter's */
    const struct toolchain *toolchain;
    const struct interpreter *python;
    const char *source;                  /* absolute: the C file of its main() */
    const struct strvec *defines;        /* for that */
    const struct strvec *objects;        /* absolute: of what is built in */
    const struct build_input *libraries; /* the interpreter's own tree first, then in link order */
    size_t library_count;
    bool has_cxx; /* objects were made of C++ */
    bool pie;
    const char *exports; /* absolute: a list of names for --dynamic-list */
    const char *work, *logs;
    const char *out, *map, *debug; /* absolute paths of what is made; the program has no symbol table then */
};

/* Before that: two objects that would be in the program and define one name are ERR_PACKAGE, all of them
 * named. */
int program_check_collisions(const struct program_request *r, struct err *e);

/* Adds the commands that compile main(), link the program, and take its symbol table out. A C++ compiler that
 * is missing is an error. */
int program_commands(
    const struct program_request *r, const struct strvec *env, struct commands *out, struct err *e);

#endif
