/* Writes a shared object of symbols only: what a linker needs of a library that is not there (System V gABI
 * chapters 4 and 5; Drepper, ELF Symbol Versioning). Words, the order of bytes and flags are the
 * architecture's.
 *
 * Its sections hold no bytes (SHT_NOBITS); their addresses tell a linker which symbols are one object, and
 * whether a copy of it may be read-only. */
#ifndef ELF_STUB_H
#define ELF_STUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"
#include "base/str.h"
#include "elf/numbers.h"

enum elf_stub_part {
    ELF_STUB_CODE,
    ELF_STUB_READ_ONLY,
    ELF_STUB_WRITABLE,
    ELF_STUB_PARTS,
};

struct elf_stub_symbol {
    const char *name;
    uint16_t version;   /* 1 + index into versions; 0 for none */
    bool hidden;        /* name@VERSION: not what a name without a version is bound to */
    uint8_t type, bind; /* STT_*, STB_* */
    enum elf_stub_part part;
    uint64_t offset, size; /* bytes, from the beginning of its part */
};

struct elf_stub {
    const struct arch *arch;
    const char *soname;
    const char *const *versions; /* "GLIBC_2.17": at most ELF_STUB_VERSIONS */
    size_t version_count;
    const struct elf_stub_symbol *symbols; /* those of one name side by side */
    size_t symbol_count;
    uint64_t part_size[ELF_STUB_PARTS]; /* every symbol lies inside its part */
};

/* Version indices have 15 bits; 0 and 1 are taken. */
enum { ELF_STUB_VERSIONS = 0x7ffd };

/* Beginnings of parts are aligned to this; so is whatever has an aligned offset. */
enum { ELF_STUB_ALIGN = 64 };

/* Adds the file to *out. */
void elf_stub_write(struct strbuf *out, const struct elf_stub *stub);

#endif
