/* A linked ELF file as the dynamic loader sees it: program headers and PT_DYNAMIC, never section headers
 * (System V gABI chapters 4 and 5, the GNU symbol-versioning and hash extensions, RELR).
 *
 * The bytes belong to the caller and must outlive the image: every string and range points into them. All
 * offsets, counts and strings were checked; a file whose tables a loader could not use, or whose end is
 * missing, is an error that says what is wrong. A segment without bytes in the file (file_size 0) may have
 * any offset. */
#ifndef ELF_IMAGE_H
#define ELF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;

#include "arch/arch.h"
#include "elf/numbers.h"

/* What a file is, told from its first bytes. */
enum elf_kind {
    ELF_KIND_NONE,   /* not ELF */
    ELF_KIND_OBJECT, /* ET_REL: see elf/object.h */
    ELF_KIND_LINKED, /* ET_EXEC, ET_DYN: see below */
    ELF_KIND_OTHER,  /* a core dump, an unknown type, an incomplete header */
};

/* Bytes inside the file. */
struct elf_range {
    const unsigned char *ptr; /* NULL when absent */
    size_t len;
};

struct elf_segment {
    uint32_t type, flags; /* PT_*, PF_* */
    uint64_t offset, address, file_size, memory_size, align;
};

/* A version that the file needs (file is the library it comes from) or defines (file is NULL). */
struct elf_version {
    const char *name, *file;
    uint16_t index; /* as in DT_VERSYM, without the hidden bit */
    uint16_t flags; /* VER_FLG_BASE, VER_FLG_WEAK */
};

struct elf_image {
    const unsigned char *bytes;
    size_t size;
    bool wide;               /* ELFCLASS64 */
    bool big;                /* most significant byte first */
    uint8_t os_abi;          /* ELFOSABI_* */
    uint16_t type, machine;  /* ET_*, EM_* */
    uint32_t machine_flags;  /* e_flags */
    uint64_t segment_offset; /* of the program headers */
    size_t segment_count;

    const char *interpreter;          /* PT_INTERP, or NULL */
    bool has_stack, executable_stack; /* PT_GNU_STACK: present; with PF_X */
    bool has_relro;                   /* PT_GNU_RELRO */
    uint64_t tls_size, tls_align;     /* PT_TLS: bytes of thread-local storage */
    bool writable_code;               /* a PT_LOAD with PF_W and PF_X */
    uint64_t dynamic_offset;          /* of PT_DYNAMIC */
    size_t dynamic_count;             /* entries before DT_NULL; 0 when there is no PT_DYNAMIC */

    const char *soname, *rpath, *runpath; /* NULL when absent */
    const char *const *needed;            /* DT_NEEDED in file order */
    size_t needed_count;
    uint64_t flags, flags_1;       /* DT_FLAGS, DT_FLAGS_1 */
    bool textrel;                  /* DT_TEXTREL or DF_TEXTREL */
    bool bind_now;                 /* DT_BIND_NOW, DF_BIND_NOW or DF_1_NOW */
    bool symbolic;                 /* DT_SYMBOLIC or DF_SYMBOLIC */
    bool has_init, has_fini;       /* DT_INIT, DT_FINI */
    size_t init_count, fini_count; /* entries of DT_INIT_ARRAY, DT_FINI_ARRAY */

    struct elf_range strings;         /* DT_STRTAB up to its last NUL */
    struct elf_range symbols, versym; /* symbol_count entries each; versym may be absent */
    size_t symbol_count;              /* the null symbol included */
    struct elf_range rela, rel, jmprel, relr;
    bool jmprel_is_rela;
    size_t relative_count; /* leading relative relocations, told by DT_RELACOUNT or DT_RELCOUNT */

    const struct elf_version *needed_versions; /* DT_VERNEED, in file order */
    size_t needed_version_count;
    const struct elf_version *defined_versions; /* DT_VERDEF, in file order */
    size_t defined_version_count;
    const struct elf_version *const *version_by_index; /* NULL where no version has the index */
    size_t version_limit;                              /* indices below this may be looked up */
};

struct elf_symbol {
    const char *name;
    uint64_t value, size;
    const struct elf_version *version; /* NULL when local, global or unversioned */
    uint16_t section;                  /* SHN_UNDEF, SHN_ABS, … */
    uint8_t type, bind, visibility;    /* STT_*, STB_*, STV_* */
    bool version_hidden;               /* name@VERSION, not the default name@@VERSION */
};

struct elf_relocation {
    uint64_t offset; /* address that is patched */
    uint32_t symbol; /* index into the dynamic symbols, checked against symbol_count; 0 for none */
    uint32_t type;   /* R_<machine>_* */
    int64_t addend;  /* 0 in tables without addends */
};

/* Walks DT_RELA, DT_REL and DT_JMPREL. */
struct elf_relocation_walk {
    const struct elf_image *image;
    int table;
    size_t at;
    bool whole; /* relative ones too */
};

struct elf_note {
    const char *name; /* without its NUL; not terminated */
    size_t name_len;
    uint32_t type; /* NT_* of that name */
    struct elf_range data;
};

struct elf_note_walk {
    const struct elf_image *image;
    size_t segment, at;
    bool inside;
};

/* The kind of file that these bytes begin. */
enum elf_kind elf_identify(const void *bytes, size_t size);

/* Reads a linked file; arrays live in the arena. Fails with ERR_ENVIRONMENT and the reason. */
int elf_open(struct elf_image *image, struct arena *arena, const void *bytes, size_t size, struct err *e);

/* Segment i of segment_count. */
struct elf_segment elf_segment_at(const struct elf_image *image, size_t i);

/* Why a loader cannot map the file, and the address of the segment that is so; NULL when it can. */
const char *elf_segments_fault(const struct elf_image *image, uint64_t *address);

/* The file bytes that a loader would map at the address, up to the end of its segment; empty when none. */
struct elf_range elf_at_address(const struct elf_image *image, uint64_t address);

/* Dynamic entry i of dynamic_count. */
void elf_dynamic_at(const struct elf_image *image, size_t i, uint64_t *tag, uint64_t *value);

/* The dynamic string at an offset, or NULL when it is outside the table. */
const char *elf_string_at(const struct elf_image *image, uint64_t offset);

/* Decodes dynamic symbol i of symbol_count; false (with an empty name) when its name is outside the table. */
bool elf_symbol_at(const struct elf_image *image, size_t i, struct elf_symbol *symbol);

/* Decodes dynamic symbols from number i on, which is at most symbol_count; returns how many, 0 at the end. A
 * name outside the table is NULL. */
size_t elf_symbols_at(const struct elf_image *image, size_t i, struct elf_symbol *out, size_t most);

/* Counts dynamic symbols that are not local: undefined ones, and others. */
void elf_count_globals(const struct elf_image *image, size_t *undefined, size_t *defined);

/* Starts a walk over the relocations; leading relative ones are skipped, or not. */
struct elf_relocation_walk elf_relocations(const struct elf_image *image);
struct elf_relocation_walk elf_all_relocations(const struct elf_image *image);
bool elf_relocation_next(struct elf_relocation_walk *walk, struct elf_relocation *relocation);

/* Counts relocations of three types (0: none), but for leading relative ones. */
enum { ELF_COUNTED_TYPES = 3 };
void elf_count_relocations(
    const struct elf_image *image, const uint32_t types[ELF_COUNTED_TYPES], size_t counts[ELF_COUNTED_TYPES]);

/* The types of a machine that bind to the thread pointer (two), and the one that asks a function
 * (R_*_IRELATIVE); NULL when they are not known. */
const uint32_t *elf_special_types(uint16_t machine);

/* R_*_COPY of a machine, or 0 when it is not known. */
uint32_t elf_copy_type(uint16_t machine);

/* Starts a walk over the notes; a damaged note ends its segment. */
struct elf_note_walk elf_notes(const struct elf_image *image);
bool elf_note_next(struct elf_note_walk *walk, struct elf_note *note);

/* NT_GNU_BUILD_ID, or an empty range. */
struct elf_range elf_build_id(const struct elf_image *image);

/* Walks the starts of functions that PT_GNU_EH_FRAME lists (LSB, "Exception Frames"), by address, each with
 * the address of its frame description; nothing where the table is absent, or not as all compilers write it.
 */
struct elf_function_walk {
    struct elf_range table;
    bool big;
    uint64_t base, count, at;
};
struct elf_function_walk elf_functions(const struct elf_image *image);
bool elf_function_next(struct elf_function_walk *walk, uint64_t *start, uint64_t *frame);

/* The GNU property of that type (GNU_PROPERTY_*), at most 32 bits; false when it is absent. */
bool elf_property(const struct elf_image *image, uint32_t type, uint32_t *value);

/* What a processor that watches jumps may rely on, by the file's note: every place that jumps by address lead
 * to is marked (IBT of x86, BTI of AArch64), and so are returns (SHSTK, PAC). The linker keeps what all
 * objects have. -1 where the machine has no such note. */
enum elf_mark { ELF_MARKED_JUMPS = 1, ELF_MARKED_RETURNS = 2 };
int elf_marks(const struct elf_image *image);

#endif
