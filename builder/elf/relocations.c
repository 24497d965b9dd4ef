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
