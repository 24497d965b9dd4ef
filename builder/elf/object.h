/* An ELF file as the linker sees it: section headers, the symbol table and relocations by section (gABI
 * ch. 4). For relocatable objects, and for what only section headers tell about linked files; nothing that a
 * module is judged by comes from here. The bytes belong to the caller and must outlive the object. */
#ifndef ELF_OBJECT_H
#define ELF_OBJECT_H

#include "elf/image.h"

struct elf_section {
    const char *name;       /* "" when its name is damaged */
    uint32_t type;          /* SHT_* */
    uint32_t link, info;    /* section indices, by type */
    uint64_t flags;         /* SHF_* */
    uint64_t address, size; /* size in memory */
    uint64_t entry_size;
    struct elf_range data; /* empty for SHT_NOBITS and for sections that are not inside the file */
};

struct elf_object {
    const unsigned char *bytes;
    size_t size;
    bool wide, big;
    uint16_t type, machine;
    uint32_t machine_flags;
    uint64_t section_offset;
    size_t section_count;   /* 0 when section headers were stripped */
    struct elf_range names; /* section names, up to the last NUL */
    size_t symbol_section;  /* index of SHT_SYMTAB, or 0 */
    struct elf_range symbols, strings;
    size_t symbol_count;
};

/* Reads any ELF file's section headers. Fails with ERR_ENVIRONMENT and the reason. */
int elf_object_open(struct elf_object *object, const void *bytes, size_t size, struct err *e);

/* Section i of section_count. */
struct elf_section elf_section_at(const struct elf_object *object, size_t i);

/* Symbol i of SHT_SYMTAB, unversioned; false (with an empty name) when there is none or its name is damaged.
 * section is SHN_XINDEX when there are too many sections to say. */
bool elf_object_symbol_at(const struct elf_object *object, size_t i, struct elf_symbol *symbol);

/* Walks the relocations of one SHT_REL or SHT_RELA section. */
struct elf_section_relocations {
    const struct elf_object *object;
    struct elf_range data;
    size_t at;
    bool has_addend;
};

/* Starts at a section; other types of sections have no relocations. Symbols are indices into SHT_SYMTAB, 0
 * when out of bounds. */
struct elf_section_relocations elf_section_relocations(
    const struct elf_object *o, const struct elf_section *s);
bool elf_section_relocation_next(struct elf_section_relocations *walk, struct elf_relocation *relocation);

/* What elf_marks says of linked files, of one that is to be linked. */
int elf_object_marks(const struct elf_object *object);

enum elf_lto {
    ELF_LTO_NONE,
    ELF_LTO_FAT,  /* compiler's intermediate code beside machine code */
    ELF_LTO_SLIM, /* intermediate code only: useless without the same compiler */
};

/* Whether the object carries a compiler's intermediate code (.gnu.lto_*, .llvm.lto). */
enum elf_lto elf_object_lto(const struct elf_object *object);

/* Both of these in one pass over the sections: elf_object_lto, elf_object_debug_size. */
void elf_object_leftovers(const struct elf_object *object, enum elf_lto *lto, uint64_t *debug_size);

/* Debug information (.debug_* or .zdebug_*) in bytes. */
uint64_t elf_object_debug_size(const struct elf_object *object);

#endif
