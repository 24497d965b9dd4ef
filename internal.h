#ifndef TARGET_INTERNAL_H
#define TARGET_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "target/target.h"

/* Columns of manylinux.def. */
enum architecture {
    ARCH_I686,
    ARCH_X86_64,
    ARCH_AARCH64,
    ARCH_PPC64,
    ARCH_PPC64LE,
    ARCH_S390X,
    ARCH_ARMV7L,
    ARCH_RISCV64,
    ARCH_LOONGARCH64,
    ARCH_COUNT
};

struct policy {
    int minor;
    const char *old_name;   /* from before PEP 600, or "" */
    unsigned architectures; /* 1 << enum architecture */
};

struct version_row {
    const char *version;
    uint8_t since[ARCH_COUNT]; /* 0: never */
};

struct library_row {
    const char *soname;
    int since;
};

struct denied_row {
    const char *soname, *symbol;
    int since; /* 0: never */
};

struct family {
    const char *prefix; /* "manylinux_2_" */
    const struct policy *policies;
    size_t policy_count;
    const struct version_row *versions;
    size_t version_count;
    const struct library_row *libraries;
    size_t library_count;
    const struct denied_row *denied;
    size_t denied_count;
};

/* The tables of a family; TARGET_LINUX has none and gives manylinux's. */
const struct family *family_tables(enum target_family family);

/* Index of an architecture by name, or -1; and back. */
int architecture_index(const char *name);
const char *architecture_name(int index);

#endif
