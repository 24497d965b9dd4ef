/* Reads just enough of ELF files and archives: 64 and 32 bits, both byte orders, bounds checked before use.
 */
#include "wrapper/objects.h"

#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrapper/bytes.h"
#include "wrapper/words.h"

static const char *const entry_points[] = {"PyInit_", "PyInitU_", "PyModExport_", "PyModExportU_"};

enum { ENTRY_POINT_KINDS = 4 };

static bool is_entry_point(const char *name)
{
    for (size_t i = 0; i < ENTRY_POINT_KINDS; i++)
        if (word_starts(name, entry_points[i]))
            return true;
    return false;
}

static bool has_text(const struct bytes *b, const char *text)
{
    return b->start && memmem(b->start, b->size, text, strlen(text));
}

static bool names_entry_point(const struct bytes *b)
{
    for (size_t i = 0; i < ENTRY_POINT_KINDS; i++)
        if (has_text(b, entry_points[i]))
            return true;
    return false;
}

/* An ELF file by its sections. */
struct object {
    struct bytes b;
    bool wide, big;
    uint64_t sections, section_size, section_count;
};

static uint64_t number(const struct object *v, uint64_t at, unsigned bytes)
{
    if (at > v->b.size || bytes > v->b.size - at)
        return 0;
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)v->b.start[at + i] << 8 * (v->big ? bytes - 1 - i : i);
    return value;
}

static bool object_open(struct object *v, const struct bytes *b)
{
    *v = (struct object){.b = *b};
    if (b->size < sizeof(Elf32_Ehdr) || memcmp(b->start, ELFMAG, SELFMAG) != 0)
        return false;
    v->wide = b->start[EI_CLASS] == ELFCLASS64;
    v->big = b->start[EI_DATA] == ELFDATA2MSB;
    v->sections =
        v->wide ? number(v, offsetof(Elf64_Ehdr, e_shoff), 8) : number(v, offsetof(Elf32_Ehdr, e_shoff), 4);
    v->section_size =
        number(v, v->wide ? offsetof(Elf64_Ehdr, e_shentsize) : offsetof(Elf32_Ehdr, e_shentsize), 2);
    v->section_count = number(v, v->wide ? offsetof(Elf64_Ehdr, e_shnum) : offsetof(Elf32_Ehdr, e_shnum), 2);
    if (v->section_size < (v->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr)))
        v->section_count = 0;
    else if (!v->section_count && v->sections) /* more than fit: the first section says how many */
        v->section_count = v->wide ? number(v, v->sections + offsetof(Elf64_Shdr, sh_size), 8)
                                   : number(v, v->sections + offsetof(Elf32_Shdr, sh_size), 4);
    if (v->section_count > b->size / (v->section_size ? v->section_size : 1))
        v->section_count = 0;
    return true;
}

#define SECTION_FIELD(v, i, field)                                                                \
    ((v)->wide ? number(v, (v)->sections + (i) * (v)->section_size + offsetof(Elf64_Shdr, field), \
                     sizeof((Elf64_Shdr *)0)->field)                                              \
               : number(v, (v)->sections + (i) * (v)->section_size + offsetof(Elf32_Shdr, field), \
                     sizeof((Elf32_Shdr *)0)->field))

/* The text at that place of a string table, "" when it is not wholly inside. */
static const char *text_at(const struct object *v, uint64_t table, uint64_t size, uint64_t at)
{
    if (table > v->b.size || size > v->b.size - table || at >= size)
        return "";
    const char *text = (const char *)v->b.start + table + at;
    return memchr(text, '\0', size - at) ? text : "";
}

static bool symbols_have_entry_point(const struct object *v, uint64_t section)
{
    uint64_t offset = SECTION_FIELD(v, section, sh_offset), size = SECTION_FIELD(v, section, sh_size);
    uint64_t link = SECTION_FIELD(v, section, sh_link);
    uint64_t each = v->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    if (link >= v->section_count || offset > v->b.size || size > v->b.size - offset)
        return false;
    uint64_t names = SECTION_FIELD(v, link, sh_offset), names_size = SECTION_FIELD(v, link, sh_size);
    for (uint64_t at = offset; at - offset + each <= size; at += each) {
        uint64_t info =
            number(v, at + (v->wide ? offsetof(Elf64_Sym, st_info) : offsetof(Elf32_Sym, st_info)), 1);
        uint64_t home =
            number(v, at + (v->wide ? offsetof(Elf64_Sym, st_shndx) : offsetof(Elf32_Sym, st_shndx)), 2);
        if (info >> 4 != STB_LOCAL && home != SHN_UNDEF &&
            is_entry_point(text_at(v, names, names_size, number(v, at, 4))))
            return true;
    }
    return false;
}

static bool elf_has_entry_point(const struct object *v)
{
    for (uint64_t i = 0; i < v->section_count; i++)
        if (SECTION_FIELD(v, i, sh_type) == SHT_SYMTAB && symbols_have_entry_point(v, i))
            return true;
    return has_text(&v->b, ".gnu.lto_.symtab") && names_entry_point(&v->b);
}

/* "!<arch>\n", then members of a header of 60 bytes and their content; the first, "/", lists every symbol
 * that is defined: how many, where, and their names, one after the other. */
static bool archive_has_entry_point(const struct bytes *b)
{
    enum { MAGIC = 8, HEADER = 60, SIZE_AT = 48 };
    char digits[11] = {0};
    if (b->size < MAGIC + HEADER + 4 || memcmp(b->start, "!<arch>\n/ ", MAGIC + 2) != 0)
        return false;
    memcpy(digits, b->start + MAGIC + SIZE_AT, 10);
    unsigned long long size = strtoull(digits, NULL, 10);
    if (size > b->size - MAGIC - HEADER || size < 4)
        return false;
    const unsigned char *index = b->start + MAGIC + HEADER;
    uint64_t count = (uint64_t)index[0] << 24 | (uint64_t)index[1] << 16 | (uint64_t)index[2] << 8 | index[3];
    if (count > (size - 4) / 4)
        return false;
    const char *name = (const char *)index + 4 + 4 * count, *end = (const char *)index + size;
    while (name < end && memchr(name, '\0', (size_t)(end - name))) {
        if (is_entry_point(name))
            return true;
        name += strlen(name) + 1;
    }
    return false;
}

bool object_has_entry_point(const char *path)
{
    struct bytes b;
    struct object v;
    if (!bytes_open(&b, path))
        return false;
    bool found = false;
    if (b.size > 4 && memcmp(b.start, "BC\xc0\xde", 4) == 0)
        found = names_entry_point(&b);
    else if (b.size && object_open(&v, &b))
        found = elf_has_entry_point(&v);
    else if (b.size)
        found = archive_has_entry_point(&b);
    bytes_close(&b);
    return found;
}

bool script_names_entry_point(const char *path)
{
    struct bytes b;
    if (!bytes_open(&b, path))
        return false;
    bool found = names_entry_point(&b);
    bytes_close(&b);
    return found;
}

/* A note is: sizes of name and description, type; both padded to four bytes. */
static bool note_build_id(const struct object *v, uint64_t at, uint64_t size, char *hex, size_t hex_size)
{
    enum { HEADER = 12, GNU_NAME = 4 };
    if (at > v->b.size || size > v->b.size - at)
        return false;
    for (uint64_t end = at + size; end - at > HEADER;) {
        uint64_t name = number(v, at, 4), length = number(v, at + 4, 4), type = number(v, at + 8, 4);
        uint64_t padded = (name + 3) / 4 * 4, next = HEADER + padded + (length + 3) / 4 * 4;
        if (next > end - at)
            return false;
        const unsigned char *id = v->b.start + at + HEADER + padded;
        if (type == NT_GNU_BUILD_ID && name == GNU_NAME && memcmp(v->b.start + at + HEADER, "GNU", 4) == 0) {
            for (uint64_t i = 0; i < length && 2 * i + 3 <= hex_size; i++)
                snprintf(hex + 2 * i, 3, "%02x", id[i]);
            return true;
        }
        at += next;
    }
    return false;
}

void object_build_id(const char *path, char *hex, size_t hex_size)
{
    struct bytes b;
    struct object v;
    *hex = '\0';
    if (!bytes_open(&b, path))
        return;
    if (b.size && object_open(&v, &b))
        for (uint64_t i = 0; i < v.section_count; i++)
            if (SECTION_FIELD(&v, i, sh_type) == SHT_NOTE &&
                note_build_id(
                    &v, SECTION_FIELD(&v, i, sh_offset), SECTION_FIELD(&v, i, sh_size), hex, hex_size))
                break;
    bytes_close(&b);
}
