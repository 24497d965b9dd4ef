/* The architectures. */
#include <assert.h>
#include <elf.h>
#include <string.h>

#include "target/internal.h"

#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258 /* glibc before 2.36 does not name it */
#endif

static const struct arch arches[] = {
#define ARCH(name, ...) {#name, __VA_ARGS__},
#include "target/arches.def"
#undef ARCH
};

static const struct {
    struct policy_span glibc, musl;
} spans[] = {
#define GLIBC_POLICY(minor, alias)
#define MUSL_POLICY(minor)
#define ARCH_POLICIES(name, glibc_first, glibc_last, musl_first, musl_last) \
    {{glibc_first, glibc_last}, {musl_first, musl_last}},
#include "target/policies.def"
#undef GLIBC_POLICY
#undef MUSL_POLICY
#undef ARCH_POLICIES
};

enum { ARCHES = sizeof arches / sizeof *arches };
static_assert(sizeof spans / sizeof *spans == ARCHES, "policies.def has a row for each row of arches.def");

const struct arch *arch_find(const char *name)
{
    for (size_t i = 0; i < ARCHES; i++)
        if (strcmp(arches[i].name, name) == 0)
            return &arches[i];
    return NULL;
}

const struct arch *arch_of_elf(uint16_t machine, int bits, bool big_endian)
{
    for (size_t i = 0; i < ARCHES; i++)
        if (arches[i].machine == machine && arches[i].bits == bits && arches[i].big_endian == big_endian)
            return &arches[i];
    return NULL;
}

const struct arch *arch_at(size_t i)
{
    return i < ARCHES ? &arches[i] : NULL;
}

size_t arch_index(const struct arch *a)
{
    return (size_t)(a - arches);
}

struct policy_span arch_policies(const struct arch *a, enum libc_kind libc)
{
    size_t i = arch_index(a);
    return libc == LIBC_GLIBC  ? spans[i].glibc
           : libc == LIBC_MUSL ? spans[i].musl
                               : (struct policy_span){0, 0};
}
