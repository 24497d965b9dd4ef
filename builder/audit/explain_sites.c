/* From an import to the code and data that use it.
 *
 * A call goes through a stub of the procedure linkage table (PLT), and that through a slot of the global
 * offset table (GOT), which alone has a relocation. So the relocations tell the slots, instructions that use
 * a slot tell the stubs, and instructions that call a stub tell the callers. Instructions are not decoded: a
 * displacement behind a fitting operation code that leads exactly to a slot or a stub is one. */
#include <stdlib.h>
#include <string.h>

#include "audit/explain_internal.h"
#include "base/little.h"

enum { MOST_SITES = 1 << 18 };

/* Slots and stubs: an address that stands for an import. */
struct destination {
    uint64_t address;
    uint32_t symbol;
    bool used; /* of a stub: somebody calls it */
};

struct site_search {
    struct import_sites *sites;
    const struct elf_image *image;
    VEC(struct destination) slots, stubs; /* by address */
    uint64_t got;                         /* DT_PLTGOT, which i386 code counts from */
};

static void add_site(struct site_search *h, uint32_t symbol, uint64_t address)
{
    if (h->sites->items.len >= MOST_SITES) {
        h->sites->cut = true;
        return;
    }
    vec_push(&h->sites->items, ((struct import_site){symbol, address}));
}

static int by_address(const void *a, const void *b)
{
    const struct destination *x = a, *y = b;
    return x->address < y->address ? -1 : x->address > y->address;
}

static struct destination *find(struct destination *items, size_t len, uint64_t address)
{
    if (!len || address < items[0].address || address > items[len - 1].address)
        return NULL;
    size_t low = 0, high = len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (items[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < len && items[low].address == address ? &items[low] : NULL;
}

static struct destination *find_slot(struct site_search *h, uint64_t address)
{
    return find(h->slots.items, h->slots.len, address);
}

static struct destination *find_stub(struct site_search *h, uint64_t address)
{
    return find(h->stubs.items, h->stubs.len, address);
}

/* R_*_GLOB_DAT and R_*_JUMP_SLOT: the relocations of slots. */
static bool is_slot(uint16_t machine, uint32_t type)
{
    switch (machine) {
    case EM_X86_64:
        return type == R_X86_64_GLOB_DAT || type == R_X86_64_JUMP_SLOT;
    case EM_386:
        return type == R_386_GLOB_DAT || type == R_386_JMP_SLOT;
    case EM_AARCH64:
        return type == R_AARCH64_GLOB_DAT || type == R_AARCH64_JUMP_SLOT;
    default:
        return false;
    }
}

static void read_relocations(struct site_search *h, const bool *wanted)
{
    struct elf_relocation_walk walk = elf_relocations(h->image);
    for (struct elf_relocation r; elf_relocation_next(&walk, &r);) {
        if (!r.symbol || !wanted[r.symbol])
            continue;
        if (!is_slot(h->image->machine, r.type))
            add_site(h, r.symbol, r.offset);
        else if (h->slots.len < MOST_SITES)
            vec_push(&h->slots, ((struct destination){r.offset, r.symbol, false}));
    }
    if (h->slots.len)
        qsort(h->slots.items, h->slots.len, sizeof *h->slots.items, by_address);
}

static void add_stub(struct site_search *h, uint64_t address, uint32_t symbol)
{
    if (h->stubs.len < MOST_SITES)
        vec_push(&h->stubs, ((struct destination){address, symbol, false}));
}

struct code_section {
    const unsigned char *bytes;
    size_t len;
    uint64_t address;
};

/* Where a jump through a slot begins: before its prefixes (bnd, endbr). */
static uint64_t stub_start(const struct code_section *c, size_t jump)
{
    static const unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa}, endbr32[] = {0xf3, 0x0f, 0x1e, 0xfb};
    size_t at = jump;
    if (at >= 1 && c->bytes[at - 1] == 0xf2)
        at--;
    if (at >= 4 && (memcmp(c->bytes + at - 4, endbr64, 4) == 0 || memcmp(c->bytes + at - 4, endbr32, 4) == 0))
        at -= 4;
    return c->address + at;
}

static int32_t displacement(const unsigned char *p)
{
    return (int32_t)little32(p);
}

/* Bytes of an operand may follow the displacement, which counts from the end of the instruction. */
static struct destination *slot_from(struct site_search *h, uint64_t end)
{
    struct destination *slot = find_slot(h, end);
    slot = slot ? slot : find_slot(h, end + 1);
    return slot ? slot : find_slot(h, end + 4);
}

static void find_slots_x86_64(struct site_search *h, const struct code_section *c)
{
    for (size_t i = 2; i + 4 <= c->len; i++) {
        if ((c->bytes[i - 1] & 0xc7) != 0x05) /* an operand relative to the instruction pointer */
            continue;
        uint64_t end = c->address + i + 4 + (uint64_t)(int64_t)displacement(c->bytes + i);
        const struct destination *slot = slot_from(h, end);
        if (!slot)
            continue;
        if (c->bytes[i - 2] == 0xff && c->bytes[i - 1] == 0x25) /* jmp *slot(%rip) */
            add_stub(h, stub_start(c, i - 2), slot->symbol);
        else
            add_site(h, slot->symbol, c->address + i);
    }
}

/* jmp *, call *, mov of slot(%ebx) or of a slot by its address. */
static void find_slots_i386(struct site_search *h, const struct code_section *c)
{
    for (size_t i = 2; i + 4 <= c->len; i++) {
        unsigned char op = c->bytes[i - 2], operand = c->bytes[i - 1];
        bool absolute = (operand & 0xc7) == 0x05, based = (operand & 0xc0) == 0x80;
        if ((op != 0xff && op != 0x8b) || (!absolute && !based))
            continue;
        uint32_t offset = (uint32_t)displacement(c->bytes + i);
        const struct destination *slot = find_slot(h, absolute ? offset : (uint32_t)(h->got + offset));
        if (!slot)
            continue;
        if (op == 0xff && (operand & 0x38) == 0x20)
            add_stub(h, stub_start(c, i - 2), slot->symbol);
        else
            add_site(h, slot->symbol, c->address + i);
    }
}

/* call, jmp and jcc with a displacement, and lea of a stub's address. */
static bool takes_stub(const unsigned char *displaced)
{
    unsigned char before = displaced[-2], last = displaced[-1];
    return last == 0xe8 || last == 0xe9 || (before == 0x0f && (last & 0xf0) == 0x80) ||
           (before == 0x8d && (last & 0xc7) == 0x05);
}

static void find_calls_x86(struct site_search *h, const struct code_section *c)
{
    bool wide = h->image->wide;
    for (size_t i = 2; i + 4 <= c->len; i++) {
        if (!takes_stub(c->bytes + i))
            continue;
        uint64_t end = c->address + i + 4 + (uint64_t)(int64_t)displacement(c->bytes + i);
        struct destination *stub = find_stub(h, wide ? end : (uint32_t)end);
        if (!stub)
            continue;
        stub->used = true;
        add_site(h, stub->symbol, c->address + i);
    }
}

static uint32_t instruction(const struct code_section *c, size_t i)
{
    return (uint32_t)displacement(c->bytes + i); /* AArch64 code is always little-endian */
}

/* adrp Xn, page; ldr Xm, [Xn, #offset]: in a stub to x17 by x16. */
static void find_slots_aarch64(struct site_search *h, const struct code_section *c)
{
    enum { NEAR = 32 * 4 }; /* bytes between the two */
    uint64_t page[32] = {0};
    size_t set[32] = {0}; /* where, counted from 1 */
    for (size_t i = (size_t)(-c->address & 3); i + 4 <= c->len; i += 4) {
        uint32_t op = instruction(c, i);
        if ((op & 0x9f000000) == 0x90000000) { /* adrp */
            int64_t pages = (int32_t)((op >> 29 & 3) | (op >> 3 & 0x1ffffc));
            pages = pages & 0x100000 ? pages - 0x200000 : pages;
            page[op & 31] = ((c->address + i) & ~(uint64_t)0xfff) + (uint64_t)pages * 4096;
            set[op & 31] = i + 1;
        } else if ((op & 0xffc00000) == 0xf9400000) { /* ldr, 64 bits, unsigned offset */
            unsigned base = op >> 5 & 31, to = op & 31;
            if (!set[base] || i - (set[base] - 1) > NEAR)
                continue;
            const struct destination *slot = find_slot(h, page[base] + (op >> 10 & 0xfff) * 8);
            if (!slot)
                continue;
            size_t start = set[base] - 1;
            if (base != 16 || to != 17)
                add_site(h, slot->symbol, c->address + i);
            else if (start >= 4 && instruction(c, start - 4) == 0xd503245f) /* bti c */
                add_stub(h, c->address + start - 4, slot->symbol);
            else
                add_stub(h, c->address + start, slot->symbol);
        }
    }
}

static void find_calls_aarch64(struct site_search *h, const struct code_section *c)
{
    for (size_t i = (size_t)(-c->address & 3); i + 4 <= c->len; i += 4) {
        uint32_t op = instruction(c, i);
        if ((op & 0x7c000000) != 0x14000000) /* b, bl */
            continue;
        int64_t words = op & 0x3ffffff;
        words = words & 0x2000000 ? words - 0x4000000 : words;
        struct destination *stub = find_stub(h, c->address + i + (uint64_t)words * 4);
        if (!stub)
            continue;
        stub->used = true;
        add_site(h, stub->symbol, c->address + i);
    }
}

/* Calls look for each executable segment, as far as the file has it. */
static void each_code(
    struct site_search *h, void (*look)(struct site_search *h, const struct code_section *c))
{
    size_t left = h->image->size; /* segments may overlap in the file; nothing is read much more than once */
    for (size_t i = 0; i < h->image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(h->image, i);
        bool inside = s.file_size <= h->image->size && s.offset <= h->image->size - s.file_size;
        if (s.type != PT_LOAD || !(s.flags & PF_X) || !inside || s.file_size > left)
            continue;
        left -= (size_t)s.file_size;
        struct code_section c = {h->image->bytes + s.offset, (size_t)s.file_size, s.address};
        look(h, &c);
    }
}

static void follow_slots(struct site_search *h)
{
    switch (h->image->machine) {
    case EM_X86_64:
        each_code(h, find_slots_x86_64);
        break;
    case EM_386:
        each_code(h, find_slots_i386);
        break;
    default:
        each_code(h, find_slots_aarch64);
    }
    if (!h->stubs.len)
        return;
    qsort(h->stubs.items, h->stubs.len, sizeof *h->stubs.items, by_address);
    each_code(h, h->image->machine == EM_AARCH64 ? find_calls_aarch64 : find_calls_x86);
    /* A jump that nobody calls is no stub: a call in tail position by code without a PLT. */
    vec_each (&h->stubs, stub)
        if (!stub->used)
            add_site(h, stub->symbol, stub->address);
}

static int by_symbol(const void *a, const void *b)
{
    const struct import_site *x = a, *y = b;
    if (x->symbol != y->symbol)
        return x->symbol < y->symbol ? -1 : 1;
    return x->address < y->address ? -1 : x->address > y->address;
}

void import_sites_find(struct import_sites *sites, const struct elf_image *image, const bool *wanted)
{
    *sites = (struct import_sites){0};
    struct site_search h = {.sites = sites, .image = image};
    for (size_t i = 0; i < image->dynamic_count; i++) {
        uint64_t tag, value;
        elf_dynamic_at(image, i, &tag, &value);
        if (tag == DT_PLTGOT)
            h.got = value;
    }
    read_relocations(&h, wanted);
    if (h.slots.len)
        follow_slots(&h);
    vec_release(&h.slots);
    vec_release(&h.stubs);
    if (sites->items.len)
        qsort(sites->items.items, sites->items.len, sizeof *sites->items.items, by_symbol);
}

void import_sites_release(struct import_sites *sites)
{
    vec_release(&sites->items);
}
