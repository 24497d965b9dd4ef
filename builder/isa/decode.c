/* One pass over every function. Instructions that every processor has are stepped over (isa/step.h); what may
 * need a newer one is shown to Capstone, which knows nearly all of them. */
#include <string.h>

#include "base/cleanup.h"
#include "isa/capstone_api.h"
#include "isa/internal.h"
#include "isa/step.h"

/* Groups of instructions by the level that has them. */
static const struct {
    unsigned group;
    enum isa_level level;
} groups[] = {
    {X86_GRP_AVX512, ISA_V4},
    {X86_GRP_BWI, ISA_V4},
    {X86_GRP_CDI, ISA_V4},
    {X86_GRP_DQI, ISA_V4},
    {X86_GRP_VLX, ISA_V4},
    {X86_GRP_ERI, ISA_EXTRA},
    {X86_GRP_PFI, ISA_EXTRA},
    {X86_GRP_AVX, ISA_V3},
    {X86_GRP_AVX2, ISA_V3},
    {X86_GRP_BMI, ISA_V3},
    {X86_GRP_BMI2, ISA_V3},
    {X86_GRP_FMA, ISA_V3},
    {X86_GRP_F16C, ISA_V3},
    {X86_GRP_SSE3, ISA_V2},
    {X86_GRP_SSSE3, ISA_V2},
    {X86_GRP_SSE41, ISA_V2},
    {X86_GRP_SSE42, ISA_V2},
    {X86_GRP_AES, ISA_EXTRA},
    {X86_GRP_PCLMUL, ISA_EXTRA},
    {X86_GRP_ADX, ISA_EXTRA},
    {X86_GRP_SHA, ISA_EXTRA},
    {X86_GRP_FMA4, ISA_EXTRA},
    {X86_GRP_XOP, ISA_EXTRA},
    {X86_GRP_SSE4A, ISA_EXTRA},
    {X86_GRP_TBM, ISA_EXTRA},
    {X86_GRP_RTM, ISA_EXTRA},
};

/* Instructions that Capstone puts into no group. TZCNT is not here: older processors take it for BSF, and
 * compilers use it where both give the same. */
static const struct {
    unsigned id;
    enum isa_level level;
} instructions[] = {
    {X86_INS_POPCNT, ISA_V2},
    {X86_INS_CMPXCHG16B, ISA_V2},
    {X86_INS_LAHF, ISA_V2},
    {X86_INS_SAHF, ISA_V2},
    {X86_INS_CRC32, ISA_V2},
    {X86_INS_LZCNT, ISA_V3},
    {X86_INS_MOVBE, ISA_V3},
    {X86_INS_RDRAND, ISA_EXTRA},
    {X86_INS_RDSEED, ISA_EXTRA},
};

static enum isa_level level_of(const cs_insn *insn)
{
    for (size_t i = 0; i < COUNT(instructions); i++)
        if (instructions[i].id == insn->id)
            return instructions[i].level;
    for (uint8_t g = 0; g < insn->detail->groups_count; g++)
        for (size_t i = 0; i < COUNT(groups); i++)
            if (groups[i].group == insn->detail->groups[g] && insn->id != X86_INS_TZCNT)
                return groups[i].level;
    return ISA_BASELINE;
}

static const struct encoded {
    uint8_t encoding, prefix, map, opcode;
    const char *name;
} encoded[] = {
#define ENCODED(encoding, prefix, map, opcode, name) \
    {ENCODING_##encoding, PREFIX_##prefix, MAP_##map, opcode, name},
#include "isa/encodings.def"
#undef ENCODED
};

static const char *name_of_new(const struct isa_step *s)
{
    for (size_t i = 0; i < COUNT(encoded); i++)
        if (encoded[i].opcode == s->opcode && encoded[i].map == s->map && encoded[i].prefix == s->prefix &&
            encoded[i].encoding == s->encoding)
            return encoded[i].name;
    return NULL;
}

struct decoder {
    struct code *code;
    size_t index; /* of the function */
    const struct capstone_api *capstone;
    csh handle;
    cs_insn *insn;
};

/* EVEX is for vectors of 512 bits, and masks, which the fourth level has; what nobody knows by name is at
 * least of the level that its encoding came with. */
static void judge(
    struct decoder *d, struct function *f, const struct isa_step *s, const uint8_t *p, uint64_t at)
{
    const char *name = name_of_new(s);
    size_t left = s->length;
    uint64_t address = at;
    if (name) {
        function_note_use(d->code, f, ISA_EXTRA, at, name);
        return;
    }
    if (s->encoding == ENCODING_EVEX && function_uses(f, ISA_V4))
        return;
    bool known = d->capstone->disasm_iter(d->handle, &p, &left, &address, d->insn);
    if (s->encoding == ENCODING_EVEX)
        function_note_use(d->code, f, ISA_V4, at, known ? d->insn->mnemonic : "an instruction of AVX-512");
    else if (known)
        function_note_use(d->code, f, level_of(d->insn), at, d->insn->mnemonic);
    else if (s->encoding == ENCODING_VEX)
        function_note_use(d->code, f, ISA_V3, at, "an instruction of AVX");
}

static bool is_call(const struct isa_step *s)
{
    return s->map == MAP_ONE && s->encoding == ENCODING_LEGACY &&
           (s->opcode == 0xe8 || (s->opcode == 0xff && s->reg == 2));
}

/* Calls of functions of the C library that answer what the processor has. */
static void note_call(
    const struct decoder *d, struct function *f, const struct isa_step *s, uint64_t at, uint64_t end)
{
    uint64_t slot = s->relative ? code_stub_slot(d->code, end + (uint64_t)(int64_t)s->displacement)
                    : s->rip    ? end + (uint64_t)(int64_t)s->displacement
                                : 0;
    if (slot && code_slot_asks(d->code, slot)) {
        f->hears = true;
        function_note_check(f, at);
    }
}

static void note_rip(const struct decoder *d, const struct isa_step *s, uint64_t at, uint64_t end)
{
    uint64_t address = end + (uint64_t)(int64_t)s->displacement;
    uint64_t target = code_slot_target(d->code, address); /* through the GOT */
    bool lea = s->map == MAP_ONE && s->opcode == 0x8d;
    struct function *f = &d->code->functions[d->index];
    if (code_slot_asks(d->code, address) &&
        !(s->opcode == 0xff && s->reg == 4)) { /* but for stubs of the PLT */
        f->looks = true;
        function_note_check(f, at);
    }
    code_refer(d->code, d->index, address, at);
    if (target)
        code_refer(d->code, d->index, target, at);
    code_note_access(d->code, d->index, address, at, step_writes(s), lea);
    if (target)
        code_note_access(d->code, d->index, target, at, false, true);
}

/* A test of flags in memory. libgcc keeps those of __builtin_cpu_supports in its fifth word, behind maker,
 * type and kind; of the first five every processor has four: CMOV, MMX, SSE, SSE2. */
static void note_test(struct function *f, const struct isa_step *s)
{
    enum { EVERY_PROCESSOR_HAS = 0x1b, SSE2 = 0x10, FLAGS_AT = 12 };
    bool weak = s->opcode == 0xf6 && !(s->immediate & ~(uint64_t)EVERY_PROCESSOR_HAS) &&
                (s->rip ? s->immediate == SSE2 : s->displacement == FLAGS_AT);
    f->weak_tests |= weak;
    f->other_tests |= !weak;
}

static bool has_address(const struct isa_step *s)
{
    return (s->opcode >= 0xb8 && s->opcode <= 0xbf) || s->opcode == 0x68 || s->opcode == 0xc7;
}

static void note(struct decoder *d, const struct isa_step *s, const uint8_t *p, uint64_t at)
{
    struct function *f = &d->code->functions[d->index];
    uint64_t end = at + s->length;
    bool plain = s->map == MAP_ONE && s->encoding == ENCODING_LEGACY;
    bool jump = plain && s->opcode == 0xff && s->reg == 4;
    if (step_is_suspect(s)) {
        bool asks = s->map == MAP_0F && s->encoding == ENCODING_LEGACY &&
                    (s->opcode == 0xa2 || (s->opcode == 0x01 && s->modrm == 0xd0));
        f->asks |= asks;
        if (asks)
            function_note_check(f, at);
        judge(d, f, s, p, at);
    }
    if (is_call(s))
        note_call(d, f, s, at, end);
    else if ((s->relative || jump || (plain && s->opcode == 0xc3)) && at < f->entry_end)
        f->entry_end = at;
    if (s->relative)
        code_refer(d->code, d->index, end + (uint64_t)(int64_t)s->displacement, at);
    if (plain && s->immediate_bytes >= 4 && has_address(s))
        code_refer(d->code, d->index, s->immediate, at);
    if (plain && s->is_memory && (s->opcode == 0xf6 || s->opcode == 0xf7) && s->reg < 2)
        note_test(f, s);
    if (s->rip)
        note_rip(d, s, at, end);
}

static void decode_function(struct decoder *d)
{
    struct function *f = &d->code->functions[d->index];
    const uint8_t *bytes = f->bytes;
    size_t left = f->end - f->start;
    uint64_t address = f->start;
    f->first_check = f->entry_end = UINT64_MAX;
    while (left) {
        struct isa_step s;
        size_t length = 1; /* data among the code */
        if (step_read(&s, bytes, left)) {
            note(d, &s, bytes, address);
            length = s.length;
        }
        bytes += length;
        left -= length;
        address += length;
    }
}

bool code_decode(struct code *code)
{
    AUTO(err) struct err none = ERR_INIT; /* is told by who has to have it: isa_load */
    struct decoder d = {.code = code, .capstone = capstone_api_load(&none)};
    if (!d.capstone || d.capstone->open(CS_ARCH_X86, CS_MODE_64, &d.handle) != CS_ERR_OK)
        return false;
    d.capstone->option(d.handle, CS_OPT_DETAIL, CS_OPT_ON);
    d.insn = d.capstone->malloc(d.handle);
    for (; d.insn && d.index < code->count; d.index++)
        decode_function(&d);
    bool done = d.insn != NULL;
    if (d.insn)
        d.capstone->free(d.insn, 1);
    d.capstone->close(&d.handle);
    return done;
}
