/* For toolchain/ and its tests. */
#ifndef TOOLCHAIN_INTERNAL_H
#define TOOLCHAIN_INTERNAL_H

#include "toolchain/toolchain.h"

/* What a compiler says of itself. Remembered as text, "NAME VALUE" a line. */
struct compiler {
    const char *path;
    const char *line;    /* first line of --version */
    const char *version; /* "12.2.0" */
    const char *triplet;
    const char *features;                                /* path of features.h, which tells the C library */
    const char *glibc;                                   /* "2.36", "" for another C library */
    const char *ld, *as, *ar, *ranlib, *strip, *objcopy; /* absolute, or "" */
    const char *libstdcxx;                               /* absolute, or "" */
    bool is_clang;
};

/* Asks the compiler at path; nothing is run when its facts are remembered and still hold. */
int compiler_ask(
    struct compiler *c, struct arena *a, const char *path, const struct fact_memory *memory, struct err *e);

/* First line of what a program prints for --version, in the arena; "" when it says nothing. */
const char *program_says(struct arena *a, const char *path, const struct fact_memory *memory);

/* Reads what the preprocessor made of PROBE_SOURCE. */
int compiler_read_probe(struct compiler *c, struct arena *a, const char *text, struct err *e);

/* Fills cflags, cxxflags, ldflags and module_ldflags of t for t->arch; an architecture whose baseline is not
 * known is an error. */
int toolchain_set_flags(struct toolchain *t, struct err *e);

#endif
