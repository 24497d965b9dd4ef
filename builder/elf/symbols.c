/* How many dynamic symbols there are (no tag says it) and what each is. */
#include "base/count.h"
#include "base/err.h"
#include "elf/internal.h"

/* Compiled twice: with the width and byte order that nearly all files have, and with any. */
static inline __attribute__((always_inline)) bool decode(
    const struct elf_image *image, size_t i, bool wide, bool big, struct elf_symbol *out)
{
    const unsigned char *p = image->symbols.ptr + i * symbol_size(wide);
    unsigned char info = p[wide ? 4 : 12], other = p[wide ? 5 : 13];
    const char *name = string_at(image, get32(p, big));
    *out = (struct elf_symbol){
        .name = name ? name : "",
        .section = get16(p + (wide ? 6 : 14), big),
        .value = wide ? get64(p + 8, big) : get32(p + 4, big),
        .size = wide ? get64(p + 16, big) : get32(p + 8, big),
        .type = info & 0xf,
        .bind = info >> 4,
        .visibility = other & 3,
    };
    if (image->versym.ptr) {
        uint16_t v = get16(image->versym.ptr + 2 * i, big);
        out->version_hidden = v & 0x8000;
        if ((v & 0x7fff) < image->version_limit)
            out->version = image->version_by_index[v & 0x7fff];
    }
    return name;
}

bool elf_symbol_at(const struct elf_image *image, size_t i, struct elf_symbol *out)
{
    return image->wide && !image->big ? decode(image, i, true, false, out)
                                      : decode(image, i, image->wide, image->big, out);
}

size_t elf_symbols_at(const struct elf_image *image, size_t i, struct elf_symbol *out, size_t most)
{
    size_t left = image->symbol_count - i, n = left < most ? left : most;
    bool usual = image->wide && !image->big;
    for (size_t k = 0; k < n; k++)
        if (!(usual ? decode(image, i + k, true, false, &out[k])
                    : decode(image, i + k, image->wide, image->big, &out[k])))
            out[k].name = NULL;
    return n;
}

static inline __attribute__((always_inline)) void count_globals(
    const struct elf_image *image, bool wide, size_t *undefined, size_t *defined)
{
    size_t globals = 0, outside = 0;
    for (size_t i = 1; i < image->symbol_count; i++) {
        const unsigned char *p = image->symbols.ptr + i * symbol_size(wide);
        bool global = p[wide ? 4 : 12] >> 4 != STB_LOCAL;
        globals += global;
        outside += global & (get16(p + (wide ? 6 : 14), false) == SHN_UNDEF); /* 0 in any byte order */
    }
    *undefined = outside;
    *defined = globals - outside;
}

void elf_count_globals(const struct elf_image *image, size_t *undefined, size_t *defined)
{
    if (image->wide)
        count_globals(image, true, undefined, defined);
    else
        count_globals(image, false, undefined, defined);
}

/* DT_HASH: the second word is the number of symbols. */
static int count_from_hash(const struct elf_image *image, uint64_t address, uint64_t *count, struct err *e)
{
    size_t word = arch_hash_word(image->machine, image->wide);
    struct elf_range at = elf_at_address(image, address);
    if (at.len < 2 * word)
        return err_set(
            e, ERR_DAMAGED, "DT_HASH: address 0x%llx is not in the file", (unsigned long long)address);
    *count = get_word(at.ptr + word, word == 8, image->big);
    return 0;
}

/* DT_GNU_HASH: symbols below the offset are not hashed; the last chain ends at the last symbol. An empty
 * table says nothing (GNU ld writes offset 1 whatever the number of undefined symbols is): *count stays as it
 * is. */
static int count_from_gnu_hash(
    const struct elf_image *image, uint64_t address, uint64_t *count, struct err *e)
{
    struct elf_range at = elf_at_address(image, address);
    if (at.len < 16)
        return err_set(
            e, ERR_DAMAGED, "DT_GNU_HASH: address 0x%llx is not in the file", (unsigned long long)address);
    bool big = image->big;
    uint64_t buckets = get32(at.ptr, big), first = get32(at.ptr + 4, big), bloom = get32(at.ptr + 8, big);
    uint64_t room = at.len - 16, bloom_bytes = bloom * (image->wide ? 8 : 4);
    if (bloom_bytes > room || buckets > (room - bloom_bytes) / 4)
        return err_set(e, ERR_DAMAGED, "DT_GNU_HASH: %llu buckets run past the end of their segment",
            (unsigned long long)buckets);
    const unsigned char *bucket = at.ptr + 16 + bloom_bytes, *chain = bucket + 4 * buckets;
    uint64_t chain_count = (room - bloom_bytes - 4 * buckets) / 4, last = 0;
    for (uint64_t i = 0; i < buckets; i++) {
        uint32_t b = get32(bucket + 4 * i, big);
        last = b > last ? b : last;
    }
    if (!last)
        return 0;
    if (last < first)
        return err_set(e, ERR_DAMAGED, "DT_GNU_HASH: a bucket points below the first hashed symbol");
    uint64_t i = last - first;
    while (i < chain_count && !(get32(chain + 4 * i, big) & 1))
        i++;
    if (i >= chain_count)
        return err_set(e, ERR_DAMAGED, "DT_GNU_HASH: the last chain has no end");
    *count = first + i + 1;
    return 0;
}

/* One more than the highest symbol that a relocation names. */
static uint64_t count_from_relocations(const struct elf_image *image)
{
    uint32_t highest = 0;
    const struct {
        struct elf_range range;
        bool rela;
    } tables[] = {{image->rela, true}, {image->rel, false}, {image->jmprel, image->jmprel_is_rela}};
    for (size_t t = 0; t < COUNT(tables); t++) {
        size_t word = image->wide ? 8 : 4, entry = word * (tables[t].rela ? 3 : 2);
        for (size_t at = 0; at < tables[t].range.len; at += entry) {
            uint32_t symbol, type;
            elf_split_info(
                tables[t].range.ptr + at + word, image->machine, image->wide, image->big, &symbol, &type);
            highest = symbol > highest ? symbol : highest;
        }
    }
    return (uint64_t)highest + 1;
}

int elf_count_symbols(struct elf_image *image, const struct elf_symbol_tags *tags, struct err *e)
{
    uint64_t most = image->symbols.len / symbol_size(image->wide), count = 0;
    if (tags->hash && count_from_hash(image, tags->hash, &count, e) < 0)
        return -1;
    if (!count && tags->has_mips_count)
        count = tags->mips_count;
    if (!count && tags->gnu_hash && count_from_gnu_hash(image, tags->gnu_hash, &count, e) < 0)
        return -1;
    if (!count) {
        /* Linkers write the tables back to back; where nothing follows, relocations bound the symbols. */
        const unsigned char *next = elf_at_address(image, tags->next).ptr, *symbols = image->symbols.ptr;
        if (next > symbols && (size_t)(next - symbols) <= image->symbols.len)
            count = (size_t)(next - symbols) / symbol_size(image->wide);
        else
            count = count_from_relocations(image);
    }
    if (count > most)
        return err_set(e, ERR_DAMAGED,
            "DT_SYMTAB: %llu symbols at address 0x%llx run past the end of their segment",
            (unsigned long long)count, (unsigned long long)tags->symbols);
    image->symbol_count = count;
    return 0;
}
