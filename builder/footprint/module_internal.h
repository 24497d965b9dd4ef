/* The parts that fill a module_footprint. */
#ifndef FOOTPRINT_MODULE_INTERNAL_H
#define FOOTPRINT_MODULE_INTERNAL_H

#include "footprint/module.h"

/* Counts relocations by type, RELR ones too, and the pages that they and the loader itself write to. */
void module_relocate(struct module_footprint *m, const struct elf_image *image);

/* Fills what the symbol tables tell, and the shares. */
void module_symbols(struct module_footprint *m, const struct elf_image *image);
void module_shares(
    struct module_footprint *m, const struct elf_image *image, const struct explain_sources *sources);

#endif
