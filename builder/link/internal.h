/* For this folder and its tests. */
#ifndef LINK_INTERNAL_H
#define LINK_INTERNAL_H

#include "elf/object.h"
#include "link/link.h"

bool source_is_assembler(const char *source); /* .S, which is preprocessed, and .s */

/* What the recipe says of one of the module's sources besides what it says of all; NULL when nothing. */
const struct module_files *module_files_of(const struct module_spec *m, const char *source);

/* Adds the files that the module's sources are, below src, patterns replaced by what fits them, without those
 * that it excludes. A pattern that nothing fits is ERR_RECIPE. */
int module_sources(const struct recipe *recipe, const struct module_spec *m, const char *src,
    struct strvec *out, struct err *e);

/* The module with what its Cython sources say of it (`# distutils:` lines); the very same when there are
 * none. NULL with *e for one that cannot be read, or leads out of the source. In the arena. */
const struct module_spec *module_as_spoken(struct arena *a, const struct recipe *recipe,
    const struct module_spec *m, const char *src, struct err *e);

/* PyInit_NAME and PyModExport_NAME (PEP 793) of a module; the caller frees it. */
enum { MODULE_ENTRY_POINTS = 2 };
char *module_entry_point_of(const char *dotted, size_t i);

/* Adds the command that makes the entry point visible in those objects that are in the module's work folder;
 * it may run beside those of others. */
void expose_command(const struct link_request *r, const struct strvec *objects, const struct strvec *env,
    struct commands *out);

/* Adds a command with a copy of env; its log is logs/PHASE.log, or logs/PHASE-NAME.log. */
struct command *link_command(struct commands *out, const char *phase, const char *dir, const char *logs,
    const char *name, const struct strvec *env);

/* The same for a module, with a log of its own; it may run beside those of other modules. */
struct command *module_command(
    const struct link_request *r, const char *phase, const struct strvec *env, struct commands *out);

/* Sets *e to something wrong with the module, where the recipe has it; -1. */
int module_error(const struct link_request *r, struct err *e, const char *what, const char *name);

/* The module with what its Cython sources say, in the arena; NULL when something that it needs is not there.
 * used has a flag for each of r->libraries: whether the module links it, because it names it, or something
 * that it names needs it, or it names none. What is only seen is seen by each. */
const struct module_spec *link_check(
    struct arena *a, const struct link_request *r, bool *used, struct err *e);

/* Whether the module, or a library that it uses, needs the C++ runtime. */
bool links_cxx(const struct link_request *r, const bool *used);

/* Where the archives of libraries are taken from. */
struct archive_places {
    const char *copies;        /* folder of changed copies, by the library's name; NULL: the library's tree */
    const char *shared_copies; /* the same for those that are shared; NULL: those are left out */
    const bool *shared;        /* by r->libraries; NULL: none is */
};

/* Adds the archives of the used libraries, in link order, then what they need of the system. */
void push_libraries(
    const struct link_request *r, const bool *used, const struct archive_places *places, struct strvec *argv);
void push_system_libraries(const struct link_request *r, const bool *used, struct strvec *argv);

/* Whether it takes a library that the interpreter has itself from there ([wheel] sharing). Then the file that
 * says how (work/borrow.ENDING: "c", "o", and "arguments" of the linker; the caller frees it), and the
 * commands that make it: of what the objects take, and compiled. The entry point is from then on that file's.
 */
bool module_borrows(const struct link_request *r, const bool *used);
char *borrow_file(const struct link_request *r, const char *ending);
void borrow_command(const struct link_request *r, const bool *used, const struct strvec *objects,
    const struct strvec *env, struct commands *out);
int borrow_compile_command(
    const struct link_request *r, const struct strvec *env, struct commands *out, struct err *e);

/* Calls see for every object of an archive. */
int archive_each_object(const char *path,
    void (*see)(void *arg, const struct elf_object *o, struct slice name), void *arg, struct err *e);

/* Adds a compile command for every source, and what they make to objects; out is NULL when it was compiled
 * before: the objects alone. used has a flag for each of r->libraries. */
int compile_commands(const struct link_request *r, const bool *used, const struct strvec *env,
    struct strvec *objects, struct commands *out, struct err *e);

#endif
