/* From generated C and static archives to one extension module. link makes; it never judges: audit does. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "build/backend.h"
#include "python/interpreter.h"

struct link_request {
    const struct recipe *recipe; /* the extension's */
    const struct module_spec *module;
    const struct toolchain *toolchain;
    const struct interpreter *python;
    const char *limited_api;             /* "3.12" for abi3 modules, else NULL */
    const char *src;                     /* absolute: the source, with generated C beside its origin */
    const char *work;                    /* absolute: objects go here */
    const char *out;                     /* absolute path of the module to make */
    const char *map;                     /* absolute path of the link map to make */
    const char *version_script;          /* absolute path of the version script (made from templates/) */
    const struct build_input *libraries; /* in link order */
    size_t libraries_len;
    const char *logs;
};

/* The entry point's symbol for a dotted module name: PyInit_NAME or PyInitU_ with punycode (PEP 489); caller
 * frees. */
char *module_entry_point(const char *dotted);

/* File name below the wheel's root: "zmq/backend/cython/_zmq" + ".cpython-311-x86_64-linux-gnu.so" or
 * ".abi3.so"; caller frees. */
char *module_file_name(const char *dotted, const struct interpreter *python, bool abi3);

/* One compile command a source, then one link command. env is complete. */
int link_commands(
    const struct link_request *r, const struct strvec *env, struct commands *out, struct err *e);

/* What went into a module, read from its link map: an archive that gave no member is not inside. */
struct link_member {
    const char *archive; /* path of the archive */
    const char *member;  /* "crypto_box.o" */
};
struct link_contents {
    struct link_member *items; /* sorted */
    size_t len;
};
int link_map_read(struct link_contents *out, struct arena *a, const char *map, struct err *e);

#endif
