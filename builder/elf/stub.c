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
    uint64_t align, entry;
} sections[SECTIONS] = {
    [SECTION_NONE] = {"", SHT_NULL, 0, 0, 0, 0, 0},
    [SECTION_HASH] = {".hash", SHT_HASH, SHF_ALLOC, SECTION_SYMBOLS, 0, 8, 4},
    [SECTION_SYMBOLS] = {".dynsym", SHT_DYNSYM, SHF_ALLOC, SECTION_STRINGS, 1, 8, sizeof(Elf64_Sym)},
    [SECTION_STRINGS] = {".dynstr", SHT_STRTAB, SHF_ALLOC, 0, 0, 1, 0},
    [SECTION_VERSYM] = {".gnu.version", SHT_GNU_versym, SHF_ALLOC, SECTION_SYMBOLS, 0, 2, 2},
    [SECTION_VERDEF] = {".gnu.version_d", SHT_GNU_verdef, SHF_ALLOC, SECTION_STRINGS, 0, 8, 0},
    [SECTION_DYNAMIC] = {".dynamic", SHT_DYNAMIC, SHF_ALLOC, SECTION_STRINGS, 0, 8, sizeof(Elf64_Dyn)},
    [SECTION_PARTS +
        ELF_STUB_CODE] = {".text", SHT_NOBITS, SHF_ALLOC | SHF_EXECINSTR, 0, 0, ELF_STUB_ALIGN, 0},
    [SECTION_PARTS + ELF_STUB_READ_ONLY] = {".rodata", SHT_NOBITS, SHF_ALLOC, 0, 0, ELF_STUB_ALIGN, 0},
    [SECTION_PARTS +
        ELF_STUB_WRITABLE] = {".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 0, 0, ELF_STUB_ALIGN, 0},
    [SECTION_NAMES] = {".shstrtab", SHT_STRTAB, 0, 0, 0, 1, 0},
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
    struct strbuf *out;
    size_t begin; /* of the file in out */
    struct strbuf strings;
    uint32_t soname;
    uint32_t *version_names, *names; /* offsets into strings */
    uint64_t at[SECTIONS], size[SECTIONS];
    uint64_t tables_end;
};

static void put(struct strbuf *b, uint64_t value, size_t bytes)
{
    unsigned char text[8];
    for (size_t i = 0; i < bytes; i++)
        text[i] = (unsigned char)(value >> (8 * i));
    strbuf_add(b, text, bytes);
}

static void put16(struct strbuf *b, uint16_t value)
{
    put(b, value, 2);
}

static void put32(struct strbuf *b, uint32_t value)
{
    put(b, value, 4);
}

static void put64(struct strbuf *b, uint64_t value)
{
    put(b, value, 8);
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
    w->size[SECTION_HASH] = 4 * (2 + bucket_count(s) + count);
    w->size[SECTION_SYMBOLS] = sizeof(Elf64_Sym) * count;
    w->size[SECTION_STRINGS] = w->strings.len;
    w->size[SECTION_VERSYM] = 2 * count;
    w->size[SECTION_VERDEF] = (sizeof(Elf64_Verdef) + sizeof(Elf64_Verdaux)) * (s->version_count + 1);
    w->size[SECTION_DYNAMIC] = sizeof(Elf64_Dyn) * DYNAMIC_ENTRIES;
    uint64_t at = sizeof(Elf64_Ehdr) + SEGMENTS * sizeof(Elf64_Phdr);
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
    static const unsigned char ident[EI_NIDENT] = {
        ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT, ELFOSABI_SYSV};
    strbuf_add(w->out, ident, sizeof ident);
    put16(w->out, ET_DYN);
    put16(w->out, w->stub->machine);
    put32(w->out, EV_CURRENT);
    put64(w->out, 0); /* e_entry */
    put64(w->out, sizeof(Elf64_Ehdr));
    put64(w->out, section_headers);
    put32(w->out, 0); /* e_flags */
    put16(w->out, sizeof(Elf64_Ehdr));
    put16(w->out, sizeof(Elf64_Phdr));
    put16(w->out, SEGMENTS);
    put16(w->out, sizeof(Elf64_Shdr));
    put16(w->out, SECTIONS);
    put16(w->out, SECTION_NAMES);
}

static void put_segment(struct strbuf *out, Elf64_Phdr p)
{
    put32(out, p.p_type);
    put32(out, p.p_flags);
    put64(out, p.p_offset);
    put64(out, p.p_vaddr);
    put64(out, p.p_vaddr);
    put64(out, p.p_filesz);
    put64(out, p.p_memsz);
    put64(out, p.p_align);
}

static void put_segments(struct writing *w)
{
    put_segment(w->out, (Elf64_Phdr){.p_type = PT_LOAD,
                            .p_flags = PF_R,
                            .p_filesz = w->tables_end,
                            .p_memsz = w->tables_end,
                            .p_align = PAGE});
    for (size_t i = 0; i < ELF_STUB_PARTS; i++)
        put_segment(w->out, (Elf64_Phdr){.p_type = w->stub->part_size[i] ? PT_LOAD : PT_NULL,
                                .p_flags = part_flags[i],
                                .p_vaddr = w->at[SECTION_PARTS + i],
                                .p_memsz = w->stub->part_size[i],
                                .p_align = PAGE});
    put_segment(w->out, (Elf64_Phdr){.p_type = PT_DYNAMIC,
                            .p_flags = PF_R,
                            .p_offset = w->at[SECTION_DYNAMIC],
                            .p_vaddr = w->at[SECTION_DYNAMIC],
                            .p_filesz = w->size[SECTION_DYNAMIC],
                            .p_memsz = w->size[SECTION_DYNAMIC],
                            .p_align = 8});
    put_segment(w->out, (Elf64_Phdr){.p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W, .p_align = 16});
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
    put32(w->out, buckets);
    put32(w->out, count);
    for (size_t i = 0; i < (size_t)buckets + count; i++)
        put32(w->out, table[i]);
}

static void put_symbols(struct writing *w)
{
    put64(w->out, 0);
    put64(w->out, 0);
    put64(w->out, 0);
    for (size_t i = 0; i < w->stub->symbol_count; i++) {
        const struct elf_stub_symbol *s = &w->stub->symbols[i];
        assert(s->part < ELF_STUB_PARTS && s->offset < w->stub->part_size[s->part]);
        put32(w->out, w->names[i]);
        strbuf_addc(w->out, (char)ELF64_ST_INFO(s->bind, s->type));
        strbuf_addc(w->out, STV_DEFAULT);
        put16(w->out, (uint16_t)(SECTION_PARTS + s->part));
        put64(w->out, w->at[SECTION_PARTS + s->part] + s->offset);
        put64(w->out, s->size);
    }
}

static void put_versym(struct writing *w)
{
    put16(w->out, VER_NDX_LOCAL);
    for (size_t i = 0; i < w->stub->symbol_count; i++) {
        const struct elf_stub_symbol *s = &w->stub->symbols[i];
        assert(s->version <= w->stub->version_count);
        put16(w->out, (uint16_t)((VER_NDX_GLOBAL + s->version) | (s->hidden ? 0x8000 : 0)));
    }
}

/* The first is the file's own name. */
static void put_verdef(struct writing *w)
{
    const struct elf_stub *s = w->stub;
    uint32_t record = sizeof(Elf64_Verdef) + sizeof(Elf64_Verdaux);
    for (size_t i = 0; i <= s->version_count; i++) {
        put16(w->out, VER_DEF_CURRENT);
        put16(w->out, i ? 0 : VER_FLG_BASE);
        put16(w->out, (uint16_t)(VER_NDX_GLOBAL + i));
        put16(w->out, 1); /* auxiliary records */
        put32(w->out, hash_of(i ? s->versions[i - 1] : s->soname));
        put32(w->out, sizeof(Elf64_Verdef));
        put32(w->out, i < s->version_count ? record : 0);
        put32(w->out, i ? w->version_names[i - 1] : w->soname);
        put32(w->out, 0);
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
        {DT_SYMENT, sizeof(Elf64_Sym)},
        {DT_VERSYM, w->at[SECTION_VERSYM]},
        {DT_VERDEF, w->at[SECTION_VERDEF]},
        {DT_VERDEFNUM, w->stub->version_count + 1},
        {DT_NULL, 0},
    };
    for (size_t i = 0; i < DYNAMIC_ENTRIES; i++) {
        put64(w->out, entries[i].tag);
        put64(w->out, entries[i].value);
    }
}

static void put_section_headers(struct writing *w, const uint32_t *names)
{
    for (size_t i = 0; i < SECTIONS; i++) {
        bool mapped = sections[i].flags & SHF_ALLOC;
        bool bytes = sections[i].type != SHT_NOBITS;
        put32(w->out, names[i]);
        put32(w->out, sections[i].type);
        put64(w->out, sections[i].flags);
        put64(w->out, mapped ? w->at[i] : 0);
        put64(w->out, bytes ? w->at[i] : w->tables_end);
        put64(w->out, w->size[i]);
        put32(w->out, sections[i].link);
        put32(w->out, i == SECTION_VERDEF ? (uint32_t)w->stub->version_count + 1 : sections[i].info);
        put64(w->out, sections[i].align);
        put64(w->out, sections[i].entry);
    }
}

void elf_stub_write(struct strbuf *out, const struct elf_stub *stub)
{
    struct writing w = {.stub = stub, .out = out, .begin = out->len};
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
