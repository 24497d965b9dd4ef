/* Reading numbers of either width and byte order; for this folder and its tests. */
#ifndef ELF_INTERNAL_H
#define ELF_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "elf/image.h"

static inline uint16_t get16(const unsigned char *p, bool big)
{
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return big == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) ? v : __builtin_bswap16(v);
}

static inline uint32_t get32(const unsigned char *p, bool big)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return big == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) ? v : __builtin_bswap32(v);
}

static inline uint64_t get64(const unsigned char *p, bool big)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return big == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) ? v : __builtin_bswap64(v);
}

/* An address-sized number. */
static inline uint64_t get_word(const unsigned char *p, bool wide, bool big)
{
    return wide ? get64(p, big) : get32(p, big);
}

/* Whether [offset, offset + length) lies inside size bytes. */
static inline bool range_valid(uint64_t offset, uint64_t length, uint64_t size)
{
    return length <= size && offset <= size - length;
}

/* What the first 16 + 48 bytes of any ELF file say. */
struct elf_header {
    bool wide, big;
    uint8_t os_abi;
    uint16_t type, machine;
    uint32_t flags;
    uint64_t segment_offset, section_offset;
    uint16_t segment_size, segment_count, section_size, section_count, section_names;
};

struct err;

/* Reads and checks the file header (gABI ch. 4); fails when it is short or of an unknown class or order. */
int elf_read_header(struct elf_header *header, const unsigned char *bytes, size_t size, struct err *e);

/* Splits r_info; MIPS has its own order of fields. */
void elf_split_info(
    const unsigned char *info, uint16_t machine, bool wide, bool big, uint32_t *symbol, uint32_t *type);

/* The parts of elf_open, in its order. Each fails with the reason. */
int elf_read_dynamic(struct elf_image *image, struct arena *arena, struct err *e);
int elf_read_versions(struct elf_image *image, struct arena *arena, uint64_t needed, uint64_t needed_count,
    uint64_t defined, uint64_t defined_count, struct err *e);

/* Where the dynamic tags say that the symbols are; zero where a tag is absent. */
struct elf_symbol_tags {
    uint64_t symbols, hash, gnu_hash, mips_count;
    uint64_t next; /* the table that follows the symbols */
    bool has_mips_count;
};
int elf_count_symbols(struct elf_image *image, const struct elf_symbol_tags *tags, struct err *e);

/* As elf_string_at. */
static inline const char *string_at(const struct elf_image *image, uint64_t offset)
{
    return offset < image->strings.len ? (const char *)image->strings.ptr + offset : NULL;
}

static inline size_t symbol_size(bool wide)
{
    return wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
}

#endif
