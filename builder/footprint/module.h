/* What a module, library or program will cost when it is loaded, told from the file alone. */
#ifndef FOOTPRINT_MODULE_H
#define FOOTPRINT_MODULE_H

#include "audit/explain.h"
#include "base/arena.h"
#include "elf/image.h"

struct module_section {
    const char *name;
    uint64_t size; /* in memory */
    bool in_file;  /* false: .bss and the like */
    bool writable, code;
};

/* What a relocation asks of the loader. */
enum relocation_class {
    RELOCATION_RELATIVE, /* the load address is added */
    RELOCATION_SYMBOL,   /* a symbol is looked up, for data and pointers */
    RELOCATION_CALL,     /* a symbol is looked up, now or at the first call */
    RELOCATION_TLS,
    RELOCATION_RESOLVER, /* a function of the file is asked (IRELATIVE) */
    RELOCATION_COPY,
    RELOCATION_OTHER,
    RELOCATION_CLASSES,
};
const char *relocation_class_name(enum relocation_class class); /* "relative" */

struct module_relocations {
    uint32_t type;    /* R_<machine>_* */
    const char *name; /* "R_X86_64_RELATIVE", "type 77" */
    enum relocation_class class;
    uint64_t count;
};

enum { MODULE_PAGE = 4096 };

/* Pages that the loader writes to while it loads the file, before any of its code runs. */
struct module_pages {
    uint64_t relro, relro_written; /* pages that become read-only afterwards, and those of them written to */
    uint64_t data, data_written;   /* other writable pages of the file */
    uint64_t code_written;         /* text relocations */
    uint64_t bss;                  /* pages that no file stands behind */
};

struct module_symbol {
    const char *name;
    uint64_t size;
};

/* A part of the file by where it came from. */
struct module_share {
    const char *name; /* "libsodium.a", or a source file */
    uint64_t size;
    size_t members; /* of an archive; 0 for others */
};

enum share_source {
    SHARE_UNKNOWN,
    SHARE_LINK_MAP,
    SHARE_SYMBOLS, /* the source files named in the symbol table: their static functions and variables only */
};

enum { MODULE_LARGEST = 20 };

/* Texts live in the arena and do not point into the file. */
struct module_footprint {
    struct arena arena;
    const char *path, *machine, *soname; /* soname or NULL */
    uint64_t size;                       /* of the file */
    uint64_t memory;                     /* addresses from the first page to the last */
    uint64_t code, constants, writable,
        debug; /* bytes of sections, writable with .bss; debug is not loaded */
    struct module_section *sections;
    size_t section_count;
    struct module_relocations *relocations; /* most frequent first */
    size_t relocation_count;
    uint64_t relocation_total, lookups; /* lookups: relocations that need a symbol of a name */
    struct module_pages pages;
    size_t exported, imported; /* dynamic symbols */
    uint64_t tls_size;
    bool static_tls; /* wants a place in the few bytes that are left for modules loaded later */
    size_t constructors, destructors;
    bool bind_now;
    const char *const *needed;
    size_t needed_count;
    bool from_symbol_table; /* the largest ones are of the full symbol table, not of the exported symbols */
    struct module_symbol functions[MODULE_LARGEST], objects[MODULE_LARGEST]; /* largest first */
    size_t function_count, object_count;
    enum share_source share_source;
    struct module_share *shares; /* largest first */
    size_t share_count;
    const char *map; /* the link map that told, or NULL */
};

/* Reads one file. sources (may be NULL) knows link maps. Fails with ERR_ENVIRONMENT when it cannot be read or
 * is no linked ELF file. */
int module_footprint_read(
    struct module_footprint *m, const char *path, const struct explain_sources *sources, struct err *e);
void module_footprint_release(struct module_footprint *m);

#endif
