/* One instruction of x86-64 at a time: how long it is, and what of it matters (Intel SDM volume 2, appendix
 * A). Ten times faster than a disassembler, which is asked about what may need a newer processor alone. */
#ifndef ISA_STEP_H
#define ISA_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum encoding { ENCODING_LEGACY, ENCODING_VEX, ENCODING_EVEX, ENCODING_XOP };
enum opcode_map { MAP_ONE, MAP_0F, MAP_0F38, MAP_0F3A, MAP_OTHER };
enum simd_prefix { PREFIX_NONE, PREFIX_66, PREFIX_F3, PREFIX_F2 };

struct isa_step {
    uint8_t length; /* bytes */
    uint8_t encoding, map, prefix, opcode;
    bool wide;                 /* REX.W, VEX.W */
    bool has_modrm, is_memory; /* of ModRM: the operand is in memory */
    uint8_t modrm, reg;        /* reg: its middle field */
    bool rip;                  /* memory relative to the end of the instruction, at displacement */
    bool relative;             /* a jump or a call by displacement */
    int32_t displacement;      /* of memory, or of the jump */
    uint8_t immediate_bytes;
    uint64_t immediate;
};

/* Reads the instruction that begins at p. False when it is cut off, or none of 64-bit mode. */
bool step_read(struct isa_step *s, const uint8_t *p, size_t left);

/* Whether a processor of the baseline may lack it: a disassembler has to say. */
bool step_is_suspect(const struct isa_step *s);

/* Whether it may write to its operand in memory. */
bool step_writes(const struct isa_step *s);

#endif
