/* Which types of relocations say something beyond "put an address here", on each machine: offsets from the
 * thread pointer, which are known only when a module is loaded at the program's start, and addresses that a
 * function chooses; and copies: a variable of a library that from then on lives in the program. */
#include "elf/image.h"

#include "base/count.h"

static const struct {
    uint16_t machine;
    uint32_t types[ELF_COUNTED_TYPES];
} special[] = {
    {EM_X86_64, {R_X86_64_TPOFF64, R_X86_64_TPOFF32, R_X86_64_IRELATIVE}},
    {EM_386, {R_386_TLS_TPOFF, R_386_TLS_TPOFF32, R_386_IRELATIVE}},
    {EM_AARCH64, {R_AARCH64_TLS_TPREL, 0, R_AARCH64_IRELATIVE}},
    {EM_ARM, {R_ARM_TLS_TPOFF32, 0, R_ARM_IRELATIVE}},
    {EM_PPC64, {R_PPC64_TPREL64, 0, R_PPC64_IRELATIVE}},
    {EM_S390, {R_390_TLS_TPOFF, 0, R_390_IRELATIVE}},
    {EM_RISCV, {R_RISCV_TLS_TPREL64, 0, R_RISCV_IRELATIVE}},
    {EM_LOONGARCH, {R_LARCH_TLS_TPREL64, 0, R_LARCH_IRELATIVE}},
};

const uint32_t *elf_special_types(uint16_t machine)
{
    for (size_t i = 0; i < COUNT(special); i++)
        if (special[i].machine == machine)
            return special[i].types;
    return NULL;
}

uint32_t elf_copy_type(uint16_t machine)
{
    static const struct {
        uint16_t machine;
        uint32_t type;
    } copies[] = {
        {EM_X86_64, R_X86_64_COPY}, {EM_386, R_386_COPY}, {EM_AARCH64, R_AARCH64_COPY}, {EM_ARM, R_ARM_COPY},
        {EM_PPC64, R_PPC64_COPY}, {EM_S390, R_390_COPY}, {EM_RISCV, 4}, {EM_LOONGARCH, 4}, /* R_*_COPY */
    };
    for (size_t i = 0; i < COUNT(copies); i++)
        if (copies[i].machine == machine)
            return copies[i].type;
    return 0;
}
