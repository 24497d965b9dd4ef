/* Walks over relocations of every form: Rel, Rela, and packed ones (DT_RELR). */
#include "elf/internal.h"

enum { TABLE_RELA, TABLE_REL, TABLE_JMPREL, TABLE_END };

static struct elf_range table_range(const struct elf_image *image, int table, bool *has_addend)
{
    *has_addend = table == TABLE_RELA || (table == TABLE_JMPREL && image->jmprel_is_rela);
    return table == TABLE_RELA ? image->rela : table == TABLE_REL ? image->rel : image->jmprel;
}

/* Relative relocations come first (ld -z combreloc) and say nothing about symbols. */
static size_t skip_relative(const struct elf_image *image, int table)
{
    if (table != (image->rela.ptr ? TABLE_RELA : TABLE_REL))
        return 0;
    bool has_addend;
    size_t len = table_range(image, table, &has_addend).len;
    size_t entry = (image->wide ? 8u : 4u) * (has_addend ? 3u : 2u);
    return image->relative_count < len / entry ? image->relative_count * entry : len;
}

struct elf_relocation_walk elf_relocations(const struct elf_image *image)
{
    return (struct elf_relocation_walk){.image = image, .at = skip_relative(image, TABLE_RELA)};
}

struct elf_relocation_walk elf_all_relocations(const struct elf_image *image)
{
    return (struct elf_relocation_walk){.image = image, .whole = true};
}

bool elf_relocation_next(struct elf_relocation_walk *walk, struct elf_relocation *out)
{
    const struct elf_image *image = walk->image;
    for (; walk->table < TABLE_END;
         walk->table++, walk->at = walk->whole ? 0 : skip_relative(image, walk->table)) {
        bool has_addend;
        struct elf_range range = table_range(image, walk->table, &has_addend);
        if (walk->at >= range.len)
            continue;
        bool wide = image->wide, big = image->big;
        size_t word = wide ? 8 : 4;
        const unsigned char *p = range.ptr + walk->at;
        *out = (struct elf_relocation){.offset = get_word(p, wide, big)};
        elf_split_info(p + word, image->machine, wide, big, &out->symbol, &out->type);
        if (out->symbol >= image->symbol_count)
            out->symbol = 0;
        if (has_addend)
            out->addend =
                wide ? (int64_t)get64(p + 2 * word, big) : (int64_t)(int32_t)get32(p + 2 * word, big);
        walk->at += (has_addend ? 3 : 2) * word;
        return true;
    }
    return false;
}

static void count_type(uint32_t type, size_t n, const uint32_t types[], size_t counts[])
{
    for (size_t i = 0; i < ELF_COUNTED_TYPES; i++)
        counts[i] += type == types[i] ? n : 0;
}

/* Most files have 64-bit words, least significant byte first, and the type in the lower half of r_info; and
 * many of one type stand together. */
static void count_in_table(
    const struct elf_range *range, size_t from, size_t entry, const uint32_t types[], size_t counts[])
{
    uint32_t type = 0;
    size_t since = from, at = from;
    for (; at + entry <= range->len; at += entry) {
        uint32_t next = get32(range->ptr + at + 8, false);
        if (next == type)
            continue;
        count_type(type, (at - since) / entry, types, counts);
        type = next;
        since = at;
    }
    count_type(type, (at - since) / entry, types, counts);
}

void elf_count_relocations(
    const struct elf_image *image, const uint32_t types[ELF_COUNTED_TYPES], size_t counts[ELF_COUNTED_TYPES])
{
    memset(counts, 0, ELF_COUNTED_TYPES * sizeof *counts);
    if (image->wide && !image->big && image->machine != EM_MIPS) {
        for (int table = 0; table < TABLE_END; table++) {
            bool has_addend;
            struct elf_range range = table_range(image, table, &has_addend);
            count_in_table(&range, skip_relative(image, table), has_addend ? 24 : 16, types, counts);
        }
    } else {
        struct elf_relocation_walk walk = elf_relocations(image);
        for (struct elf_relocation r; elf_relocation_next(&walk, &r);)
            count_type(r.type, 1, types, counts);
    }
    for (size_t i = 0; i < ELF_COUNTED_TYPES; i++)
        if (!types[i])
            counts[i] = 0;
}
