/* Architectures: what each is called by whom, and what follows from it. A new one is a row of arches.def;
 * nothing else of the program names one, besides the tables of relocations and what decodes machine code.
 *
 * Everything here is constant and may be asked from any thread. */
#ifndef ARCH_ARCH_H
#define ARCH_ARCH_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names that older C libraries' elf.h does not have yet. */
#ifndef EM_RISCV
#define EM_RISCV 243
#endif
#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif

enum { ARCH_SPELLINGS_MAX = 4, ARCH_BASELINE_MAX = 4, ARCH_FRAMES_MAX = 2 };

/* A flag of compilers, and where they know it. */
struct arch_flag {
    const char *flag;   /* NULL: there is none */
    const char *off;    /* its opposite, or NULL */
    uint8_t gcc, clang; /* first major releases; 0: any */
};

struct arch {
    const char *name; /* "x86_64", as wheel tags and uname spell it */
    uint16_t machine; /* e_machine (gABI ch. 4) */
    uint8_t bits;     /* 32 or 64 */
    bool big_endian;
    bool double_double;                        /* long double is the sum of two, not IEEE 754's of 128 bits */
    uint32_t flags;                            /* e_flags of the ABI that its tags promise */
    uint32_t flags_mask;                       /* those of them that tell it from others' */
    const char *spellings[ARCH_SPELLINGS_MAX]; /* what triplets begin with */
    const char *baseline[ARCH_BASELINE_MAX];   /* flags for the oldest processor that its tags promise; none:
                                                  not known */
    const char *compiler;     /* "i686-linux-gnu": what a cross compiler's programs begin with */
    const char *debian;       /* "i386" */
    const char *multiarch;    /* "i386-linux-gnu": Debian's folder below lib/ */
    const char *lib;          /* the folder of libraries elsewhere: "lib64" */
    const char *qemu;         /* "i386": qemu-i386 runs its programs */
    const char *glibc_loader; /* "ld-linux-x86-64.so.2" */
    const char *musl_loader;  /* "ld-musl-x86_64.so.1" */
    const char *musl_libc;    /* "libc.musl-x86_64.so.1": Alpine's soname; musl's own is "libc.so" */
    struct arch_flag marks;   /* places that jumps by address lead to are marked, and returns are checked */
    uint32_t mark_property;   /* the GNU property that says so; 0: there is none */
    struct arch_flag probes;  /* large frames are taken a page at a time */
    struct arch_flag frames[ARCH_FRAMES_MAX]; /* the stack can be walked without tables (PEP 831); none: it
                                                 always can */
    uint32_t page_max;                        /* the largest page that its kernels are built with, in bytes */
    bool bare_tag;                            /* the index takes wheels that are tagged linux_NAME */
};

/* By name, or NULL. */
const struct arch *arch_find(const char *name);

/* The one whose files have this ELF header, or NULL: 32-bit ARM asks for the hard-float EABI, RISC-V for the
 * double-float one. */
const struct arch *arch_of_elf(uint16_t machine, uint32_t flags, bool wide, bool big_endian);

/* The same where the flags are not known. */
const struct arch *arch_of_machine(uint16_t machine, bool wide, bool big_endian);

/* The one that a triplet is for, "x86_64-pc-linux-gnu" or "i386-linux-gnu"; NULL when no tag has it. */
const struct arch *arch_of_triplet(const char *triplet);

/* The i-th of all, or NULL past the end; and which one it is. */
const struct arch *arch_at(size_t i);
size_t arch_index(const struct arch *a);

/* The name of any ELF machine for messages, never NULL. */
const char *arch_machine_name(uint16_t machine);

/* Where PT_GNU_STACK is absent the C library takes the machine's old default; true where that was executable.
 */
bool arch_stack_is_executable(uint16_t machine);

/* Where an object has no .note.GNU-stack linkers ask for an executable stack; elsewhere the absence means
 * nothing. */
bool arch_objects_need_stack_note(uint16_t machine);

/* Bytes of a word of DT_HASH: Alpha and 64-bit S/390 write 64-bit ones. */
size_t arch_hash_word(uint16_t machine, bool wide);

/* Whether this program is made for it. */
bool arch_is_here(uint16_t machine, bool wide, bool big_endian);

/* Names of glibc-hwcaps(8) that this processor may use, best first, and how many. */
const char *const *arch_hwcaps_here(size_t *count);

/* What $PLATFORM stood for with older loaders besides an architecture's name; NULL past the end. */
const char *arch_platform_at(size_t i);

#endif
