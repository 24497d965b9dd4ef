/* The first bytes: class, byte order, kind; and the field that machines lay out differently. */
#include "base/err.h"
#include "elf/internal.h"

enum elf_kind elf_identify(const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    if (size < 4 || memcmp(p, ELFMAG, SELFMAG) != 0)
        return ELF_KIND_NONE;
    if (size < 18 || (p[EI_DATA] != ELFDATA2LSB && p[EI_DATA] != ELFDATA2MSB))
        return ELF_KIND_OTHER;
    switch (get16(p + 16, p[EI_DATA] == ELFDATA2MSB)) {
    case ET_REL:
        return ELF_KIND_OBJECT;
    case ET_EXEC:
    case ET_DYN:
        return ELF_KIND_LINKED;
    default:
        return ELF_KIND_OTHER;
    }
}

int elf_read_header(struct elf_header *h, const unsigned char *p, size_t size, struct err *e)
{
    if (size < SELFMAG || memcmp(p, ELFMAG, SELFMAG) != 0)
        return err_set(e, ERR_DAMAGED, "not an ELF file");
    if (size < EI_NIDENT)
        return err_set(e, ERR_DAMAGED, "ELF header cut off after %zu bytes", size);
    if (p[EI_CLASS] != ELFCLASS32 && p[EI_CLASS] != ELFCLASS64)
        return err_set(e, ERR_DAMAGED, "ELF class %u, neither 32 nor 64 bit", p[EI_CLASS]);
    if (p[EI_DATA] != ELFDATA2LSB && p[EI_DATA] != ELFDATA2MSB)
        return err_set(e, ERR_DAMAGED, "ELF byte order %u is unknown", p[EI_DATA]);
    if (p[EI_VERSION] != EV_CURRENT)
        return err_set(e, ERR_DAMAGED, "ELF version %u is unknown", p[EI_VERSION]);
    bool wide = p[EI_CLASS] == ELFCLASS64, big = p[EI_DATA] == ELFDATA2MSB;
    if (size < (wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr)))
        return err_set(e, ERR_DAMAGED, "ELF header cut off after %zu bytes", size);

    /* Everything up to e_entry is the same in both classes; what follows the offsets is laid out alike. */
    const unsigned char *offsets = p + (wide ? 32 : 28), *rest = p + (wide ? 48 : 36);
    *h = (struct elf_header){
        .wide = wide,
        .big = big,
        .os_abi = p[EI_OSABI],
        .type = get16(p + 16, big),
        .machine = get16(p + 18, big),
        .flags = get32(rest, big),
        .segment_offset = get_word(offsets, wide, big),
        .section_offset = get_word(offsets + (wide ? 8 : 4), wide, big),
        .segment_size = get16(rest + 6, big),
        .segment_count = get16(rest + 8, big),
        .section_size = get16(rest + 10, big),
        .section_count = get16(rest + 12, big),
        .section_names = get16(rest + 14, big),
    };
    return 0;
}

void elf_split_info(
    const unsigned char *p, uint16_t machine, bool wide, bool big, uint32_t *symbol, uint32_t *type)
{
    if (!wide) {
        uint32_t info = get32(p, big);
        *symbol = info >> 8;
        *type = info & 0xff;
    } else if (machine == EM_MIPS) { /* a 32-bit symbol, then four bytes: special symbol and three types */
        *symbol = get32(p, big);
        *type = p[7];
    } else {
        uint64_t info = get64(p, big);
        *symbol = (uint32_t)(info >> 32);
        *type = (uint32_t)info;
    }
}
