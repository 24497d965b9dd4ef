/* The lengths of instructions, by the tables of Intel's manual: prefixes, opcode, ModRM with SIB and
 * displacement, immediate. */
#include "isa/step.h"

#include <string.h>

struct step_reader {
    const uint8_t *p, *start, *end;
    bool operand16, address32;
};

/* What follows an opcode of the one-byte map. */
enum {
    M = 1 << 4, /* ModRM */
    X = 1 << 5, /* none of 64-bit mode */
    I8 = 1,     /* immediates of that many bytes */
    I16 = 2,
    I24 = 3,
    IZ = 4,  /* 4 bytes, 2 with the prefix 66 */
    IV = 5,  /* 8 bytes with REX.W */
    IA = 6,  /* an address: 8 bytes, 4 with the prefix 67 */
    R8 = 7,  /* a jump by 1 byte */
    R32 = 8, /* a jump by 4 bytes */
};

#define ARITHMETIC M, M, M, M, I8, IZ, X, X
#define SIXTEEN(a) a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a

static const uint8_t one[256] = {
    ARITHMETIC, ARITHMETIC, ARITHMETIC, ARITHMETIC, ARITHMETIC, ARITHMETIC, ARITHMETIC,
    ARITHMETIC,                                                                /* 00 to 3f */
    SIXTEEN(X),                                                                /* 40: REX is taken before */
    SIXTEEN(0),                                                                /* 50 */
    X, X, X, M, X, X, X, X, IZ, M | IZ, I8, M | I8, 0, 0, 0, 0,                /* 60 */
    SIXTEEN(R8),                                                               /* 70 */
    M | I8, M | IZ, X, M | I8, M, M, M, M, M, M, M, M, M, M, M, M,             /* 80 */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, X, 0, 0, 0, 0, 0,                            /* 90 */
    IA, IA, IA, IA, 0, 0, 0, 0, I8, IZ, 0, 0, 0, 0, 0, 0,                      /* a0 */
    I8, I8, I8, I8, I8, I8, I8, I8, IV, IV, IV, IV, IV, IV, IV, IV,            /* b0 */
    M | I8, M | I8, I16, 0, X, X, M | I8, M | IZ, I24, 0, I16, 0, 0, I8, X, 0, /* c0 */
    M, M, M, M, X, X, X, 0, M, M, M, M, M, M, M, M,                            /* d0 */
    R8, R8, R8, R8, I8, I8, I8, I8, R32, R32, X, R8, 0, 0, 0, 0,               /* e0 */
    X, 0, X, X, 0, 0, M, M, 0, 0, 0, 0, 0, 0, M, M,                            /* f0 */
};

/* Of the map behind 0F: whether ModRM follows, but for some. */
static bool has_modrm_0f(uint8_t opcode)
{
    if (opcode >= 0x30 && opcode <= 0x37)
        return false;
    if ((opcode >= 0x80 && opcode <= 0x8f) || (opcode >= 0xc8 && opcode <= 0xcf))
        return false;
    return !memchr("\x05\x06\x07\x08\x09\x0b\x0e\x77\xa0\xa1\xa2\xa8\xa9\xaa", opcode, 14);
}

static uint8_t immediate_0f(uint8_t opcode)
{
    return memchr("\x70\x71\x72\x73\xa4\xac\xba\xc2\xc4\xc5\xc6\x0f", opcode, 12) ? 1 : 0;
}

static bool take(struct step_reader *r, size_t bytes, uint64_t *value)
{
    uint64_t v = 0;
    if ((size_t)(r->end - r->p) < bytes)
        return false;
    for (size_t i = 0; i < bytes; i++)
        v |= (uint64_t)r->p[i] << 8 * i;
    r->p += bytes;
    *value = v;
    return true;
}

static bool read_modrm(struct isa_step *s, struct step_reader *r)
{
    uint64_t v;
    if (!take(r, 1, &v))
        return false;
    s->has_modrm = true;
    s->modrm = (uint8_t)v;
    s->reg = s->modrm >> 3 & 7;
    uint8_t mode = s->modrm >> 6, base = s->modrm & 7;
    s->is_memory = mode != 3;
    if (!s->is_memory)
        return true;
    bool sib = base == 4;
    if (sib) {
        if (!take(r, 1, &v))
            return false;
        base = v & 7;
    }
    size_t bytes = mode == 1 ? 1 : mode == 2 || base == 5 ? 4 : 0;
    if (mode == 0 && base != 5)
        bytes = 0;
    if (!take(r, bytes, &v))
        return false;
    s->displacement = bytes == 1 ? (int8_t)v : (int32_t)(uint32_t)v;
    s->rip = mode == 0 && base == 5 && !sib;
    return true;
}

static bool read_immediate(struct isa_step *s, struct step_reader *r, size_t bytes)
{
    s->immediate_bytes = (uint8_t)bytes;
    return take(r, bytes, &s->immediate);
}

static bool read_jump(struct isa_step *s, struct step_reader *r, size_t bytes)
{
    uint64_t v;
    if (!take(r, bytes, &v))
        return false;
    s->relative = true;
    s->displacement = bytes == 1 ? (int8_t)v : (int32_t)(uint32_t)v;
    return true;
}

static bool read_one(struct isa_step *s, struct step_reader *r)
{
    uint8_t what = one[s->opcode];
    if (what & X || (what & M && !read_modrm(s, r)))
        return false;
    size_t z = r->operand16 ? 2 : 4;
    bool test = (s->opcode == 0xf6 || s->opcode == 0xf7) && s->reg < 2;
    switch (what & 15) {
    case I8:
    case I16:
    case I24:
        return read_immediate(s, r, what & 15);
    case IZ:
        return read_immediate(s, r, z);
    case IV:
        return read_immediate(s, r, s->wide ? 8 : z);
    case IA:
        return read_immediate(s, r, r->address32 ? 4 : 8);
    case R8:
        return read_jump(s, r, 1);
    case R32:
        return read_jump(s, r, 4);
    }
    return !test || read_immediate(s, r, s->opcode == 0xf6 ? 1 : z);
}

static bool read_0f(struct isa_step *s, struct step_reader *r)
{
    if (s->opcode >= 0x80 && s->opcode <= 0x8f && s->encoding == ENCODING_LEGACY)
        return read_jump(s, r, 4);
    if (has_modrm_0f(s->opcode) && !read_modrm(s, r))
        return false;
    return read_immediate(
        s, r, s->encoding != ENCODING_LEGACY && s->opcode == 0x0f ? 0 : immediate_0f(s->opcode));
}

static bool read_operands(struct isa_step *s, struct step_reader *r)
{
    switch (s->map) {
    case MAP_ONE:
        return read_one(s, r);
    case MAP_0F:
        return read_0f(s, r);
    case MAP_0F38:
        return read_modrm(s, r);
    case MAP_0F3A:
        return read_modrm(s, r) && read_immediate(s, r, 1);
    default:
        return read_modrm(s, r);
    }
}

static void set_map(struct isa_step *s, unsigned map)
{
    s->map = map == 1 ? MAP_0F : map == 2 ? MAP_0F38 : map == 3 ? MAP_0F3A : MAP_OTHER;
}

/* C5, C4, 62, and 8F where it is AMD's XOP: prefixes that hold the map. */
static bool read_vector(struct isa_step *s, struct step_reader *r, uint8_t first)
{
    uint64_t b[3] = {0}, opcode;
    size_t bytes = first == 0xc5 ? 1 : first == 0x62 ? 3 : 2;
    for (size_t i = 0; i < bytes; i++)
        if (!take(r, 1, &b[i]))
            return false;
    s->encoding = first == 0x62 ? ENCODING_EVEX : first == 0x8f ? ENCODING_XOP : ENCODING_VEX;
    unsigned map = first == 0xc5 ? 1 : (unsigned)b[0] & (first == 0x62 ? 7 : 31);
    static const uint8_t prefixes[] = {PREFIX_NONE, PREFIX_66, PREFIX_F3, PREFIX_F2};
    s->prefix = prefixes[b[first == 0xc5 ? 0 : 1] & 3];
    s->wide = first != 0xc5 && b[1] & 0x80;
    set_map(s, map);
    if (!take(r, 1, &opcode))
        return false;
    s->opcode = (uint8_t)opcode;
    if (first != 0x8f)
        return read_operands(s, r);
    return read_modrm(s, r) && read_immediate(s, r, map == 8 ? 1 : map == 10 ? 4 : 0);
}

static bool read_opcode(struct isa_step *s, struct step_reader *r, uint8_t first)
{
    uint64_t v;
    bool xop = first == 0x8f && r->p < r->end && (*r->p & 31) >= 8;
    if (first == 0xc5 || first == 0xc4 || first == 0x62 || xop)
        return read_vector(s, r, first);
    s->opcode = first;
    if (first != 0x0f)
        return read_operands(s, r);
    if (!take(r, 1, &v))
        return false;
    s->map = v == 0x38 ? MAP_0F38 : v == 0x3a ? MAP_0F3A : MAP_0F;
    if (s->map != MAP_0F && !take(r, 1, &v))
        return false;
    s->opcode = (uint8_t)v;
    return read_operands(s, r);
}

bool step_read(struct isa_step *s, const uint8_t *p, size_t left)
{
    enum { LONGEST = 15 };
    struct step_reader r = {.p = p, .start = p, .end = p + (left < LONGEST ? left : LONGEST)};
    memset(s, 0, sizeof *s);
    for (uint64_t b; take(&r, 1, &b);) {
        switch (b) {
        case 0x66:
            r.operand16 = true;
            s->prefix = s->prefix ? s->prefix : PREFIX_66;
            continue;
        case 0x67:
            r.address32 = true;
            continue;
        case 0xf2:
        case 0xf3:
            s->prefix = b == 0xf2 ? PREFIX_F2 : PREFIX_F3;
            continue;
        case 0x26:
        case 0x2e:
        case 0x36:
        case 0x3e:
        case 0x64:
        case 0x65:
        case 0xf0:
            continue;
        }
        if (b >= 0x40 && b <= 0x4f) {
            s->wide = b & 8;
            if (!take(&r, 1, &b))
                return false;
        }
        r.operand16 &= !s->wide;
        if (!read_opcode(s, &r, (uint8_t)b))
            return false;
        s->length = (uint8_t)(r.p - r.start);
        return true;
    }
    return false;
}

/* SSE3, POPCNT, LZCNT, CMPXCHG16B, RDRAND, 3DNow!, SSE4a and the like among the instructions behind 0F. */
static bool is_suspect_0f(const struct isa_step *s)
{
    switch (s->opcode) {
    case 0x01: /* XGETBV and what is for systems */
    case 0x0e:
    case 0x0f:
    case 0xa2: /* CPUID */
    case 0xae: /* CLWB, XSAVE */
    case 0xb8: /* POPCNT */
    case 0xbd: /* LZCNT */
    case 0xc7: /* CMPXCHG16B, RDRAND, RDSEED */
        return true;
    case 0x12:
    case 0x16:
    case 0x2b:
    case 0x78:
    case 0x79:
    case 0x7c:
    case 0x7d:
    case 0xd0:
    case 0xf0:
        return s->prefix == PREFIX_F2 || s->prefix == PREFIX_F3 ||
               (s->prefix == PREFIX_66 && s->opcode > 0x70);
    }
    return false;
}

bool step_is_suspect(const struct isa_step *s)
{
    if (s->encoding != ENCODING_LEGACY || s->map == MAP_0F38 || s->map == MAP_0F3A)
        return true;
    if (s->map == MAP_0F)
        return is_suspect_0f(s);
    switch (s->opcode) {
    case 0x9e: /* SAHF, LAHF */
    case 0x9f:
        return true;
    case 0xc6: /* XABORT */
    case 0xc7: /* XBEGIN */
        return s->modrm == 0xf8;
    case 0xdb: /* FISTTP */
    case 0xdd:
    case 0xdf:
        return s->is_memory && s->reg == 1;
    }
    return false;
}

bool step_writes(const struct isa_step *s)
{
    uint8_t o = s->opcode;
    if (!s->is_memory)
        return false;
    if (s->map == MAP_0F)
        return memchr("\x11\x13\x17\x29\x2b\x7f\xd6\xe7\xab\xb3\xbb\xb0\xb1\xc0\xc1\xc3\xc7", o, 17) ||
               (o >= 0x90 && o <= 0x9f) || (o == 0xba && s->reg > 4);
    if (s->map != MAP_ONE)
        return s->encoding != ENCODING_LEGACY;
    if (o < 0x40)
        return (o & 7) < 2 && o < 0x38;
    if (o == 0x80 || o == 0x81 || o == 0x83)
        return s->reg != 7;
    if (o == 0xf6 || o == 0xf7)
        return s->reg == 2 || s->reg == 3;
    if (o == 0xfe || o == 0xff)
        return s->reg < 2;
    return o == 0x86 || o == 0x87 || o == 0x88 || o == 0x89 || o == 0x8f || o == 0xc6 || o == 0xc7 ||
           o == 0xc0 || o == 0xc1 || (o >= 0xd0 && o <= 0xd3);
}
