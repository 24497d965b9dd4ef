/* Where code of AArch64 leads to, and which data it looks at.
 *
 * An address takes two instructions: ADRP has its page, and ADD, LDR or STR the rest. What a register was
 * last given is remembered within a function, in the order of its words; compilers write the two near each
 * other. */
#include <elf.h>

#include "base/little.h"
#include "isa/internal.h"

struct flow {
    struct code *code;
    size_t index; /* of the function */
    struct function *f;
    uint64_t at;        /* the address of the word */
    uint64_t value[32]; /* what registers hold, where that is known; 0: it is not */
};

uint64_t aarch64_page(uint64_t address, uint32_t word)
{
    uint64_t pages = (uint64_t)(word >> 5 & 0x7ffff) << 2 | (word >> 29 & 3);
    if (pages >> 20)
        pages |= ~(uint64_t)0x1fffff; /* of 21 bits with a sign */
    return (address & ~(uint64_t)0xfff) + (pages << 12);
}

/* A number of so many bits, with a sign, of words of four bytes. */
static uint64_t displacement(uint32_t word, unsigned low, unsigned bits)
{
    uint64_t value = word >> low & (((uint32_t)1 << bits) - 1), sign = (uint64_t)1 << (bits - 1);
    return ((value ^ sign) - sign) * 4;
}

static void end_entry(struct flow *w)
{
    w->f->entry_end = w->at < w->f->entry_end ? w->at : w->f->entry_end;
}

/* BL and B; what a stub of the PLT leads to may ask. */
static void read_call(struct flow *w, uint32_t word)
{
    uint64_t target = w->at + displacement(word, 0, 26), slot = code_stub_slot(w->code, target);
    if (slot && code_slot_asks(w->code, slot)) {
        w->f->hears = true;
        function_note_check(w->f, w->at);
    }
    if (!(word >> 31))
        end_entry(w);
    code_refer(w->code, w->index, target, w->at);
}

/* B.cond, CBZ and CBNZ; TBZ and TBNZ; BR, BLR and RET. */
static bool read_jump(struct flow *w, uint32_t word)
{
    bool compares = (word & 0xff000010) == 0x54000000 || (word & 0x7e000000) == 0x34000000;
    bool tests = (word & 0x7e000000) == 0x36000000;
    if (compares || tests)
        code_refer(w->code, w->index, w->at + displacement(word, 5, compares ? 19 : 14), w->at);
    else if ((word & 0xff9ffc1f) != 0xd61f0000 || (word & 0xfffffc1f) == 0xd63f0000)
        return false;
    end_entry(w);
    return true;
}

static void take_address(struct flow *w, unsigned to, uint64_t address)
{
    w->value[to] = address;
    code_refer(w->code, w->index, address, w->at);
    code_note_access(w->code, w->index, address, w->at, false, true);
}

/* What stands at an address that the loader writes to is an address itself, or a function's that asks. */
static void load(struct flow *w, unsigned to, uint64_t address)
{
    uint64_t target = code_slot_target(w->code, address);
    if (code_slot_asks(w->code, address)) {
        w->f->looks = true;
        function_note_check(w->f, w->at);
    }
    code_note_access(w->code, w->index, address, w->at, false, false);
    if (target)
        take_address(w, to, target);
}

/* LDR, STR and the like with an offset; LDAR and STLR without. */
static bool read_memory(struct flow *w, uint32_t word)
{
    bool plain = (word & 0x3b000000) == 0x39000000, ordered = (word & 0x3fbffc00) == 0x089ffc00;
    unsigned base = word >> 5 & 31, to = word & 31, size = word >> 30, opcode = word >> 22 & 3;
    bool vector = plain && word >> 26 & 1, loads = vector ? opcode & 1 : opcode != 0;
    if (!plain && !ordered)
        return false;
    uint64_t offset = plain ? (uint64_t)(word >> 10 & 0xfff) << (vector && opcode > 1 ? 4 : size) : 0;
    uint64_t address = w->value[base] ? w->value[base] + offset : 0;
    if (loads && !vector)
        w->value[to] = 0;
    if (address && loads)
        load(w, to, address);
    else if (address)
        code_note_access(w->code, w->index, address, w->at, true, false);
    return true;
}

static void read_word(struct flow *w, uint32_t word)
{
    unsigned to = word & 31, from = word >> 5 & 31;
    if ((word & 0x7c000000) == 0x14000000) {
        read_call(w, word);
    } else if ((word & 0x9f000000) == 0x90000000) { /* ADRP */
        w->value[to] = aarch64_page(w->at, word);
    } else if ((word & 0x9f000000) == 0x10000000) { /* ADR */
        take_address(w, to, w->at + displacement(word, 5, 19) + (word >> 29 & 3));
    } else if ((word & 0xffc00000) == 0x91000000) { /* ADD of 64 bits, a number without a shift */
        uint64_t sum = w->value[from] ? w->value[from] + (word >> 10 & 0xfff) : 0;
        w->value[to] = 0;
        if (sum)
            take_address(w, to, sum);
    } else if (!read_jump(w, word)) {
        read_memory(w, word);
    }
}

void aarch64_follow(struct code *code, size_t index)
{
    struct flow w = {.code = code, .index = index, .f = &code->functions[index]};
    uint64_t size = w.f->end - w.f->start;
    w.f->first_check = w.f->entry_end = UINT64_MAX;
    for (uint64_t into = -w.f->start & 3; into + 4 <= size; into += 4) {
        w.at = w.f->start + into;
        read_word(&w, little32(w.f->bytes + into));
    }
}
