/* From an extension's sources and static archives to one extension module. link makes; it never judges: audit
 * does. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "build/backend.h"
#include "python/interpreter.h"

/* Where cythonize writes, below the source: a shipped .c of the same name is never overwritten, and wheels
 * never look in here. */
#define CYTHON_FOLDER ".staticbuild/cython"

/* What a module finds in the shared copy of its wheel (link/shared.h). */
struct link_shared {
    const bool *libraries; /* by link_request.libraries: they are in the copy */
    bool cxx_runtime;      /* so is the C++ runtime */
    const char *tree;      /* absolute: the tree of the shared copy */
    const char *library;   /* absolute path of the copy; NULL: the module takes nothing of it */
    const char *run_path;  /* DT_RUNPATH that leads from the module to it */
};

struct link_request {
    const struct recipe *recipe; /* the extension's */
    const struct module_spec *module;
    const struct toolchain *toolchain;
    const struct interpreter *python; /* NULL: see common_commands */
    const char *python_headers;       /* a folder besides the interpreter's own; NULL or "": none */
    const char *common;         /* absolute: a folder of objects that were made by common_commands; or NULL */
    const char *limited_api;    /* "3.12" for modules of a stable ABI, else NULL */
    bool abi3t;                 /* limited_api is that of builds with and without the GIL (PEP 803) */
    const char *src;            /* absolute: the source, with generated C in CYTHON_FOLDER */
    const char *work;           /* absolute: objects go here; must exist */
    const char *out;            /* absolute path of the module to make */
    const char *map;            /* absolute path of the link map to make */
    const char *debug;          /* absolute path of the debug file to make; its folder exists */
    const char *version_script; /* absolute path of the version script (made from templates/) */
    const struct build_input *libraries; /* all that the recipe links, in link order, and what it sees */
    size_t library_count;
    const char *logs;
    bool visible_inlines;             /* compile so that inline variables may be those of another file */
    const struct link_shared *shared; /* the objects are in its tree already; NULL: there is no shared copy */
};

/* The entry point's symbol for a dotted module name: PyInit_NAME, or PyInitU_ with punycode (PEP 489); caller
 * frees. */
char *module_entry_point(const char *dotted);

/* File name below the wheel's root: "zmq/backend/cython/_zmq" + ".cpython-311-x86_64-linux-gnu.so", or the
 * suffix of the stable ABI (kind PYTHON_ABI_VERSION: of none); caller frees. */
char *module_file_name(const char *dotted, const struct interpreter *python, const struct python_abi *stable);

/* What fills in {{symbols}} of templates/module.map: the entry points (PEP 489, and PEP 793's PyModExport
 * where the module has one) and what the recipe exports; caller frees. */
char *module_version_symbols(const struct module_spec *module);

/* After linking: refuses (ERR_RECIPE, with the place of its name) a module whose objects in work define the
 * entry point of another module and not its own. */
int module_entry_check(const struct recipe *r, const struct module_spec *m, const char *work, struct err *e);

/* True when module.std is for the language of one of its sources, or there is none. */
bool module_std_fits(const struct module_spec *module);

/* Where the C or C++ made of a Cython source will be, below the source; caller frees. */
char *cython_output(const struct module_spec *module, const char *source);

/* Adds the commands that translate every Cython source of every module of the recipe; none when there are
 * none. python is any CPython that runs Cython, which env (of backend_environment with the tool's tree among
 * the inputs) lets it find. The result does not depend on python, src or env's paths. Two Cython sources in
 * one module are ERR_RECIPE. */
int cythonize_commands(const struct recipe *recipe, const char *src, const char *python, const char *logs,
    const struct strvec *env, struct commands *out, struct err *e);

/* Adds one compile command a source of every module, phase "compile", then one link command a module, phase
 * "link", and what parts its debug file from it: those of one phase may run side by side, whosever they are.
 * *owners has, for each command that was added, the module's number; the caller frees it. env is complete.
 * Only the libraries that module.libraries names, and what these need, are seen and linked. A library or a
 * C++ compiler that is missing is an error. */
int link_commands(const struct link_request *modules, size_t module_count, const struct strvec *env,
    struct commands *out, size_t **owners, struct err *e);

/* For modules without python: compiles what needs no headers of an interpreter, where python_headers is a
 * folder in which each is an error. Adds a command for every file that Cython did not make, which may run
 * side by side and may fail, and beside each its object to *objects. Afterwards those objects that are there
 * are told of their module's entry point, by common_finish. */
int common_commands(const struct link_request *modules, size_t module_count, const struct strvec *env,
    struct strvec *objects, struct commands *out, struct err *e);
void common_finish(const struct link_request *modules, size_t module_count, const struct strvec *objects,
    const struct strvec *env, struct commands *out);

/* A linked file, and what is taken out of it. */
struct debug_split {
    const struct toolchain *toolchain;
    const char *name;  /* of the module, for its log; NULL: it has none of its own */
    const char *file;  /* absolute path; loses its symbol table and what debuggers read */
    const char *debug; /* absolute path: gets them */
    const char *work, *logs;
    const char *stripped; /* absolute path: gets the rest, and file stays as it is; NULL: file is changed */
};

/* Adds the command that makes the debug file, phase "debug", and the one that comes after it, phase "strip".
 * Those of several files may run side by side. */
void debug_command(const struct debug_split *d, const struct strvec *env, struct commands *out);
void strip_command(const struct debug_split *d, const struct strvec *env, struct commands *out);

/* Where debuggers look below a folder of debug files: DEBUG_BY_ID/ab/cdef….debug. */
#define DEBUG_BY_ID ".build-id"

/* The place of a linked file's debug file below such a folder; NULL with *e empty when the file has no build
 * id. The caller frees it. */
char *debug_file_name(const char *file, struct err *e);

/* Moves the debug file of a linked file to its place below folder; *below is that place, which the caller
 * frees, or NULL: the file has no build id, and nothing was moved. */
int debug_file_place(char **below, const char *file, const char *debug, const char *folder, struct err *e);

/* What went into a module, read from its link map. */
struct link_member {
    const char *archive;     /* path of the archive */
    const char *member;      /* "crypto_box.o" */
    uint64_t size_bytes;     /* of it that stayed in memory; 0 when --gc-sections took all of it */
    uint64_t writable_bytes; /* of these: variables, of which each module has its own */
};
/* Where a piece of input ended up in the module. */
struct link_place {
    uint64_t address, size_bytes;
    const char *file;    /* path of the archive or of the object */
    const char *member;  /* of the archive; NULL for an object */
    const char *section; /* of the input: ".text.deflate" */
};
struct link_contents {
    struct link_member *items; /* by archive, then member */
    size_t len;
    struct link_place *places; /* by address */
    size_t place_count;
};

/* Reads a map of GNU ld or LLVM's lld. A library is inside when one of its archives has a member with a size.
 * Anything else than such a map is ERR_PACKAGE. The result lives in the arena. */
int link_map_read(struct link_contents *out, struct arena *a, const char *map, struct err *e);

/* The same for text in memory; name is for messages. */
int link_map_parse(
    struct link_contents *out, struct arena *a, const char *name, struct slice text, struct err *e);

/* Gives definitions of some names in objects the default visibility; finds out what a module borrows. */
extern const struct helper expose_helper, borrow_helper;

/* Adds what was linked without the marks of elf_marks: "libz.a(crc.o)", "001-m.o". Files that are gone are
 * not told of. */
void link_unmarked(struct strvec *out, const struct link_contents *c);

#endif
