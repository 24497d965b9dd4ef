/* Which instructions of aarch64 a processor of Armv8.0 does not have, by their encodings (Arm Architecture
 * Reference Manual, chapter C4): every instruction is a word, so that nothing has to be decoded that is not
 * looked for.
 *
 * Guards are followed as on x86-64 (isa/aarch64_flow.c): what asks is getauxval, an IFUNC, a read of an ID
 * register. A function that has both an atomic of LSE and the exclusive pair that older processors have
 * chooses between them: libgcc's outline atomics, and what compilers inline of them. */
#include <elf.h>
#include <string.h>

#include "base/little.h"
#include "base/str.h"
#include "isa/internal.h"

static const struct word_class {
    uint32_t mask, bits;
    enum isa_level level;
    const char *name;
} classes[] = {
    {0x3ffffc00, 0x38bfc000, ISA_V3, "ldapr"},
    {0x3f200c00, 0x38200000, ISA_V2, "an atomic of LSE"},
    {0x3fa07c00, 0x08a07c00, ISA_V2, "cas"},
    {0xbfa07c00, 0x08207c00, ISA_V2, "casp"},
    {0x9f20fc00, 0x0e009400, ISA_V3, "sdot or udot"},
    {0x9f00f400, 0x0f00e000, ISA_V3, "sdot or udot"},
    {0x9f60c400, 0x0e400400, ISA_V3, "an operation on halves"},
    {0xffe00c00, 0x1ee00800, ISA_V3, "an operation on halves"},
    {0xff20fc00, 0x6e00a400, ISA_V3, "a matrix product"},
    {0xff20fc00, 0x4e00a400, ISA_V3, "a matrix product"},
    {0x1e000000, 0x04000000, ISA_V4, "an instruction of SVE"},
    {0x9e000000, 0x80000000, ISA_V4, "an instruction of SME"},
    {0x7fe0e000, 0x1ac04000, ISA_EXTRA, "crc32"},
    {0xff3e0c00, 0x4e280800, ISA_EXTRA, "an instruction of AES"},
    {0xff3e0c00, 0x5e280800, ISA_EXTRA, "an instruction of SHA"},
    {0xff208c00, 0x5e000000, ISA_EXTRA, "an instruction of SHA"},
    {0xbfe0fc00, 0x0ee0e000, ISA_EXTRA, "pmull"},
};

/* A load of the exclusive pair: LDXR, LDAXR, LDXP, LDAXP. */
static bool is_exclusive_load(uint32_t word)
{
    return (word & 0x3fe00000) == 0x08400000 || (word & 0xbfe00000) == 0x88600000;
}

/* MRS of one of the registers that say what the processor has (op0 3, op1 0, CRn 0, CRm 4 to 7). */
static bool is_read_of_features(uint32_t word)
{
    return (word & 0xfffff000) == 0xd5380000 && (word >> 8 & 15) >= 4 && (word >> 8 & 15) <= 7;
}

static const struct word_class *class_of(uint32_t word)
{
    for (size_t i = 0; i < COUNT(classes); i++)
        if ((word & classes[i].mask) == classes[i].bits)
            return &classes[i];
    return NULL;
}

static void read_function(struct code *code, struct function *f)
{
    bool exclusive = false;
    for (uint64_t at = f->start & 3 ? 4 - (f->start & 3) : 0; at + 4 <= f->end - f->start; at += 4) {
        uint32_t word = little32(f->bytes + at);
        exclusive |= is_exclusive_load(word);
        if (is_read_of_features(word)) {
            f->asks = true;
            function_note_check(f, f->start + at);
        }
        const struct word_class *class = word ? class_of(word) : NULL;
        if (class)
            function_note_use(code, f, class->level, f->start + at, class->name);
    }
    if (exclusive && f->use)
        f->use->uses[ISA_V2] = false;
    if (f->use && f->name &&
        str_starts(f->name, "__arm_")) /* libgcc's, for who has SME (AAPCS64, chapter 8) */
        f->use->uses[ISA_V4] = false;
}

bool code_read_aarch64(struct code *code)
{
    for (size_t i = 0; i < code->count; i++) {
        aarch64_follow(code, i);
        read_function(code, &code->functions[i]);
    }
    return true;
}
