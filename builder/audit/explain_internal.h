/* The parts of an explanation; for this folder and its tests. */
#ifndef AUDIT_EXPLAIN_INTERNAL_H
#define AUDIT_EXPLAIN_INTERNAL_H

#include "audit/explain.h"
#include "audit/internal.h"
#include "link/link.h"

/* A place in the file that refers to an import. */
struct import_site {
    uint32_t symbol; /* number of the dynamic symbol */
    uint64_t address;
};
struct import_sites {
    VEC(struct import_site) items; /* by symbol, then address */
    bool cut;                      /* there were too many */
};

/* Finds what refers to the imports for which wanted[symbol] is true: data that is relocated to them, and code
 * that goes through their slot in the global offset table or their stub in the procedure linkage table (x86,
 * x86-64 and AArch64; on others the slot itself is the place). */
void import_sites_find(struct import_sites *sites, const struct elf_image *image, const bool *wanted);
void import_sites_release(struct import_sites *sites);

/* From an address to what stands there. */
struct code_places {
    const struct link_place *map; /* of the link map; may be empty */
    size_t map_count;
    struct code_function {
        uint64_t address, size;
        const char *name;
    } * functions; /* by address */
    size_t function_count;
    struct code_function *sections;
    size_t section_count;
};

/* Reads .symtab where there is one, else the dynamic symbols, and section names. Texts point into the image,
 * or live in scratch. */
void code_places_read(struct code_places *places, struct arena *scratch, const struct elf_image *image);

/* Fills kind, name and function; false when nothing is known about the address. Texts are not copied. */
bool code_places_find(
    const struct code_places *places, struct arena *scratch, uint64_t address, struct audit_reason *reason);

/* Reads the link map of this file into places, when there is one: the user's, or the store's. */
void explain_find_map(struct code_places *places, struct arena *scratch, const struct explain_sources *s,
    const struct elf_image *image, struct check *c);

/* Fills report.symbols with their reasons, and what is taken from each of report.needed. */
void explain_symbols(struct check *c);
void explain_libraries(struct check *c);

#endif
