/* The rows of arches.def, and how one is found: by the name of a tag, by an ELF header, by a triplet. */
#include "arch/arch.h"

#include <string.h>

static const struct arch arches[] = {
#define ARCH(tag, ...) {.name = #tag, __VA_ARGS__},
#include "arch/arches.def"
#undef ARCH
};

enum { ARCH_COUNT = sizeof arches / sizeof *arches };

const struct arch *arch_find(const char *name)
{
    for (size_t i = 0; i < ARCH_COUNT; i++)
        if (strcmp(arches[i].name, name) == 0)
            return &arches[i];
    return NULL;
}

static bool is_of(const struct arch *a, uint16_t machine, bool wide, bool big_endian)
{
    return a->machine == machine && (a->bits == 64) == wide && a->big_endian == big_endian;
}

const struct arch *arch_of_machine(uint16_t machine, bool wide, bool big_endian)
{
    for (size_t i = 0; i < ARCH_COUNT; i++)
        if (is_of(&arches[i], machine, wide, big_endian))
            return &arches[i];
    return NULL;
}

const struct arch *arch_of_elf(uint16_t machine, uint32_t flags, bool wide, bool big_endian)
{
    for (size_t i = 0; i < ARCH_COUNT; i++)
        if (is_of(&arches[i], machine, wide, big_endian) &&
            !((flags ^ arches[i].flags) & arches[i].flags_mask))
            return &arches[i];
    return NULL;
}

const struct arch *arch_of_triplet(const char *triplet)
{
    size_t all = strlen(triplet), len = strcspn(triplet, "-");
    if (all >= 3 &&
        strcmp(triplet + all - 3, "x32") == 0) /* 32-bit pointers with 64-bit code: no platform tag */
        return NULL;
    for (size_t i = 0; i < ARCH_COUNT; i++)
        for (size_t k = 0; k < ARCH_SPELLINGS_MAX && arches[i].spellings[k]; k++)
            if (strlen(arches[i].spellings[k]) == len && memcmp(triplet, arches[i].spellings[k], len) == 0)
                return &arches[i];
    return NULL;
}

const struct arch *arch_at(size_t i)
{
    return i < ARCH_COUNT ? &arches[i] : NULL;
}

size_t arch_index(const struct arch *a)
{
    return (size_t)(a - arches);
}
