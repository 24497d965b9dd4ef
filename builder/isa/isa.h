/* Which instructions beyond the oldest processor of its architecture a file's code really uses, and whether
 * they are kept behind a check of the processor. The only user of Capstone, for x86-64; aarch64 is read by
 * its words (isa/aarch64.c).
 *
 * Code is decoded function by function (starts come from PT_GNU_EH_FRAME and the dynamic symbols, so that
 * stripped files are read as well). A function counts as guarded when every way to it that was found leads
 * through code that asks the processor (CPUID, XGETBV, an IFUNC's resolver, glibc's cpuid leaves, libgcc's
 * __cpu_model; getauxval, a register of aarch64) or looks at what such code has stored, before it; a question
 * for what every processor has is none. Calls through pointers cannot be followed: what is said is a hint,
 * not a proof. */
#ifndef ISA_ISA_H
#define ISA_ISA_H

#include "base/arena.h"
#include "base/err.h"
#include "elf/image.h"

/* Levels of the x86-64 psABI, chapter 3.1.1; ISA_EXTRA is what no level has (AES, SHA, PCLMULQDQ, …). Of
 * aarch64: LSE, which Armv8.1 has; what came up to Armv8.6 (dot products, half precision, RCPC); SVE and SME;
 * ISA_EXTRA is what every version leaves to the maker (AES, SHA, CRC-32 in Armv8.0). */
enum isa_level { ISA_BASELINE, ISA_V2, ISA_V3, ISA_V4, ISA_EXTRA, ISA_LEVELS };

/* A function that uses more than the baseline. */
struct isa_function {
    uint64_t address;
    const char *name; /* a dynamic symbol at its start, or NULL */
    bool guarded;
    bool uses[ISA_LEVELS];
    uint64_t at[ISA_LEVELS];       /* address of the first such instruction */
    char mnemonic[ISA_LEVELS][32]; /* "vpaddd" */
};

struct isa_scan {
    bool readable;             /* false: of no machine that is read, or no code */
    bool asks_processor;       /* CPUID, XGETBV, IFUNC, getauxval or the like somewhere */
    size_t function_count;     /* that were decoded */
    struct isa_function *uses; /* by address */
    size_t use_count;
};

/* Loads what decodes x86-64; without it code of that is not readable. */
int isa_load(struct err *e);

/* Reads the code; arrays live in the arena. */
void isa_read(struct isa_scan *scan, const struct elf_image *image, struct arena *arena);

/* The same for a relocatable object, whose functions are what its symbols say. Calls are not followed: all of
 * an object that asks the processor counts as guarded. Addresses are offsets in sections. */
struct elf_object;
void isa_read_object(struct isa_scan *scan, const struct elf_object *object, struct arena *arena);

/* "x86-64-v3"; "extensions that no level has" for ISA_EXTRA; of EM_AARCH64 "Armv8.1 (LSE)". */
const char *isa_level_name(uint16_t machine, enum isa_level level);

/* Whether code of the machine is read at all. */
bool isa_reads(const struct elf_image *image);

#endif
