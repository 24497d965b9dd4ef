/* What the loader does to a file's pages before its code runs: relocations by type, and the pages written. */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "footprint/module_internal.h"

struct known_type {
    uint16_t machine;
    uint32_t type;
    const char *name;
    enum relocation_class class;
};

#define ROW(machine, class, type)                \
    {                                            \
        machine, type, #type, RELOCATION_##class \
    }

/* The psABIs of x86-64, i386, RISC-V and LoongArch, AAELF64, AAELF32, the OpenPOWER ELF V2 ABI, the s390x ELF
 * ABI supplement. */
static const struct known_type known[] = {
    ROW(EM_X86_64, RELATIVE, R_X86_64_RELATIVE),
    ROW(EM_X86_64, SYMBOL, R_X86_64_64),
    ROW(EM_X86_64, SYMBOL, R_X86_64_GLOB_DAT),
    ROW(EM_X86_64, CALL, R_X86_64_JUMP_SLOT),
    ROW(EM_X86_64, TLS, R_X86_64_DTPMOD64),
    ROW(EM_X86_64, TLS, R_X86_64_DTPOFF64),
    ROW(EM_X86_64, TLS, R_X86_64_TPOFF64),
    ROW(EM_X86_64, TLS, R_X86_64_TLSDESC),
    ROW(EM_X86_64, RESOLVER, R_X86_64_IRELATIVE),
    ROW(EM_X86_64, COPY, R_X86_64_COPY),
    ROW(EM_386, RELATIVE, R_386_RELATIVE),
    ROW(EM_386, SYMBOL, R_386_32),
    ROW(EM_386, SYMBOL, R_386_PC32),
    ROW(EM_386, SYMBOL, R_386_GLOB_DAT),
    ROW(EM_386, CALL, R_386_JMP_SLOT),
    ROW(EM_386, TLS, R_386_TLS_DTPMOD32),
    ROW(EM_386, TLS, R_386_TLS_DTPOFF32),
    ROW(EM_386, TLS, R_386_TLS_TPOFF),
    ROW(EM_386, RESOLVER, R_386_IRELATIVE),
    ROW(EM_386, COPY, R_386_COPY),
    ROW(EM_AARCH64, RELATIVE, R_AARCH64_RELATIVE),
    ROW(EM_AARCH64, SYMBOL, R_AARCH64_ABS64),
    ROW(EM_AARCH64, SYMBOL, R_AARCH64_GLOB_DAT),
    ROW(EM_AARCH64, CALL, R_AARCH64_JUMP_SLOT),
    ROW(EM_AARCH64, TLS, R_AARCH64_TLS_DTPMOD),
    ROW(EM_AARCH64, TLS, R_AARCH64_TLS_DTPREL),
    ROW(EM_AARCH64, TLS, R_AARCH64_TLS_TPREL),
    ROW(EM_AARCH64, TLS, R_AARCH64_TLSDESC),
    ROW(EM_AARCH64, RESOLVER, R_AARCH64_IRELATIVE),
    ROW(EM_AARCH64, COPY, R_AARCH64_COPY),
    ROW(EM_ARM, RELATIVE, R_ARM_RELATIVE),
    ROW(EM_ARM, SYMBOL, R_ARM_ABS32),
    ROW(EM_ARM, SYMBOL, R_ARM_GLOB_DAT),
    ROW(EM_ARM, CALL, R_ARM_JUMP_SLOT),
    ROW(EM_ARM, TLS, R_ARM_TLS_DTPMOD32),
    ROW(EM_ARM, TLS, R_ARM_TLS_DTPOFF32),
    ROW(EM_ARM, TLS, R_ARM_TLS_TPOFF32),
    ROW(EM_ARM, RESOLVER, R_ARM_IRELATIVE),
    ROW(EM_ARM, COPY, R_ARM_COPY),
    ROW(EM_PPC64, RELATIVE, R_PPC64_RELATIVE),
    ROW(EM_PPC64, SYMBOL, R_PPC64_ADDR64),
    ROW(EM_PPC64, SYMBOL, R_PPC64_GLOB_DAT),
    ROW(EM_PPC64, CALL, R_PPC64_JMP_SLOT),
    ROW(EM_PPC64, TLS, R_PPC64_DTPMOD64),
    ROW(EM_PPC64, TLS, R_PPC64_DTPREL64),
    ROW(EM_PPC64, TLS, R_PPC64_TPREL64),
    ROW(EM_PPC64, RESOLVER, R_PPC64_IRELATIVE),
    ROW(EM_PPC64, COPY, R_PPC64_COPY),
    ROW(EM_S390, RELATIVE, R_390_RELATIVE),
    ROW(EM_S390, SYMBOL, R_390_64),
    ROW(EM_S390, SYMBOL, R_390_GLOB_DAT),
    ROW(EM_S390, CALL, R_390_JMP_SLOT),
    ROW(EM_S390, TLS, R_390_TLS_DTPMOD),
    ROW(EM_S390, TLS, R_390_TLS_DTPOFF),
    ROW(EM_S390, TLS, R_390_TLS_TPOFF),
    ROW(EM_S390, RESOLVER, R_390_IRELATIVE),
    ROW(EM_S390, COPY, R_390_COPY),
    ROW(EM_RISCV, RELATIVE, R_RISCV_RELATIVE),
    ROW(EM_RISCV, SYMBOL, R_RISCV_64),
    ROW(EM_RISCV, CALL, R_RISCV_JUMP_SLOT),
    ROW(EM_RISCV, TLS, R_RISCV_TLS_DTPMOD64),
    ROW(EM_RISCV, TLS, R_RISCV_TLS_DTPREL64),
    ROW(EM_RISCV, TLS, R_RISCV_TLS_TPREL64),
    ROW(EM_RISCV, RESOLVER, R_RISCV_IRELATIVE),
    ROW(EM_RISCV, COPY, R_RISCV_COPY),
    ROW(EM_LOONGARCH, RELATIVE, R_LARCH_RELATIVE),
    ROW(EM_LOONGARCH, SYMBOL, R_LARCH_64),
    ROW(EM_LOONGARCH, CALL, R_LARCH_JUMP_SLOT),
    ROW(EM_LOONGARCH, TLS, R_LARCH_TLS_DTPMOD64),
    ROW(EM_LOONGARCH, TLS, R_LARCH_TLS_DTPREL64),
    ROW(EM_LOONGARCH, TLS, R_LARCH_TLS_TPREL64),
    ROW(EM_LOONGARCH, RESOLVER, R_LARCH_IRELATIVE),
    ROW(EM_LOONGARCH, COPY, R_LARCH_COPY),
};

const char *relocation_class_name(enum relocation_class class)
{
    static const char *const names[RELOCATION_CLASSES] = {
        [RELOCATION_RELATIVE] = "relative",
        [RELOCATION_SYMBOL] = "symbol",
        [RELOCATION_CALL] = "call",
        [RELOCATION_TLS] = "thread-local",
        [RELOCATION_RESOLVER] = "resolver",
        [RELOCATION_COPY] = "copy",
        [RELOCATION_OTHER] = "other",
    };
    return names[class];
}

enum { TYPES_MAX = 256, LOADS_MAX = 64 };

struct relocating {
    struct module_footprint *m;
    const struct elf_image *image;
    struct module_relocations types[TYPES_MAX];
    size_t type_count;
    size_t last;         /* the type that was counted before: mostly the same again */
    VEC(uint64_t) pages; /* that are written to: numbers, with repetitions */
};

static void write_page(struct relocating *r, uint64_t page)
{
    if (!r->pages.len || r->pages.items[r->pages.len - 1] != page)
        vec_push(&r->pages, page);
}

static void write_at(struct relocating *r, uint64_t address, unsigned bytes)
{
    write_page(r, address / MODULE_PAGE);
    if (address % MODULE_PAGE + bytes > MODULE_PAGE)
        write_page(r, address / MODULE_PAGE + 1);
}

static struct module_relocations *type_row(struct relocating *r, uint32_t type, const char *name)
{
    if (r->type_count && r->types[r->last].type == type)
        return &r->types[r->last];
    for (size_t i = 0; i < r->type_count; i++)
        if (r->types[i].type == type) {
            r->last = i;
            return &r->types[i];
        }
    if (r->type_count == TYPES_MAX)
        return &r->types[TYPES_MAX - 1];
    struct module_relocations *row = &r->types[r->type_count];
    *row = (struct module_relocations){.type = type, .class = RELOCATION_OTHER, .name = name};
    for (size_t i = 0; !name && i < COUNT(known); i++)
        if (known[i].machine == r->image->machine && known[i].type == type) {
            row->name = known[i].name;
            row->class = known[i].class;
        }
    if (!row->name)
        row->name = arena_strf(&r->m->arena, "type %u", (unsigned)type);
    r->last = r->type_count++;
    return row;
}

static bool needs_lookup(enum relocation_class class, uint32_t symbol)
{
    return symbol && class != RELOCATION_RELATIVE && class != RELOCATION_RESOLVER;
}

static void take_tables(struct relocating *r)
{
    struct elf_relocation_walk walk = elf_all_relocations(r->image);
    struct elf_relocation relocation;
    unsigned word = r->image->wide ? 8 : 4;
    while (elf_relocation_next(&walk, &relocation)) {
        struct module_relocations *row = type_row(r, relocation.type, NULL);
        row->count++;
        r->m->relocation_total++;
        r->m->lookups += needs_lookup(row->class, relocation.symbol);
        if (relocation.type) /* R_<machine>_NONE writes nothing */
            write_at(r, relocation.offset, word);
    }
}

static uint64_t number_at(const unsigned char *p, unsigned width, bool big)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < width; i++)
        v |= (uint64_t)p[i] << 8 * (big ? width - 1 - i : i);
    return v;
}

/* Relative relocations in their packed form: an even word is the address of one, an odd word says which of
 * the next 63 (31) words have one (gABI, "Relative Relocation Table"). */
static void take_packed(struct relocating *r)
{
    unsigned width = r->image->wide ? 8 : 4, bits = width * 8 - 1;
    const struct elf_range *table = &r->image->relr;
    uint64_t next = 0, before = r->m->relocation_total;
    for (size_t at = 0; table->ptr && at + width <= table->len; at += width) {
        uint64_t entry = number_at(table->ptr + at, width, r->image->big);
        if (!(entry & 1)) {
            write_at(r, entry, width);
            next = entry + width;
            r->m->relocation_total++;
            continue;
        }
        for (unsigned i = 0; i < bits; i++)
            if (entry >> (i + 1) & 1) {
                write_at(r, next + (uint64_t)i * width, width);
                r->m->relocation_total++;
            }
        next += (uint64_t)bits * width;
    }
    if (r->m->relocation_total > before) {
        struct module_relocations *row = type_row(r, UINT32_MAX, "RELR");
        row->class = RELOCATION_RELATIVE;
        row->count = r->m->relocation_total - before;
    }
}

/* Besides relocations the loader writes to the dynamic section, and clears what is left of the last page of
 * a segment when .bss begins in it. */
static void take_segments(struct relocating *r)
{
    for (size_t i = 0; i < r->image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(r->image, i);
        if (s.type == PT_DYNAMIC && s.memory_size && r->image->machine != EM_MIPS &&
            r->image->machine != EM_RISCV)
            for (uint64_t page = s.address / MODULE_PAGE;
                 s.memory_size <= r->image->size && page <= (s.address + s.memory_size - 1) / MODULE_PAGE;
                 page++)
                write_page(r, page);
        if (s.type == PT_LOAD && s.flags & PF_W && s.memory_size > s.file_size && s.file_size &&
            (s.address + s.file_size) % MODULE_PAGE)
            write_page(r, (s.address + s.file_size) / MODULE_PAGE);
    }
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

struct span {
    uint64_t first, end; /* pages */
};

/* The pages that are made read-only again: whole ones only (glibc's _dl_protect_relro rounds both ends down).
 */
static struct span relro_pages(const struct elf_image *image)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type == PT_GNU_RELRO)
            return (struct span){s.address / MODULE_PAGE, (s.address + s.memory_size) / MODULE_PAGE};
    }
    return (struct span){0, 0};
}

static bool inside(struct span span, uint64_t page)
{
    return page >= span.first && page < span.end;
}

static void place_pages(struct relocating *r)
{
    struct module_pages *p = &r->m->pages;
    struct span relro = relro_pages(r->image);
    size_t loads = 0;
    if (r->pages.len)
        qsort(r->pages.items, r->pages.len, sizeof *r->pages.items, by_number);
    for (size_t i = 0; i < r->image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(r->image, i);
        if (s.type != PT_LOAD || !s.memory_size || loads >= LOADS_MAX)
            continue;
        loads++;
        struct span file = {
            s.address / MODULE_PAGE, (s.address + s.file_size + MODULE_PAGE - 1) / MODULE_PAGE};
        uint64_t end = (s.address + s.memory_size + MODULE_PAGE - 1) / MODULE_PAGE;
        bool writable = s.flags & PF_W;
        if (!s.file_size)
            file.end = file.first;
        struct span both = {
            file.first > relro.first ? file.first : relro.first, file.end < relro.end ? file.end : relro.end};
        uint64_t protected = writable && both.end > both.first ? both.end - both.first : 0;
        p->relro += protected;
        if (writable) {
            p->data += file.end - file.first - protected;
            p->bss += end > file.end ? end - file.end : 0;
        }
        for (size_t k = 0; k < r->pages.len; k++) {
            uint64_t page = r->pages.items[k];
            if ((k && page == r->pages.items[k - 1]) || !inside(file, page))
                continue;
            uint64_t *written = !writable                          ? &p->code_written
                                : protected && inside(relro, page) ? &p->relro_written
                                                                   : &p->data_written;
            ++*written;
        }
    }
}

static int by_count(const void *a, const void *b)
{
    const struct module_relocations *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->name, y->name);
}

void module_relocate(struct module_footprint *m, const struct elf_image *image)
{
    struct relocating *r = xcalloc(1, sizeof *r);
    r->m = m;
    r->image = image;
    take_tables(r);
    take_packed(r);
    take_segments(r);
    place_pages(r);
    if (r->type_count)
        qsort(r->types, r->type_count, sizeof *r->types, by_count);
    m->relocations = arena_memdup(&m->arena, r->types, r->type_count * sizeof *r->types);
    m->relocation_count = r->type_count;
    vec_release(&r->pages);
    free(r);
}
