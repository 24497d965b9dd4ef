/* Where functions start: the table of PT_GNU_EH_FRAME (LSB, "Exception Frames") and the dynamic symbols. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/little.h"
#include "isa/internal.h"

typedef VEC(struct function) function_list;

/* The code from an address to the end of its executable segment. */
static struct elf_range code_range(const struct elf_image *image, uint64_t address)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type == PT_LOAD && s.flags & PF_X && address >= s.address && address - s.address < s.file_size)
            return (struct elf_range){
                image->bytes + s.offset + (address - s.address), s.file_size - (address - s.address)};
    }
    return (struct elf_range){0};
}

/* size 0: up to the next start. What lies between the end of one function and the start of the next is not
 * code that anybody calls: padding, constants of assembler files. */
static void add_start(
    function_list *list, const struct elf_image *image, uint64_t address, uint64_t size, const char *name)
{
    struct elf_range range = code_range(image, address);
    if (size && size < range.len)
        range.len = size;
    if (range.len > UINT32_MAX)
        range.len = UINT32_MAX;
    if (range.ptr)
        vec_push(list, ((struct function){.start = address,
                           .end = address + range.len,
                           .bytes = range.ptr,
                           .name = name,
                           .exported = name != NULL}));
}

/* The length of the code that a frame description is of: the word behind the start, where starts are relative
 * words as all compilers write them; 0 when this one is not. */
static uint64_t frame_size(const struct elf_image *image, uint64_t frame, uint64_t start)
{
    struct elf_range at = elf_at_address(image, frame);
    if (at.len < 16 || frame + 8 + (uint64_t)(int64_t)(int32_t)little32(at.ptr + 8) != start)
        return 0;
    return little32(at.ptr + 12);
}

static void add_frames(function_list *list, const struct elf_image *image)
{
    struct elf_function_walk walk = elf_functions(image);
    for (uint64_t start, frame; elf_function_next(&walk, &start, &frame);)
        add_start(list, image, start, frame_size(image, frame, start), NULL);
}

/* The start files' own, which say no size: behind _fini come tables that are no code. */
static bool is_of_start_files(const char *name)
{
    return strcmp(name, "_fini") == 0 || strcmp(name, "_init") == 0;
}

static void add_symbols(function_list *list, const struct elf_image *image)
{
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++)
        if (elf_symbol_at(image, i, &s) && s.section != SHN_UNDEF &&
            (s.type == STT_FUNC || s.type == STT_GNU_IFUNC) && (s.size || !is_of_start_files(s.name)))
            add_start(list, image, s.value, s.size, s.name);
}

static int by_start(const void *a, const void *b)
{
    const struct function *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (y->name != NULL) - (x->name != NULL); /* the named one first */
}

void code_find_functions(struct code *code)
{
    const struct elf_image *image = code->image;
    function_list list = {0};
    add_frames(&list, image);
    add_symbols(&list, image);
    for (size_t i = 0; !list.len && i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type == PT_LOAD && s.flags & PF_X)
            add_start(&list, image, s.address, 0, NULL);
    }
    if (list.len)
        qsort(list.items, list.len, sizeof *list.items, by_start);
    size_t kept = 0;
    for (size_t i = 0; i < list.len; i++) {
        if (kept && list.items[kept - 1].start == list.items[i].start) {
            if (list.items[i].end < list.items[kept - 1].end)
                list.items[kept - 1].end = list.items[i].end;
            continue;
        }
        if (kept && list.items[kept - 1].end > list.items[i].start)
            list.items[kept - 1].end = list.items[i].start;
        list.items[kept++] = list.items[i];
    }
    code->functions = arena_memdup(code->arena, list.items, kept * sizeof *list.items);
    code->count = kept;
    vec_release(&list);
}

/* The function that contains an address, or NULL. */
static struct function *code_at(const struct code *code, uint64_t address)
{
    size_t low = 0, high = code->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code->functions[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < code->count && code->functions[low].start <= address ? &code->functions[low] : NULL;
}

static void mark(struct code *code, uint64_t slot, uint64_t address, bool resolver)
{
    vec_push(&code->slots, ((struct slot){slot, address}));
    struct function *f = code_at(code, address);
    if (!f || f->start != address)
        return;
    f->in_data |= !resolver;
    f->resolver |= resolver;
}

/* DT_RELR: an address, then bit maps of the words behind it; what is relocated stands in place. */
static void read_relr(struct code *code)
{
    const struct elf_image *image = code->image;
    uint64_t base = 0;
    for (size_t at = 0; at + 8 <= image->relr.len; at += 8) {
        uint64_t entry = little64(image->relr.ptr + at);
        uint64_t words = entry & 1 ? entry >> 1 : 1, first = entry & 1 ? base : entry;
        for (uint64_t k = 0; words >> k && k < 63; k++) {
            struct elf_range word = elf_at_address(image, first + 8 * k);
            if (words >> k & 1 && word.len >= 8)
                mark(code, first + 8 * k, little64(word.ptr), false);
        }
        base = entry & 1 ? base + 63 * 8 : entry + 8;
    }
}

static int by_slot(const void *a, const void *b)
{
    const struct slot *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

uint64_t code_slot_target(const struct code *code, uint64_t address)
{
    size_t low = 0, high = code->slots.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code->slots.items[middle].at < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < code->slots.len && code->slots.items[low].at == address ? code->slots.items[low].target : 0;
}

/* glibc's <sys/platform/x86.h>, what libgcc_s keeps for __builtin_cpu_supports, and whatever another library
 * calls so: av_get_cpu_flags, GetX86Info, CpuInfo::IsSupported. */
bool code_is_asking_function(const char *name)
{
    static const char *const words[] = {"flag", "feature", "support", "info", "detect", "model", "indicator"};
    if (strcmp(name, "getauxval") == 0 || strcmp(name, "__getauxval") == 0 ||
        strcmp(name, "elf_aux_info") == 0 || strcmp(name, "__riscv_hwprobe") == 0)
        return true;
    if (!strcasestr(name, "cpu") && !strcasestr(name, "x86"))
        return false;
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcasestr(name, words[i]))
            return true;
    return false;
}

/* What the loader does with a word of data. */
static const struct relocation_words {
    unsigned machine;
    uint32_t relative, irelative, absolute, global, jump;
} relocation_words[] = {
    {EM_X86_64, R_X86_64_RELATIVE, R_X86_64_IRELATIVE, R_X86_64_64, R_X86_64_GLOB_DAT, R_X86_64_JUMP_SLOT},
    {EM_AARCH64, R_AARCH64_RELATIVE, R_AARCH64_IRELATIVE, R_AARCH64_ABS64, R_AARCH64_GLOB_DAT,
        R_AARCH64_JUMP_SLOT},
};

static void read_relocation(
    struct code *code, const struct relocation_words *words, const struct elf_relocation *r)
{
    struct elf_symbol s;
    if (r->type == words->relative || r->type == words->irelative) {
        mark(code, r->offset, (uint64_t)r->addend, r->type == words->irelative);
        return;
    }
    bool pointer = r->type == words->absolute || r->type == words->global;
    if (!(pointer || r->type == words->jump) || !r->symbol || !elf_symbol_at(code->image, r->symbol, &s))
        return;
    if (pointer && s.section != SHN_UNDEF)
        mark(code, r->offset, s.value + (uint64_t)r->addend, false);
    else if (r->type != words->absolute && s.section == SHN_UNDEF && code_is_asking_function(s.name))
        vec_push(&code->asking_slots, r->offset);
}

bool code_slot_asks(const struct code *code, uint64_t slot)
{
    for (size_t i = 0; i < code->asking_slots.len; i++)
        if (code->asking_slots.items[i] == slot)
            return true;
    return false;
}

/* A stub of aarch64: perhaps BTI, then ADRP X16 and LDR X17 from it. */
static uint64_t arm_stub_slot(struct elf_range at, uint64_t address)
{
    size_t skip = at.len >= 4 && little32(at.ptr) == 0xd503245f ? 4 : 0;
    if (at.len < skip + 8)
        return 0;
    uint32_t page = little32(at.ptr + skip), load = little32(at.ptr + skip + 4);
    if ((page & 0x9f00001f) != 0x90000010 || (load & 0xffc003ff) != 0xf9400211)
        return 0;
    return aarch64_page(address + skip, page) + (load >> 10 & 0xfff) * 8;
}

uint64_t code_stub_slot(const struct code *code, uint64_t address)
{
    if (!code->asking_slots.len)
        return 0; /* only these are looked for */
    struct elf_range at = elf_at_address(code->image, address);
    if (code->image->machine == EM_AARCH64)
        return arm_stub_slot(at, address);
    size_t skip = at.len >= 4 && memcmp(at.ptr, "\xf3\x0f\x1e\xfa", 4) == 0 ? 4 : 0; /* ENDBR64 */
    skip += at.len > skip && at.ptr[skip] == 0xf2;                                   /* BND */
    if (at.len < skip + 6 || at.ptr[skip] != 0xff || at.ptr[skip + 1] != 0x25)
        return 0;
    return address + skip + 6 + (uint64_t)(int64_t)(int32_t)little32(at.ptr + skip + 2);
}

void code_read_tables(struct code *code)
{
    const struct relocation_words *words = relocation_words;
    while (words->machine != code->image->machine)
        if (++words == relocation_words + COUNT(relocation_words))
            return;
    struct elf_relocation_walk walk = elf_all_relocations(code->image);
    for (struct elf_relocation r; elf_relocation_next(&walk, &r);)
        read_relocation(code, words, &r);
    read_relr(code);
    struct elf_symbol s;
    for (size_t i = 1; i < code->image->symbol_count; i++)
        if (elf_symbol_at(code->image, i, &s) && s.type == STT_GNU_IFUNC && s.section != SHN_UNDEF)
            mark(code, 0, s.value, true);
    if (code->slots.len)
        qsort(code->slots.items, code->slots.len, sizeof *code->slots.items, by_slot);
}

static uint32_t offset_in(const struct code *code, size_t function, uint64_t at)
{
    return (uint32_t)(at - code->functions[function].start);
}

void code_refer(struct code *code, size_t from, uint64_t address, uint64_t at)
{
    struct function *to = code_at(code, address);
    if (!to || to == &code->functions[from])
        return;
    uint32_t index = (uint32_t)(to - code->functions);
    to->referred = true;
    if (code->references.len) { /* loops call the same function again and again */
        const struct isa_reference *last = &code->references.items[code->references.len - 1];
        if (last->from == from && last->to == index)
            return;
    }
    vec_push(&code->references, ((struct isa_reference){(uint32_t)from, index, offset_in(code, from, at)}));
}

void code_note_access(
    struct code *code, size_t function, uint64_t address, uint64_t at, bool write, bool has_address)
{
    if (!code_at(code, address))
        vec_push(&code->accesses, ((struct access){address, (uint32_t)function, offset_in(code, function, at),
                                      write || has_address, !write}));
}

void function_note_use(
    struct code *code, struct function *f, enum isa_level level, uint64_t at, const char *mnemonic)
{
    if (level == ISA_BASELINE || function_uses(f, level))
        return;
    if (!f->use) {
        f->use = arena_alloc(code->arena, sizeof *f->use);
        *f->use = (struct isa_function){0};
    }
    f->use->uses[level] = true;
    f->use->at[level] = at;
    snprintf(f->use->mnemonic[level], sizeof f->use->mnemonic[level], "%s", mnemonic);
}

bool function_uses(const struct function *f, enum isa_level level)
{
    return f->use && f->use->uses[level];
}

void function_note_check(struct function *f, uint64_t at)
{
    f->first_check = at < f->first_check ? at : f->first_check;
}
