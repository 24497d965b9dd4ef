/* ELF machines, those too that no wheel tag has: their names for people, and where their files differ. */
#include "arch/arch.h"

static const struct machine {
    uint16_t machine;
    const char *name;
    bool executable_stack; /* by default, as the C library has it */
    bool needs_stack_note;
    bool wide_hash; /* words of DT_HASH are 64 bits in 64-bit files */
} machines[] = {
    {.machine = EM_386, .name = "Intel 80386", .executable_stack = true, .needs_stack_note = true},
    {.machine = EM_X86_64, .name = "x86-64", .executable_stack = true, .needs_stack_note = true},
    {.machine = EM_ARM, .name = "ARM", .executable_stack = true, .needs_stack_note = true},
    {.machine = EM_AARCH64, .name = "AArch64"},
    {.machine = EM_PPC, .name = "PowerPC", .executable_stack = true},
    {.machine = EM_PPC64, .name = "PowerPC64"},
    {.machine = EM_S390, .name = "S/390", .executable_stack = true, .wide_hash = true},
    {.machine = EM_RISCV, .name = "RISC-V"},
    {.machine = EM_LOONGARCH, .name = "LoongArch"},
    {.machine = EM_MIPS, .name = "MIPS"},
    {.machine = EM_SPARC, .name = "SPARC"},
    {.machine = EM_SPARCV9, .name = "SPARC v9"},
    {.machine = EM_IA_64, .name = "IA-64"},
    {.machine = EM_68K, .name = "m68k"},
    {.machine = EM_SH, .name = "SuperH"},
    {.machine = EM_PARISC, .name = "PA-RISC"},
    {.machine = EM_ALPHA, .name = "Alpha", .wide_hash = true},
    {.machine = EM_BPF, .name = "BPF"},
};

static const struct machine *find(uint16_t machine)
{
    static const struct machine unknown = {.name = "unknown machine"};
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (machines[i].machine == machine)
            return &machines[i];
    return &unknown;
}

const char *arch_machine_name(uint16_t machine)
{
    return find(machine)->name;
}

bool arch_stack_is_executable(uint16_t machine)
{
    return find(machine)->executable_stack;
}

bool arch_objects_need_stack_note(uint16_t machine)
{
    return find(machine)->needs_stack_note;
}

size_t arch_hash_word(uint16_t machine, bool wide)
{
    return wide && find(machine)->wide_hash ? 8 : 4;
}
