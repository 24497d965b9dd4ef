/* The dynamic section: found by its segment, its tags read once, texts and tables located (gABI ch. 5).
 * */
#include "base/arena.h"
#include "base/err.h"
#include "elf/internal.h"

void elf_dynamic_at(const struct elf_image *image, size_t i, uint64_t *tag, uint64_t *value)
{
    size_t word = image->wide ? 8 : 4;
    const unsigned char *p = image->bytes + image->dynamic_offset + i * 2 * word;
    *tag = get_word(p, image->wide, image->big);
    *value = get_word(p + word, image->wide, image->big);
}

const char *elf_string_at(const struct elf_image *image, uint64_t offset)
{
    return string_at(image, offset);
}

/* The tags that count, by their number: all of them are below 38, or renumbered to here. */
enum {
    TAG_GNU_HASH = 40,
    TAG_FLAGS_1,
    TAG_VERSYM,
    TAG_VERDEF,
    TAG_VERDEFNUM,
    TAG_VERNEED,
    TAG_VERNEEDNUM,
    TAG_RELACOUNT,
    TAG_RELCOUNT,
    TAG_MIPS_SYMTABNO,
    TAG_LIMIT
};

struct tags {
    uint64_t value[TAG_LIMIT]; /* as for the loader, the last of a kind counts */
    bool has[TAG_LIMIT];
};

static size_t tag_slot(uint64_t tag, uint16_t machine)
{
    if (tag < TAG_GNU_HASH)
        return tag;
    switch (tag) {
    case DT_GNU_HASH:
        return TAG_GNU_HASH;
    case DT_FLAGS_1:
        return TAG_FLAGS_1;
    case DT_VERSYM:
        return TAG_VERSYM;
    case DT_VERDEF:
        return TAG_VERDEF;
    case DT_VERDEFNUM:
        return TAG_VERDEFNUM;
    case DT_VERNEED:
        return TAG_VERNEED;
    case DT_VERNEEDNUM:
        return TAG_VERNEEDNUM;
    case DT_RELACOUNT:
        return TAG_RELACOUNT;
    case DT_RELCOUNT:
        return TAG_RELCOUNT;
    case DT_MIPS_SYMTABNO:
        return machine == EM_MIPS ? TAG_MIPS_SYMTABNO : TAG_LIMIT;
    default:
        return TAG_LIMIT;
    }
}

static size_t collect_tags(const struct elf_image *image, struct tags *tags)
{
    size_t needed = 0;
    for (size_t i = 0; i < image->dynamic_count; i++) {
        uint64_t tag, value;
        elf_dynamic_at(image, i, &tag, &value);
        needed += tag == DT_NEEDED;
        size_t slot = tag_slot(tag, image->machine);
        if (slot < TAG_LIMIT) {
            tags->value[slot] = value;
            tags->has[slot] = true;
        }
    }
    return needed;
}

static int read_strings(struct elf_image *image, const struct tags *tags, struct err *e)
{
    if (!tags->has[DT_STRTAB])
        return 0;
    struct elf_range at = elf_at_address(image, tags->value[DT_STRTAB]);
    uint64_t size = tags->value[DT_STRSZ];
    if (!at.ptr || size > at.len)
        return err_set(e, ERR_DAMAGED, "DT_STRTAB: %llu bytes at address 0x%llx are not in the file",
            (unsigned long long)size, (unsigned long long)tags->value[DT_STRTAB]);
    const unsigned char *last = size ? memrchr(at.ptr, 0, size) : NULL;
    image->strings = (struct elf_range){at.ptr, last ? (size_t)(last - at.ptr) + 1 : 0};
    return 0;
}

static int read_string(const struct elf_image *image, const struct tags *tags, size_t tag,
    const char *tag_name, const char **out, struct err *e)
{
    if (!tags->has[tag])
        return 0;
    *out = elf_string_at(image, tags->value[tag]);
    return *out ? 0 : err_set(e, ERR_DAMAGED, "%s: string outside the string table", tag_name);
}

static int read_needed(struct elf_image *image, struct arena *arena, size_t count, struct err *e)
{
    const char **needed = arena_alloc(arena, (count + 1) * sizeof *needed);
    size_t n = 0;
    for (size_t i = 0; i < image->dynamic_count; i++) {
        uint64_t tag, value;
        elf_dynamic_at(image, i, &tag, &value);
        if (tag != DT_NEEDED)
            continue;
        needed[n] = elf_string_at(image, value);
        if (!needed[n++])
            return err_set(e, ERR_DAMAGED, "DT_NEEDED: string outside the string table");
    }
    image->needed = needed;
    image->needed_count = n;
    return 0;
}

/* A table of whole entries; its size is cut to them. */
static int read_table(const struct elf_image *image, const struct tags *tags, size_t tag, size_t size_tag,
    size_t entry, const char *name, struct elf_range *out, struct err *e)
{
    uint64_t size = tags->value[size_tag];
    if (!tags->has[tag] || !size)
        return 0;
    struct elf_range at = elf_at_address(image, tags->value[tag]);
    if (!at.ptr || size > at.len)
        return err_set(e, ERR_DAMAGED, "%s: %llu bytes at address 0x%llx are not in the file", name,
            (unsigned long long)size, (unsigned long long)tags->value[tag]);
    *out = (struct elf_range){at.ptr, size - size % entry};
    return 0;
}

static int read_relocations(struct elf_image *image, const struct tags *tags, struct err *e)
{
    size_t rela = image->wide ? sizeof(Elf64_Rela) : sizeof(Elf32_Rela);
    size_t rel = image->wide ? sizeof(Elf64_Rel) : sizeof(Elf32_Rel);
    if (tags->has[DT_RELAENT] && tags->value[DT_RELAENT] != rela)
        return err_set(e, ERR_DAMAGED, "DT_RELAENT is not %zu", rela);
    if (tags->has[DT_RELENT] && tags->value[DT_RELENT] != rel)
        return err_set(e, ERR_DAMAGED, "DT_RELENT is not %zu", rel);
    image->jmprel_is_rela = tags->value[DT_PLTREL] == DT_RELA;
    if (read_table(image, tags, DT_RELA, DT_RELASZ, rela, "DT_RELA", &image->rela, e) < 0 ||
        read_table(image, tags, DT_REL, DT_RELSZ, rel, "DT_REL", &image->rel, e) < 0 ||
        read_table(image, tags, DT_JMPREL, DT_PLTRELSZ, image->jmprel_is_rela ? rela : rel, "DT_JMPREL",
            &image->jmprel, e) < 0 ||
        read_table(image, tags, DT_RELR, DT_RELRSZ, image->wide ? 8 : 4, "DT_RELR", &image->relr, e) < 0)
        return -1;

    /* Some linkers count the PLT's relocations as the tail of the others. */
    struct elf_range *outer = image->jmprel_is_rela ? &image->rela : &image->rel, *tail = &image->jmprel;
    if (outer->ptr && tail->ptr && tail->ptr >= outer->ptr && tail->len <= outer->len &&
        tail->ptr == outer->ptr + (outer->len - tail->len))
        outer->len -= tail->len;
    image->relative_count = tags->value[image->rela.ptr ? TAG_RELACOUNT : TAG_RELCOUNT];
    return 0;
}

/* The lowest address above the one given that a tag names. */
static uint64_t table_behind(const struct tags *tags, uint64_t address)
{
    static const uint8_t tables[] = {DT_STRTAB, DT_HASH, TAG_GNU_HASH, TAG_VERSYM, TAG_VERDEF, TAG_VERNEED,
        DT_RELA, DT_REL, DT_JMPREL, DT_RELR, DT_INIT, DT_FINI, DT_INIT_ARRAY, DT_FINI_ARRAY, DT_PLTGOT};
    uint64_t next = 0;
    for (size_t i = 0; i < sizeof tables; i++) {
        uint64_t at = tags->value[tables[i]];
        if (at > address && (!next || at < next))
            next = at;
    }
    return next;
}

static int read_symbols(struct elf_image *image, const struct tags *tags, struct err *e)
{
    if (!tags->has[DT_SYMTAB])
        return 0;
    size_t entry = symbol_size(image->wide);
    if (tags->has[DT_SYMENT] && tags->value[DT_SYMENT] != entry)
        return err_set(e, ERR_DAMAGED, "DT_SYMENT is not %zu", entry);
    image->symbols = elf_at_address(image, tags->value[DT_SYMTAB]);
    if (!image->symbols.ptr)
        return err_set(e, ERR_DAMAGED, "DT_SYMTAB: address 0x%llx is not in the file",
            (unsigned long long)tags->value[DT_SYMTAB]);
    struct elf_symbol_tags where = {
        .symbols = tags->value[DT_SYMTAB],
        .hash = tags->value[DT_HASH],
        .gnu_hash = tags->value[TAG_GNU_HASH],
        .next = table_behind(tags, tags->value[DT_SYMTAB]),
        .mips_count = tags->value[TAG_MIPS_SYMTABNO],
        .has_mips_count = tags->has[TAG_MIPS_SYMTABNO],
    };
    if (elf_count_symbols(image, &where, e) < 0)
        return -1;
    image->symbols.len = image->symbol_count * entry;

    if (!tags->has[TAG_VERSYM])
        return 0;
    image->versym = elf_at_address(image, tags->value[TAG_VERSYM]);
    if (image->versym.len / 2 < image->symbol_count)
        return err_set(e, ERR_DAMAGED, "DT_VERSYM: %zu entries at address 0x%llx are not in the file",
            image->symbol_count, (unsigned long long)tags->value[TAG_VERSYM]);
    image->versym.len = image->symbol_count * 2;
    return 0;
}

int elf_read_dynamic(struct elf_image *image, struct arena *arena, struct err *e)
{
    struct tags tags = {0};
    size_t needed = collect_tags(image, &tags), word = image->wide ? 8 : 4;
    const uint64_t *value = tags.value;
    image->flags = value[DT_FLAGS];
    image->flags_1 = value[TAG_FLAGS_1];
    image->textrel = tags.has[DT_TEXTREL] || image->flags & DF_TEXTREL;
    image->bind_now = tags.has[DT_BIND_NOW] || image->flags & DF_BIND_NOW || image->flags_1 & DF_1_NOW;
    image->symbolic = tags.has[DT_SYMBOLIC] || image->flags & DF_SYMBOLIC;
    image->has_init = value[DT_INIT] != 0;
    image->has_fini = value[DT_FINI] != 0;
    image->init_count = tags.has[DT_INIT_ARRAY] ? value[DT_INIT_ARRAYSZ] / word : 0;
    image->fini_count = tags.has[DT_FINI_ARRAY] ? value[DT_FINI_ARRAYSZ] / word : 0;
    if (read_strings(image, &tags, e) < 0 ||
        read_string(image, &tags, DT_SONAME, "DT_SONAME", &image->soname, e) < 0 ||
        read_string(image, &tags, DT_RPATH, "DT_RPATH", &image->rpath, e) < 0 ||
        read_string(image, &tags, DT_RUNPATH, "DT_RUNPATH", &image->runpath, e) < 0 ||
        read_needed(image, arena, needed, e) < 0 || read_relocations(image, &tags, e) < 0 ||
        read_symbols(image, &tags, e) < 0)
        return -1;
    return elf_read_versions(
        image, arena, value[TAG_VERNEED], value[TAG_VERNEEDNUM], value[TAG_VERDEF], value[TAG_VERDEFNUM], e);
}
