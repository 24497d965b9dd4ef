#include <string.h>

#include "target/internal.h"

enum {
    I686 = 1 << ARCH_I686,
    X86_64 = 1 << ARCH_X86_64,
    AARCH64 = 1 << ARCH_AARCH64,
    PPC64 = 1 << ARCH_PPC64,
    PPC64LE = 1 << ARCH_PPC64LE,
    S390X = 1 << ARCH_S390X,
    ARMV7L = 1 << ARCH_ARMV7L,
    RISCV64 = 1 << ARCH_RISCV64,
    LOONGARCH64 = 1 << ARCH_LOONGARCH64,
};

/* Each .def is read four times, once for each kind of row. */
#define POLICY(minor, old_name, architectures)
#define VERSION(version, ...)
#define LIBRARY(soname, since)
#define DENIED(soname, symbol, since)

#undef POLICY
#define POLICY(minor, old_name, architectures) {minor, old_name, architectures},
static const struct policy manylinux_policies[] = {
#include "target/manylinux.def"
};
static const struct policy musllinux_policies[] = {
#include "target/musllinux.def"
};
#undef POLICY
#define POLICY(minor, old_name, architectures)

#undef VERSION
#define VERSION(version, ...) {version, {__VA_ARGS__}},
static const struct version_row manylinux_versions[] = {
#include "target/manylinux.def"
};
#undef VERSION
#define VERSION(version, ...)

#undef LIBRARY
#define LIBRARY(soname, since) {soname, since},
static const struct library_row manylinux_libraries[] = {
#include "target/manylinux.def"
};
static const struct library_row musllinux_libraries[] = {
#include "target/musllinux.def"
};
#undef LIBRARY
#define LIBRARY(soname, since)

#undef DENIED
#define DENIED(soname, symbol, since) {soname, symbol, since},
static const struct denied_row manylinux_denied[] = {
#include "target/manylinux.def"
};
static const struct denied_row musllinux_denied[] = {
#include "target/musllinux.def"
};

#define ROWS(array) array, sizeof array / sizeof *array

static const struct family manylinux = {
    "manylinux_2_",
    ROWS(manylinux_policies),
    ROWS(manylinux_versions),
    ROWS(manylinux_libraries),
    ROWS(manylinux_denied),
};

static const struct family musllinux = {
    "musllinux_1_",
    ROWS(musllinux_policies),
    NULL,
    0,
    ROWS(musllinux_libraries),
    ROWS(musllinux_denied),
};

const struct family *family_tables(enum target_family family)
{
    return family == TARGET_MUSLLINUX ? &musllinux : &manylinux;
}

static const char *const names[ARCH_COUNT + 1] = {
    [ARCH_I686] = "i686",
    [ARCH_X86_64] = "x86_64",
    [ARCH_AARCH64] = "aarch64",
    [ARCH_PPC64] = "ppc64",
    [ARCH_PPC64LE] = "ppc64le",
    [ARCH_S390X] = "s390x",
    [ARCH_ARMV7L] = "armv7l",
    [ARCH_RISCV64] = "riscv64",
    [ARCH_LOONGARCH64] = "loongarch64",
};

const char *const *target_architectures(void)
{
    return names;
}

const char *architecture_name(int index)
{
    return names[index];
}

int architecture_index(const char *name)
{
    for (int i = 0; name && i < ARCH_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}
