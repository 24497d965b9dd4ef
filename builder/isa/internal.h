#ifndef ISA_INTERNAL_H
#define ISA_INTERNAL_H

#include "base/vec.h"
#include "isa/isa.h"

struct function {
    uint64_t start, end;
    const unsigned char *bytes; /* end - start of them */
    const char *name;           /* a dynamic symbol, or NULL */
    bool exported;
    bool in_data;             /* its address stands in a table */
    bool resolver;            /* of an IFUNC */
    bool chosen;              /* named by a resolver */
    bool referred;            /* by code */
    bool asks;                /* has CPUID or XGETBV */
    bool hears;               /* calls one that asks, or a small one that looks */
    bool looks;               /* reads what a function that asks has stored */
    bool reached;             /* without passing a check */
    bool weak_tests;          /* tests flags that every processor has */
    bool other_tests;         /* tests others */
    uint64_t first_check;     /* where it asks, hears or looks first; UINT64_MAX: nowhere */
    uint64_t entry_end;       /* its first jump: what stands before runs whenever it is called */
    struct isa_function *use; /* in the arena of the code; NULL: all that every processor has */
};

/* Code of one function names another: a call, a jump, its address. There are millions of these in a large
 * file. */
struct isa_reference {
    uint32_t from, to;
    uint32_t offset; /* in from */
};

/* A function writes or reads an address outside the code. */
struct access {
    uint64_t address;
    uint32_t function, offset; /* where in it */
    bool writes, reads;        /* both: it has the address, and may do there what it likes */
};

/* A word of data that the loader fills with an address of this file: a pointer, an entry of the GOT. */
struct slot {
    uint64_t at, target;
};

struct code {
    const struct elf_image *image;
    struct arena *arena;        /* where functions live, and what they use */
    struct function *functions; /* by start, not overlapping; the size of each fits into 32 bits */
    size_t count;
    VEC(struct isa_reference) references;
    VEC(struct access) accesses;
    VEC(struct slot) slots; /* by place */
    VEC(uint64_t)
    asking_slots; /* where the loader writes what others know of the processor, by name */
};

/* Finds where functions start and end. */
void code_find_functions(struct code *code);

/* Reads the slots; marks functions whose addresses stand in data, and resolvers of IFUNCs. */
void code_read_tables(struct code *code);

/* What the loader writes to a place, or 0. */
uint64_t code_slot_target(const struct code *code, uint64_t address);

/* Whether the loader writes a function there that asks the processor; and the place that a stub of the PLT
 * jumps by, or 0 when there is no stub at the address. */
bool code_slot_asks(const struct code *code, uint64_t slot);
uint64_t code_stub_slot(const struct code *code, uint64_t address);

/* Says that the code of a function, the one with this number, has the address of something: what it refers to
 * where that is in another function, what it may write or read where it is data; whoever has the address
 * itself may do both. */
void code_refer(struct code *code, size_t from, uint64_t address, uint64_t at);
void code_note_access(
    struct code *code, size_t function, uint64_t address, uint64_t at, bool write, bool has_address);

/* Says that a function has an instruction of a level at an address, where none was known yet. */
void function_note_use(
    struct code *code, struct function *f, enum isa_level level, uint64_t at, const char *mnemonic);
bool function_uses(const struct function *f, enum isa_level level);

/* Says that a function asks, hears or looks at a place. */
void function_note_check(struct function *f, uint64_t at);

/* Decodes everything: levels in use, references, accesses. False when Capstone cannot serve. */
bool code_decode(struct code *code);

/* Whether a function of this name, of another file, tells what the processor has. */
bool code_is_asking_function(const char *name);

/* The page that an ADRP of AArch64 at an address leads to. */
uint64_t aarch64_page(uint64_t address, uint32_t word);

/* The same for aarch64; references, accesses and calls of one function of it. */
bool code_read_aarch64(struct code *code);
void aarch64_follow(struct code *code, size_t index);

#endif
