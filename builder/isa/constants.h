/* What code has in itself: the numbers and addresses that functions return, store and take, which is how
 * libraries say their version where no text does. */
#ifndef ISA_CONSTANTS_H
#define ISA_CONSTANTS_H

#include "elf/image.h"

enum isa_constant_kind {
    ISA_RETURNED_NUMBER,  /* a function that does nothing but return it */
    ISA_RETURNED_ADDRESS, /* of what a function that does nothing else returns a pointer to */
    ISA_TAKEN_ADDRESS,    /* any other */
    ISA_LOADED_ADDRESS,   /* of what is loaded into a register */
    ISA_STORED_NUMBER,    /* into memory */
    ISA_WIDE_NUMBER,      /* of 64 bits, put into a register */
    ISA_STORED_FLOAT,     /* of what a function stores, as a float, through its argument */
};

/* A set of them. */
#define ISA_CONSTANT(kind) (1u << (kind))

struct isa_constant {
    enum isa_constant_kind kind;
    uint64_t at;    /* the address of the instruction; of ISA_WIDE_NUMBER of what follows it */
    uint64_t value; /* the number, or the address */
};

typedef void isa_visit_constant(void *arg, const struct isa_constant *constant);

/* Calls visit for each of these kinds, by address. Instructions are looked for at every byte, so that some
 * are none. Of x86 (addresses: of 64 bits) and of AArch64, where numbers are said of functions that return
 * them only. */
void isa_visit_constants(const struct elf_image *image, unsigned kinds, isa_visit_constant *visit, void *arg);

enum { ISA_LAST_ARGUMENTS = 3 };

/* The last three numbers that x86-64 code right before an address hands to a function which takes six
 * arguments, or eight (System V ABI, 3.2.3): snprintf with its format as the third, or, of fortified code,
 * the fifth. False for other machines, and where there is no code; a number that was not seen is UINT32_MAX.
 */
bool isa_last_arguments(const struct elf_image *image, uint64_t at, uint32_t arguments[ISA_LAST_ARGUMENTS]);

#endif
