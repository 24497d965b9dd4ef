/* One pass of Capstone over every function. */
#include <capstone/capstone.h>
#include <stdio.h>
#include <string.h>

#include "isa/internal.h"

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
    /* The first byte tells what has vectors of 512 bits, or masks: EVEX. */
    if (insn->bytes[0] == 0x62)
        return ISA_V4;
    for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++)
        if (instructions[i].id == insn->id)
            return instructions[i].level;
    for (uint8_t g = 0; g < insn->detail->groups_count; g++)
        for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
            if (groups[i].group == insn->detail->groups[g] && insn->id != X86_INS_TZCNT)
                return groups[i].level;
    return ISA_BASELINE;
}

static void note_use(struct function *f, const cs_insn *insn)
{
    enum isa_level level = level_of(insn);
    if (level == ISA_BASELINE || f->use.uses[level])
        return;
    f->use.uses[level] = true;
    f->use.at[level] = insn->address;
    snprintf(f->use.mnemonic[level], sizeof f->use.mnemonic[level], "%s", insn->mnemonic);
}

static void refer(struct code *code, size_t from, uint64_t address)
{
    struct function *to = code_at(code, address);
    if (!to || to == &code->functions[from])
        return;
    size_t index = (size_t)(to - code->functions);
    to->referred = true;
    if (code->references.len) { /* loops call the same function again and again */
        const struct reference *last = &code->references.items[code->references.len - 1];
        if (last->from == from && last->to == index)
            return;
    }
    vec_push(&code->references, ((struct reference){from, index}));
}

/* Whoever has the address of data may read it and write it. */
static void note_access(struct code *code, size_t from, uint64_t address, bool write, bool has_address)
{
    if (!code_at(code, address))
        vec_push(&code->accesses, ((struct access){from, address, write || has_address, !write}));
}

static void note_operands(struct code *code, size_t from, const cs_insn *insn)
{
    const cs_x86 *x86 = &insn->detail->x86;
    for (uint8_t i = 0; i < x86->op_count; i++) {
        const cs_x86_op *op = &x86->operands[i];
        if (op->type == X86_OP_IMM) {
            refer(code, from, (uint64_t)op->imm);
        } else if (op->type == X86_OP_MEM && op->mem.base == X86_REG_RIP &&
                   op->mem.index == X86_REG_INVALID) {
            uint64_t address = insn->address + insn->size + (uint64_t)op->mem.disp;
            uint64_t target = code_slot_target(code, address); /* through the GOT */
            bool write = op->access & CS_AC_WRITE || (i == 0 && insn->id == X86_INS_MOV);
            refer(code, from, address);
            if (target)
                refer(code, from, target);
            note_access(code, from, address, write, insn->id == X86_INS_LEA);
            if (target)
                note_access(code, from, target, false, true);
        }
    }
}

static void decode_function(struct code *code, size_t index, csh handle, cs_insn *insn)
{
    struct function *f = &code->functions[index];
    const uint8_t *bytes = f->bytes;
    size_t left = f->end - f->start;
    uint64_t address = f->start;
    while (left) {
        if (!cs_disasm_iter(handle, &bytes, &left, &address, insn)) {
            bytes++; /* data among the code, or an instruction that is not known here */
            left--;
            address++;
            continue;
        }
        f->asks |= insn->id == X86_INS_CPUID || insn->id == X86_INS_XGETBV;
        note_use(f, insn);
        note_operands(code, index, insn);
    }
}

bool code_decode(struct code *code)
{
    csh handle;
    if (cs_open(CS_ARCH_X86, CS_MODE_64, &handle) != CS_ERR_OK)
        return false;
    cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
    cs_insn *insn = cs_malloc(handle);
    for (size_t i = 0; insn && i < code->count; i++)
        decode_function(code, i, handle, insn);
    if (insn)
        cs_free(insn, 1);
    cs_close(&handle);
    return insn != NULL;
}
