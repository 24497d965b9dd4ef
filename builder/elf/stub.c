/* Writes shared libraries without code, which have the symbols and versions of an older system's for the
 * linker to see. */
#include "elf/stub.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* What a machine may use for pages, at most. */
#define PAGE UINT64_C(0x10000)

enum section {
    SECTION_NONE,
    SECTION_HASH,
    SECTION_SYMBOLS,
    SECTION_STRINGS,
    SECTION_VERSYM,
    SECTION_VERDEF,
    SECTION_DYNAMIC,
    SECTION_PARTS, /* ELF_STUB_PARTS of them */
    SECTION_NAMES = SECTION_PARTS + ELF_STUB_PARTS,
    SECTIONS,
};

static const struct {
    const char *name;
    uint32_t type;
    uint64_t flags;
    uint32_t link, info;
    uint64_t align;
} sections[SECTIONS] = {
    [SECTION_NONE] = {"", SHT_NULL, 0, 0, 0, 0},
    [SECTION_HASH] = {".hash", SHT_HASH, SHF_ALLOC, SECTION_SYMBOLS, 0, 8},
    [SECTION_SYMBOLS] = {".dynsym", SHT_DYNSYM, SHF_ALLOC, SECTION_STRINGS, 1, 8},
    [SECTION_STRINGS] = {".dynstr", SHT_STRTAB, SHF_ALLOC, 0, 0, 1},
    [SECTION_VERSYM] = {".gnu.version", SHT_GNU_versym, SHF_ALLOC, SECTION_SYMBOLS, 0, 2},
    [SECTION_VERDEF] = {".gnu.version_d", SHT_GNU_verdef, SHF_ALLOC, SECTION_STRINGS, 0, 8},
    [SECTION_DYNAMIC] = {".dynamic", SHT_DYNAMIC, SHF_ALLOC, SECTION_STRINGS, 0, 8},
    [SECTION_PARTS + ELF_STUB_CODE] = {".text", SHT_NOBITS, SHF_ALLOC | SHF_EXECINSTR, 0, 0, ELF_STUB_ALIGN},
    [SECTION_PARTS + ELF_STUB_READ_ONLY] = {".rodata", SHT_NOBITS, SHF_ALLOC, 0, 0, ELF_STUB_ALIGN},
    [SECTION_PARTS + ELF_STUB_WRITABLE] = {".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 0, 0, ELF_STUB_ALIGN},
    [SECTION_NAMES] = {".shstrtab", SHT_STRTAB, 0, 0, 0, 1},
};

/* Bytes of the tables' records; those of versions and notes are the same for all. */
static const struct record_sizes {
    size_t word, header, segment, section, symbol, dynamic;
} record_sizes[] = {
    {4, sizeof(Elf32_Ehdr), sizeof(Elf32_Phdr), sizeof(Elf32_Shdr), sizeof(Elf32_Sym), sizeof(Elf32_Dyn)},
    {8, sizeof(Elf64_Ehdr), sizeof(Elf64_Phdr), sizeof(Elf64_Shdr), sizeof(Elf64_Sym), sizeof(Elf64_Dyn)},
};

static const uint32_t part_flags[ELF_STUB_PARTS] = {
    [ELF_STUB_CODE] = PF_R | PF_X,
    [ELF_STUB_READ_ONLY] = PF_R,
    [ELF_STUB_WRITABLE] = PF_R | PF_W,
};

/* Tables, one for each part, PT_DYNAMIC, PT_GNU_STACK. */
enum { SEGMENTS = 1 + ELF_STUB_PARTS + 2 };

struct writing {
    const struct elf_stub *stub;
    const struct record_sizes *records;
    size_t hash_word; /* bytes */
    struct strbuf *out;
    size_t begin; /* of the file in out */
    struct strbuf strings;
    uint32_t soname;
    uint32_t *version_names, *names; /* offsets into strings */
    uint64_t at[SECTIONS], size[SECTIONS];
    uint64_t tables_end;
};

static void put(struct writing *w, uint64_t value, size_t bytes)
{
    unsigned char text[8];
    for (size_t i = 0; i < bytes; i++)
        text[w->stub->arch->big_endian ? bytes - 1 - i : i] = (unsigned char)(value >> (8 * i));
    strbuf_add(w->out, text, bytes);
}

static void put16(struct writing *w, uint16_t value)
{
    put(w, value, 2);
}

static void put32(struct writing *w, uint32_t value)
{
    put(w, value, 4);
}

static void put_word(struct writing *w, uint64_t value)
{
    put(w, value, w->records->word);
}

static uint32_t add_string(struct strbuf *strings, const char *s)
{
    assert(strings->len <= UINT32_MAX);
    uint32_t at = (uint32_t)strings->len;
    strbuf_add(strings, s, strlen(s) + 1);
    return at;
}

/* Names that stand side by side share their text. */
static void gather_strings(struct writing *w)
{
    const struct elf_stub *s = w->stub;
    strbuf_addc(&w->strings, '\0');
    w->soname = add_string(&w->strings, s->soname);
    w->version_names = xcalloc(s->version_count + 1, sizeof *w->version_names);
    for (size_t i = 0; i < s->version_count; i++)
        w->version_names[i] = add_string(&w->strings, s->versions[i]);
    w->names = xcalloc(s->symbol_count + 1, sizeof *w->names);
    for (size_t i = 0; i < s->symbol_count; i++) {
        bool same = i && strcmp(s->symbols[i].name, s->symbols[i - 1].name) == 0;
        w->names[i] = same ? w->names[i - 1] : add_string(&w->strings, s->symbols[i].name);
    }
}

static uint64_t align_up(uint64_t value, uint64_t align)
{
    return align ? (value + align - 1) / align * align : value;
}

/* gABI ch. 5 */
static uint32_t hash_of(const char *name)
{
    uint32_t h = 0;
    for (; *name; name++) {
        h = (h << 4) + (unsigned char)*name;
        uint32_t high = h & 0xf0000000;
        h = (h ^ high >> 24) & ~high;
    }
    return h;
}

static uint32_t bucket_count(const struct elf_stub *s)
{
    return (uint32_t)(s->symbol_count / 2) | 1;
}

enum { DYNAMIC_ENTRIES = 10 };

/* The tables stand in the file where they stand in memory; the parts follow, each on pages of its own. */
static void place(struct writing *w)
{
    const struct elf_stub *s = w->stub;
    size_t count = s->symbol_count + 1;
    assert(count < UINT32_MAX && s->version_count <= ELF_STUB_VERSIONS);
    w->size[SECTION_HASH] = w->hash_word * (2 + bucket_count(s) + count);
    w->size[SECTION_SYMBOLS] = w->records->symbol * count;
    w->size[SECTION_STRINGS] = w->strings.len;
    w->size[SECTION_VERSYM] = 2 * count;
    w->size[SECTION_VERDEF] = (sizeof(Elf64_Verdef) + sizeof(Elf64_Verdaux)) * (s->version_count + 1);
    w->size[SECTION_DYNAMIC] = w->records->dynamic * DYNAMIC_ENTRIES;
    uint64_t at = w->records->header + SEGMENTS * w->records->segment;
    for (size_t i = SECTION_HASH; i < SECTION_PARTS; i++) {
        at = align_up(at, sections[i].align);
        w->at[i] = at;
        at += w->size[i];
    }
    w->tables_end = at;
    for (size_t i = 0; i < ELF_STUB_PARTS; i++) {
        at = align_up(at, PAGE);
        w->at[SECTION_PARTS + i] = at;
        w->size[SECTION_PARTS + i] = s->part_size[i];
        at += s->part_size[i];
    }
}

static void put_header(struct writing *w, uint64_t section_headers)
{
    const struct arch *arch = w->stub->arch;
    const unsigned char ident[EI_NIDENT] = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
        arch->bits == 64 ? ELFCLASS64 : ELFCLASS32, arch->big_endian ? ELFDATA2MSB : ELFDATA2LSB, EV_CURRENT,
        ELFOSABI_SYSV};
    strbuf_add(w->out, ident, sizeof ident);
    put16(w, ET_DYN);
    put16(w, arch->machine);
    put32(w, EV_CURRENT);
    put_word(w, 0); /* e_entry */
    put_word(w, w->records->header);
    put_word(w, section_headers);
    put32(w, arch->flags);
    put16(w, (uint16_t)w->records->header);
    put16(w, (uint16_t)w->records->segment);
    put16(w, SEGMENTS);
    put16(w, (uint16_t)w->records->section);
    put16(w, SECTIONS);
    put16(w, SECTION_NAMES);
}

/* The flags stand where they align what follows. */
static void put_segment(struct writing *w, Elf64_Phdr p)
{
    bool wide = w->records->word == 8;
    put32(w, p.p_type);
    if (wide)
        put32(w, p.p_flags);
    put_word(w, p.p_offset);
    put_word(w, p.p_vaddr);
    put_word(w, p.p_vaddr);
    put_word(w, p.p_filesz);
    put_word(w, p.p_memsz);
    if (!wide)
        put32(w, p.p_flags);
    put_word(w, p.p_align);
}

static void put_segments(struct writing *w)
{
    put_segment(w, (Elf64_Phdr){.p_type = PT_LOAD,
                       .p_flags = PF_R,
                       .p_filesz = w->tables_end,
                       .p_memsz = w->tables_end,
                       .p_align = PAGE});
    for (size_t i = 0; i < ELF_STUB_PARTS; i++)
        put_segment(w, (Elf64_Phdr){.p_type = w->stub->part_size[i] ? PT_LOAD : PT_NULL,
                           .p_flags = part_flags[i],
                           .p_vaddr = w->at[SECTION_PARTS + i],
                           .p_memsz = w->stub->part_size[i],
                           .p_align = PAGE});
    put_segment(w, (Elf64_Phdr){.p_type = PT_DYNAMIC,
                       .p_flags = PF_R,
                       .p_offset = w->at[SECTION_DYNAMIC],
                       .p_vaddr = w->at[SECTION_DYNAMIC],
                       .p_filesz = w->size[SECTION_DYNAMIC],
                       .p_memsz = w->size[SECTION_DYNAMIC],
                       .p_align = 8});
    put_segment(w, (Elf64_Phdr){.p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W, .p_align = 16});
}

static void pad_to(struct writing *w, uint64_t at)
{
    while (w->out->len - w->begin < at)
        strbuf_addc(w->out, '\0');
}

static void put_hash(struct writing *w)
{
    const struct elf_stub *s = w->stub;
    uint32_t buckets = bucket_count(s), count = (uint32_t)s->symbol_count + 1;
    AUTO_FREE uint32_t *table = xcalloc((size_t)buckets + count, sizeof *table);
    for (uint32_t i = count - 1; i > 0; i--) {
        uint32_t bucket = hash_of(s->symbols[i - 1].name) % buckets;
        table[buckets + i] = table[bucket];
        table[bucket] = i;
    }
    put(w, buckets, w->hash_word);
    put(w, count, w->hash_word);
    for (size_t i = 0; i < (size_t)buckets + count; i++)
        put(w, table[i], w->hash_word);
}

static void put_symbol(struct writing *w, Elf64_Sym s)
{
    bool wide = w->records->word == 8;
    put32(w, s.st_name);
    if (!wide) {
        put32(w, (uint32_t)s.st_value);
        put32(w, (uint32_t)s.st_size);
    }
    put(w, s.st_info, 1);
    put(w, s.st_other, 1);
    put16(w, s.st_shndx);
    if (wide) {
        put_word(w, s.st_value);
        put_word(w, s.st_size);
    }
}

static void put_symbols(struct writing *w)
{
    put_symbol(w, (Elf64_Sym){0});
    for (size_t i = 0; i < w->stub->symbol_count; i++) {
        const struct elf_stub_symbol *s = &w->stub->symbols[i];
        assert(s->part < ELF_STUB_PARTS && s->offset < w->stub->part_size[s->part]);
        put_symbol(w, (Elf64_Sym){.st_name = w->names[i],
                          .st_info = ELF64_ST_INFO(s->bind, s->type),
                          .st_other = STV_DEFAULT,
                          .st_shndx = (uint16_t)(SECTION_PARTS + s->part),
                          .st_value = w->at[SECTION_PARTS + s->part] + s->offset,
                          .st_size = s->size});
    }
}

static void put_versym(struct writing *w)
{
    put16(w, VER_NDX_LOCAL);
    for (size_t i = 0; i < w->stub->symbol_count; i++) {
        const struct elf_stub_symbol *s = &w->stub->symbols[i];
        assert(s->version <= w->stub->version_count);
        put16(w, (uint16_t)((VER_NDX_GLOBAL + s->version) | (s->hidden ? 0x8000 : 0)));
    }
}

/* The first is the file's own name. */
static void put_verdef(struct writing *w)
{
    const struct elf_stub *s = w->stub;
    uint32_t record = sizeof(Elf64_Verdef) + sizeof(Elf64_Verdaux);
    for (size_t i = 0; i <= s->version_count; i++) {
        put16(w, VER_DEF_CURRENT);
        put16(w, i ? 0 : VER_FLG_BASE);
        put16(w, (uint16_t)(VER_NDX_GLOBAL + i));
        put16(w, 1); /* auxiliary records */
        put32(w, hash_of(i ? s->versions[i - 1] : s->soname));
        put32(w, sizeof(Elf64_Verdef));
        put32(w, i < s->version_count ? record : 0);
        put32(w, i ? w->version_names[i - 1] : w->soname);
        put32(w, 0);
    }
}

static void put_dynamic(struct writing *w)
{
    const struct {
        uint64_t tag, value;
    } entries[DYNAMIC_ENTRIES] = {
        {DT_SONAME, w->soname},
        {DT_HASH, w->at[SECTION_HASH]},
        {DT_STRTAB, w->at[SECTION_STRINGS]},
        {DT_SYMTAB, w->at[SECTION_SYMBOLS]},
        {DT_STRSZ, w->size[SECTION_STRINGS]},
        {DT_SYMENT, w->records->symbol},
        {DT_VERSYM, w->at[SECTION_VERSYM]},
        {DT_VERDEF, w->at[SECTION_VERDEF]},
        {DT_VERDEFNUM, w->stub->version_count + 1},
        {DT_NULL, 0},
    };
    for (size_t i = 0; i < DYNAMIC_ENTRIES; i++) {
        put_word(w, entries[i].tag);
        put_word(w, entries[i].value);
    }
}

static uint64_t record_bytes(const struct writing *w, size_t section)
{
    return section == SECTION_HASH      ? w->hash_word
           : section == SECTION_SYMBOLS ? w->records->symbol
           : section == SECTION_VERSYM  ? 2
           : section == SECTION_DYNAMIC ? w->records->dynamic
                                        : 0;
}

static void put_section_headers(struct writing *w, const uint32_t *names)
{
    for (size_t i = 0; i < SECTIONS; i++) {
        bool mapped = sections[i].flags & SHF_ALLOC;
        bool bytes = sections[i].type != SHT_NOBITS;
        put32(w, names[i]);
        put32(w, sections[i].type);
        put_word(w, sections[i].flags);
        put_word(w, mapped ? w->at[i] : 0);
        put_word(w, bytes ? w->at[i] : w->tables_end);
        put_word(w, w->size[i]);
        put32(w, sections[i].link);
        put32(w, i == SECTION_VERDEF ? (uint32_t)w->stub->version_count + 1 : sections[i].info);
        put_word(w, sections[i].align);
        put_word(w, record_bytes(w, i));
    }
}

void elf_stub_write(struct strbuf *out, const struct elf_stub *stub)
{
    struct writing w = {.stub = stub,
        .records = &record_sizes[stub->arch->bits == 64],
        .hash_word = arch_hash_word(stub->arch->machine, stub->arch->bits == 64),
        .out = out,
        .begin = out->len};
    gather_strings(&w);
    place(&w);
    AUTO(strbuf) struct strbuf section_names = {0};
    uint32_t names[SECTIONS];
    for (size_t i = 0; i < SECTIONS; i++)
        names[i] = add_string(&section_names, sections[i].name);
    w.at[SECTION_NAMES] = w.tables_end;
    w.size[SECTION_NAMES] = section_names.len;

    uint64_t headers = align_up(w.tables_end + section_names.len, 8);
    put_header(&w, headers);
    put_segments(&w);
    static void (*const tables[])(struct writing *) = {
        [SECTION_HASH] = put_hash,
        [SECTION_SYMBOLS] = put_symbols,
        [SECTION_VERSYM] = put_versym,
        [SECTION_VERDEF] = put_verdef,
        [SECTION_DYNAMIC] = put_dynamic,
    };
    for (size_t i = SECTION_HASH; i < SECTION_PARTS; i++) {
        pad_to(&w, w.at[i]);
        if (i == SECTION_STRINGS)
            strbuf_add(out, w.strings.ptr, w.strings.len);
        else
            tables[i](&w);
    }
    strbuf_add(out, section_names.ptr, section_names.len);
    pad_to(&w, headers);
    put_section_headers(&w, names);
    strbuf_release(&w.strings);
    free(w.version_names);
    free(w.names);
}
