/* Looks for a handful of encodings in code, without decoding what is between them.
 *
 * On x86 these are MOV of an immediate, and LEA relative to the instruction. An address needs two
 * instructions on AArch64, ADRP and ADD, which compilers put near each other; a number MOVZ, and MOVK for its
 * upper half. */
#include "isa/constants.h"

#include <string.h>

#include "base/bytes16.h"
#include "base/little.h"
#include "isa/internal.h"

enum {
    MOV_EAX = 0xb8, /* with another register up to 0xbf */
    MOV_TO_MEMORY = 0xc7,
    LEA = 0x8d,
    MOV_FROM_MEMORY = 0x8b,
    RET = 0xc3,
    REX_W = 0x48,
    REX_WR = 0x4c,
    MOVSS = 0xf3,
    X86_MOST = 16 /* bytes that are looked at from the beginning of an instruction, at most */
};

struct isa_code {
    const unsigned char *start, *end;
    uint64_t address;
    bool wide;      /* 64 bits */
    unsigned kinds; /* that are asked for */
    isa_visit_constant *visit;
    void *arg;
};

static void say(
    const struct isa_code *code, const unsigned char *p, enum isa_constant_kind kind, uint64_t value)
{
    if (!(code->kinds & ISA_CONSTANT(kind)))
        return;
    struct isa_constant constant = {kind, code->address + (uint64_t)(p - code->start), value};
    code->visit(code->arg, &constant);
}

/* What stands between the opcode of an instruction with a ModRM byte and its immediate, or 0 when it has no
 * memory operand. */
static size_t operand_length(const unsigned char *modrm)
{
    unsigned mod = *modrm >> 6, rm = *modrm & 7;
    if (mod == 3)
        return 0;
    bool wide = mod == 2 || (mod == 0 && (rm == 5 || (rm == 4 && (modrm[1] & 7) == 5)));
    return 1U + (rm == 4) + (mod == 1 ? 1U : wide ? 4U : 0U);
}

/* What has an address relative to the instruction, four bytes before its end. */
static void read_relative(const struct isa_code *code, const unsigned char *p)
{
    enum { LENGTH = 7, MOVSS_LENGTH = 8 };
    static const unsigned char load[] = {MOVSS, 0x0f, 0x10, 0x05}, store[] = {MOVSS, 0x0f, 0x11, 0x07, RET};
    uint64_t at = code->address + (uint64_t)(p - code->start);
    if ((*p == REX_W || *p == REX_WR) && (p[1] == LEA || p[1] == MOV_FROM_MEMORY) && (p[2] & 0xc7) == 5) {
        bool returned = *p == REX_W && p[2] == 5 && p[LENGTH] == RET;
        say(code, p,
            p[1] == MOV_FROM_MEMORY ? ISA_LOADED_ADDRESS
            : returned              ? ISA_RETURNED_ADDRESS
                                    : ISA_TAKEN_ADDRESS,
            at + LENGTH + (uint64_t)(int32_t)little32(p + 3));
    } else if (memcmp(p, load, sizeof load) == 0 && memcmp(p + MOVSS_LENGTH, store, sizeof store) == 0) {
        say(code, p, ISA_STORED_FLOAT, at + MOVSS_LENGTH + (uint64_t)(int32_t)little32(p + 4));
    }
}

/* At least 16 bytes are there. */
static void read_x86(const struct isa_code *code, const unsigned char *p)
{
    enum { MOV_LENGTH = 5, WIDE_LENGTH = 10 };
    if (*p == MOV_EAX) {
        if (p[MOV_LENGTH] == RET)
            say(code, p, ISA_RETURNED_NUMBER, little32(p + 1));
    } else if (*p == MOV_TO_MEMORY && !(p[1] & 0x38)) { /* C7 /0 */
        size_t length = operand_length(p + 1);
        if (length)
            say(code, p, ISA_STORED_NUMBER, little32(p + 1 + length));
    } else if (code->wide && *p == REX_W && (p[1] & 0xf8) == MOV_EAX) {
        say(code, p + WIDE_LENGTH, ISA_WIDE_NUMBER, little64(p + 2));
    } else if (code->wide) {
        read_relative(code, p);
    }
}

enum {
    RELATIVE_KINDS = ISA_CONSTANT(ISA_RETURNED_ADDRESS) | ISA_CONSTANT(ISA_TAKEN_ADDRESS) |
                     ISA_CONSTANT(ISA_LOADED_ADDRESS) | ISA_CONSTANT(ISA_STORED_FLOAT)
};

/* Bit i: at p + i may be an instruction that read_x86 is to look at. */
static unsigned x86_candidates(unsigned kinds, const unsigned char *p)
{
    bytes16 first = bytes16_at(p), second = bytes16_at(p + 1), third = bytes16_at(p + 2), is = {0};
    if (kinds & RELATIVE_KINDS) /* most code is this: 48 or 4C, 8B or 8D, and two bits of 89 and 8F besides */
        is |= ((bytes16)((first & (0xff ^ REX_W ^ REX_WR)) == (REX_W & REX_WR)) &
                  (bytes16)((second & 0xf9) == (LEA & 0xf9)) & (bytes16)((third & 0xc7) == 5)) |
              ((bytes16)(first == MOVSS) & (bytes16)(second == 0x0f) & (bytes16)(third == 0x10));
    if (kinds & ISA_CONSTANT(ISA_RETURNED_NUMBER))
        is |= (bytes16)(first == MOV_EAX) & (bytes16)(bytes16_at(p + 5) == RET);
    if (kinds & ISA_CONSTANT(ISA_WIDE_NUMBER))
        is |= (bytes16)(first == REX_W) & (bytes16)((second & 0xf8) == MOV_EAX);
    if (kinds & ISA_CONSTANT(ISA_STORED_NUMBER))
        is |= (bytes16)(first == MOV_TO_MEMORY) & (bytes16)((second & 0x38) == 0);
    return bytes16_bits(is);
}

static void visit_x86(const struct isa_code *code)
{
    enum { READ = BYTES16 + X86_MOST };
    const unsigned char *p = code->start;
    for (; code->end - p >= READ; p += BYTES16)
        for (unsigned at = x86_candidates(code->kinds, p); at; at &= at - 1)
            read_x86(code, p + __builtin_ctz(at));
    size_t left = (size_t)(code->end - p);
    unsigned char last[READ + X86_MOST] = {0}; /* the end, with zeroes behind */
    memcpy(last, p, left);
    struct isa_code tail = *code;
    tail.start = last;
    tail.address += (uint64_t)(p - code->start);
    for (size_t i = 0; i < left; i++)
        read_x86(&tail, last + i);
}

static void visit_aarch64(const struct isa_code *code)
{
    enum { NEAR = 64 };
    static const uint32_t ret = 0xd65f03c0;
    uint64_t pages[32] = {0};
    const unsigned char *set[32] = {NULL}; /* where */
    for (const unsigned char *p = code->start; code->end - p >= 4; p += 4) {
        uint32_t word = little32(p), next = code->end - p >= 8 ? little32(p + 4) : 0;
        unsigned to = word & 31, from = word >> 5 & 31;
        if ((word & 0x9f000000) == 0x90000000) { /* ADRP */
            pages[to] = aarch64_page(code->address + (uint64_t)(p - code->start), word);
            set[to] = p;
        } else if ((word & 0xffc00000) == 0x91000000 && set[from] &&
                   p - set[from] <= NEAR) { /* ADD, 64 bits, immediate */
            say(code, p, to == 0 && next == ret ? ISA_RETURNED_ADDRESS : ISA_TAKEN_ADDRESS,
                pages[from] + (word >> 10 & 0xfff));
        } else if ((word & 0xffe0001f) == 0x52800000) { /* MOVZ to W0 */
            uint32_t number = word >> 5 & 0xffff, behind = code->end - p >= 12 ? little32(p + 8) : 0;
            if (next == ret)
                say(code, p, ISA_RETURNED_NUMBER, number);
            else if ((next & 0xffe0001f) == 0x72a00000 && behind == ret) /* MOVK, the upper half */
                say(code, p, ISA_RETURNED_NUMBER, number | (next >> 5 & 0xffff) << 16);
        }
    }
}

void isa_visit_constants(const struct elf_image *image, unsigned kinds, isa_visit_constant *visit, void *arg)
{
    bool x86 = image->machine == EM_X86_64 || image->machine == EM_386;
    if (!kinds)
        return;
    if (!x86 && (image->machine != EM_AARCH64 || image->big))
        return;
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type != PT_LOAD || !(s.flags & PF_X) || !s.file_size)
            continue;
        const unsigned char *start = image->bytes + s.offset;
        struct isa_code code = {start, start + s.file_size, s.address, image->wide, kinds, visit, arg};
        if (x86)
            visit_x86(&code);
        else
            visit_aarch64(&code);
    }
}

bool isa_last_arguments(const struct elf_image *image, uint64_t at, uint32_t arguments[ISA_LAST_ARGUMENTS])
{
    enum { BACK = 48, PUSH = 0x6a, REX_B = 0x41, TO_ECX = 0xb9, TO_R8D = 0xb8, TO_R9D = 0xb9, LONGEST = 6 };
    struct elf_range code = at >= BACK ? elf_at_address(image, at - BACK) : (struct elf_range){0};
    uint32_t pushed[2] = {0}, ecx = UINT32_MAX, r8d = UINT32_MAX, r9d = UINT32_MAX;
    unsigned count = 0;
    if (image->machine != EM_X86_64 || code.len < BACK)
        return false;
    for (size_t i = 0; i + LONGEST <= BACK; i++) {
        const unsigned char *p = code.ptr + i;
        if (p[0] == PUSH && count < COUNT(pushed))
            pushed[count++] = p[1];
        else if (p[0] == REX_B && p[1] == TO_R8D)
            r8d = little32(p + 2);
        else if (p[0] == REX_B && p[1] == TO_R9D)
            r9d = little32(p + 2);
        else if (p[0] == TO_ECX && (!i || p[-1] != REX_B))
            ecx = little32(p + 1);
    }
    bool on_stack = count == COUNT(pushed);
    arguments[0] = on_stack ? r9d : ecx;
    arguments[1] = on_stack ? pushed[1] : r8d;
    arguments[2] = on_stack ? pushed[0] : r9d;
    return true;
}
