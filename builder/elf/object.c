/* Opens a relocatable object by its section headers, as a linker does. */
#include "elf/object.h"

#include "base/err.h"
#include "base/str.h"
#include "elf/internal.h"

static size_t section_entry_size(bool wide)
{
    return wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
}

static struct elf_range whole_strings(struct elf_range data)
{
    const unsigned char *last = data.len ? memrchr(data.ptr, 0, data.len) : NULL;
    return (struct elf_range){data.ptr, last ? (size_t)(last - data.ptr) + 1 : 0};
}

static const unsigned char *section_header(const struct elf_object *o, size_t i)
{
    return o->bytes + o->section_offset + i * section_entry_size(o->wide);
}

static const char *section_name(const struct elf_object *o, const unsigned char *header)
{
    uint32_t name = get32(header, o->big);
    return name < o->names.len ? (const char *)o->names.ptr + name : "";
}

struct elf_section elf_section_at(const struct elf_object *o, size_t i)
{
    bool wide = o->wide, big = o->big;
    size_t word = wide ? 8 : 4;
    const unsigned char *p = section_header(o, i), *words = p + 8;
    uint64_t offset = get_word(words + 2 * word, wide, big);
    struct elf_section s = {
        .name = section_name(o, p),
        .type = get32(p + 4, big),
        .flags = get_word(words, wide, big),
        .address = get_word(words + word, wide, big),
        .size = get_word(words + 3 * word, wide, big),
        .link = get32(words + 4 * word, big),
        .info = get32(words + 4 * word + 4, big),
        .entry_size = get_word(words + 5 * word + 8, wide, big),
    };
    if (s.type != SHT_NOBITS && s.type != SHT_NULL && range_valid(offset, s.size, o->size))
        s.data = (struct elf_range){o->bytes + offset, s.size};
    return s;
}

static int read_symbol_section(struct elf_object *o, struct err *e)
{
    for (size_t i = 1; i < o->section_count; i++) {
        if (get32(section_header(o, i) + 4, o->big) != SHT_SYMTAB)
            continue;
        struct elf_section s = elf_section_at(o, i);
        if (o->symbol_section)
            return err_set(e, ERR_DAMAGED, "two symbol tables");
        if (!s.data.ptr || s.link >= o->section_count)
            return err_set(e, ERR_DAMAGED, "section %zu: the symbol table is not inside the file", i);
        o->symbol_section = i;
        o->symbols = s.data;
        o->symbol_count = s.data.len / symbol_size(o->wide);
        o->strings = whole_strings(elf_section_at(o, s.link).data);
    }
    return 0;
}

int elf_object_open(struct elf_object *o, const void *bytes, size_t size, struct err *e)
{
    struct elf_header h;
    if (elf_read_header(&h, bytes, size, e) < 0)
        return -1;
    *o = (struct elf_object){
        .bytes = bytes,
        .size = size,
        .wide = h.wide,
        .big = h.big,
        .type = h.type,
        .machine = h.machine,
        .machine_flags = h.flags,
        .section_offset = h.section_offset,
    };
    if (!h.section_offset)
        return 0;
    size_t entry = section_entry_size(h.wide);
    if (h.section_size != entry)
        return err_set(e, ERR_DAMAGED, "section headers of %u bytes, not %zu", h.section_size, entry);
    if (!range_valid(h.section_offset, entry, size))
        return err_set(e, ERR_DAMAGED, "section headers at offset 0x%llx start past the end of the file",
            (unsigned long long)h.section_offset);
    /* More than 65,279 sections: section 0 has the real numbers (gABI, "Extended section numbers"). */
    struct elf_section zero = elf_section_at(o, 0);
    uint64_t count = h.section_count ? h.section_count : zero.size;
    uint64_t names = h.section_names == SHN_XINDEX ? zero.link : h.section_names;
    if (count > (size - h.section_offset) / entry)
        return err_set(e, ERR_DAMAGED, "%llu section headers at offset 0x%llx run past the end of the file",
            (unsigned long long)count, (unsigned long long)h.section_offset);
    o->section_count = count;
    if (names && names < count)
        o->names = whole_strings(elf_section_at(o, names).data);
    return read_symbol_section(o, e);
}

bool elf_object_symbol_at(const struct elf_object *o, size_t i, struct elf_symbol *out)
{
    if (i >= o->symbol_count) {
        *out = (struct elf_symbol){.name = ""};
        return false;
    }
    struct elf_image as_image = {
        .wide = o->wide, .big = o->big, .symbols = o->symbols, .strings = o->strings};
    return elf_symbol_at(&as_image, i, out);
}

struct elf_section_relocations elf_section_relocations(
    const struct elf_object *o, const struct elf_section *s)
{
    struct elf_section_relocations walk = {.object = o, .has_addend = s->type == SHT_RELA};
    if (s->type == SHT_RELA || s->type == SHT_REL)
        walk.data = s->data;
    return walk;
}

bool elf_section_relocation_next(struct elf_section_relocations *walk, struct elf_relocation *out)
{
    const struct elf_object *o = walk->object;
    size_t word = o->wide ? 8 : 4, entry = word * (walk->has_addend ? 3 : 2);
    if (!range_valid(walk->at, entry, walk->data.len))
        return false;
    const unsigned char *p = walk->data.ptr + walk->at;
    *out = (struct elf_relocation){.offset = get_word(p, o->wide, o->big)};
    elf_split_info(p + word, o->machine, o->wide, o->big, &out->symbol, &out->type);
    if (out->symbol >= o->symbol_count)
        out->symbol = 0;
    if (walk->has_addend)
        out->addend =
            o->wide ? (int64_t)get64(p + 2 * word, o->big) : (int64_t)(int32_t)get32(p + 2 * word, o->big);
    walk->at += entry;
    return true;
}

void elf_object_leftovers(const struct elf_object *o, enum elf_lto *lto, uint64_t *debug_size)
{
    bool intermediate = false, code = false;
    *debug_size = 0;
    for (size_t i = 1; i < o->section_count; i++) {
        const char *name = section_name(o, section_header(o, i));
        char second = name[0] == '.' ? name[1] : '\0';
        if (code && second != 'g' && second != 'l' && second != 'd' && second != 'z')
            continue;
        struct elf_section s = elf_section_at(o, i);
        code |= (s.flags & SHF_ALLOC) && s.size && s.type != SHT_NOTE;
        if (second == 'g' || second == 'l')
            intermediate |= str_starts(s.name, ".gnu.lto_") || str_starts(s.name, ".llvm.lto");
        else if ((second == 'd' || second == 'z') && s.data.ptr &&
                 (str_starts(s.name, ".debug_") || str_starts(s.name, ".zdebug_")))
            *debug_size += s.data.len;
    }
    *lto = !intermediate ? ELF_LTO_NONE : code ? ELF_LTO_FAT : ELF_LTO_SLIM;
}

enum elf_lto elf_object_lto(const struct elf_object *o)
{
    enum elf_lto lto;
    uint64_t debug_size;
    elf_object_leftovers(o, &lto, &debug_size);
    return lto;
}

uint64_t elf_object_debug_size(const struct elf_object *o)
{
    enum elf_lto lto;
    uint64_t debug_size;
    elf_object_leftovers(o, &lto, &debug_size);
    return debug_size;
}
