#include "elf/image.h"

static const struct {
    uint16_t machine;
    const char *name;
} names[] = {
    {EM_386, "Intel 80386"},
    {EM_X86_64, "x86-64"},
    {EM_ARM, "ARM"},
    {EM_AARCH64, "AArch64"},
    {EM_PPC, "PowerPC"},
    {EM_PPC64, "PowerPC64"},
    {EM_S390, "S/390"},
    {EM_RISCV, "RISC-V"},
    {EM_LOONGARCH, "LoongArch"},
    {EM_MIPS, "MIPS"},
    {EM_SPARC, "SPARC"},
    {EM_SPARCV9, "SPARC v9"},
    {EM_IA_64, "IA-64"},
    {EM_68K, "m68k"},
    {EM_SH, "SuperH"},
    {EM_PARISC, "PA-RISC"},
    {EM_ALPHA, "Alpha"},
    {EM_BPF, "BPF"},
};

const char *elf_machine_name(uint16_t machine)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].machine == machine)
            return names[i].name;
    return "unknown machine";
}

enum {
    ARM_HARD_FLOAT = 0x400, /* EF_ARM_ABI_FLOAT_HARD */
    RISCV_FLOAT_ABI = 0x6,  /* EF_RISCV_FLOAT_ABI */
    RISCV_FLOAT_ABI_DOUBLE = 0x4,
};

const char *elf_architecture(uint16_t machine, uint32_t flags, bool wide, bool big)
{
    switch (machine) {
    case EM_386:
        return wide || big ? NULL : "i686";
    case EM_X86_64: /* 32-bit files are x32, which no tag has */
        return wide && !big ? "x86_64" : NULL;
    case EM_AARCH64:
        return wide && !big ? "aarch64" : NULL;
    case EM_ARM:
        return !wide && !big && flags >> 24 == 5 && flags & ARM_HARD_FLOAT ? "armv7l" : NULL;
    case EM_PPC64:
        return !wide ? NULL : big ? "ppc64" : "ppc64le";
    case EM_S390:
        return wide && big ? "s390x" : NULL;
    case EM_RISCV:
        return wide && !big && (flags & RISCV_FLOAT_ABI) == RISCV_FLOAT_ABI_DOUBLE ? "riscv64" : NULL;
    case EM_LOONGARCH:
        return wide && !big ? "loongarch64" : NULL;
    default:
        return NULL;
    }
}
