/* What the loader of one program is like: told from the program (machine, PT_INTERP) and from the machine
 * that it would run on. */
#ifndef LOADER_ABI_H
#define LOADER_ABI_H

#include "elf/image.h"
#include "loader/machine.h"
#include "target/target.h"

/* Texts live in the arena given to loader_abi_read. */
struct loader_abi {
    uint16_t machine; /* EM_*; files of another kind are passed over */
    bool wide, big;
    enum libc_kind libc;        /* LIBC_GLIBC or LIBC_MUSL: each has rules of its own */
    const char *interpreter;    /* path of the loader inside the root, or NULL: not found */
    const char *lib, *platform; /* what $LIB and $PLATFORM stand for */
    struct strvec system;       /* folders searched last: those of the machine, then the built-in ones */
    size_t conf_count;          /* how many of them ld.so.conf names */
    struct strvec built_in;     /* all that are built in, also those that ld.so.conf names */
    const char *const *hwcaps;  /* subfolders of glibc-hwcaps that this processor may use, best first */
    size_t hwcap_count;
};

/* The built-in folders are those that the loader's own file holds, else those usual for the architecture. */
void loader_abi_read(struct loader_abi *abi, struct arena *arena, const struct loader_machine *machine,
    const struct elf_image *image);
void loader_abi_release(struct loader_abi *abi);

/* "libc.so.6", "ld-linux-x86-64.so.2", "libc.musl-x86_64.so.1": a library that is the loader itself. On musl
 * all of libc, libm, libpthread, … are. */
bool loader_abi_is_loader(const struct loader_abi *abi, const char *library);

#endif
