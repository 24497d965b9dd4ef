/* A kit: what lets the compiler of today make files for an older C library. It is a folder, made once for a
 * platform, a compiler and that compiler's C library:
 *
 *     lib/      stub libraries under their sonames (libc.so.6, libm.so.6, …), the linker scripts that -lNAME
 *               finds (libc.so, libm.so, libpthread.so, libstdc++.so, libgcc_s.so, …), archives of what the
 *               target's C library lacks, crt1.o, crti.o and their kin
 *     include/  headers that stand before the C library's own
 *     bin/      cc, c++, pkg-config, the specs that they run the compiler with; toolchain files of cmake and
 *               meson beside it
 *
 * Names inside the kit are relative, so that it may be made aside and renamed; names outside of it (libgcc.a,
 * libstdc++.a, libc_nonshared.a) are absolute: a kit belongs to one machine. */
#ifndef KIT_KIT_H
#define KIT_KIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "sched/helper.h"
#include "sched/tasks.h"
#include "sys/facts.h"
#include "target/target.h"
#include "toolchain/toolchain.h"

/* Members of lib/, each for what asks for it:
 *   - compat is in libc.so, where everything that is linked sees it: what headers declare;
 *   - runtime is what libstdc++.a needs besides (__cxa_thread_atexit_impl, strtof128, …): in libstdc++.so
 * only, so that configure scripts which try a C program do not find it;
 *   - unwind is what libgcc_eh.a needs (_dl_find_object), which only static programs link: shared ones, and
 *     modules, take the platform's unwinder, of which a stub is in lib/ (libgcc_s.so finds it). */
#define KIT_COMPAT_ARCHIVE "libstaticbuild_compat.a"
#define KIT_RUNTIME_ARCHIVE "libstaticbuild_runtime.a"
#define KIT_UNWIND_ARCHIVE "libstaticbuild_unwind.a"
#define KIT_UNWINDER "libgcc_s.so.1"

/* What decides a kit's contents; nothing here is owned. */
struct kit_request {
    const struct platform *target; /* libc is LIBC_GLIBC */
    const char *cc, *cxx, *ar;     /* absolute paths; cxx "" when there is none */
    bool is_clang;
    const char *compiler_line;        /* first line of --version */
    const char *glibc;                /* of the compiler's C library: "2.36" */
    const char *templates;            /* folder of templates/ */
    const struct fact_memory *memory; /* may be NULL */
    unsigned jobs;                    /* compilers at the same time; 0: one */
    const char *home; /* absolute: where the kit will be when it is made, for meson's file, which has no
                       * relative names; NULL: there is none */
};

/* What makes the kit of a toolchain; points into it, and remembers nothing. */
void kit_request_of(struct kit_request *out, const struct toolchain *t);

/* Tells a toolchain that needs a kit what it depends on: fills kit_facts and templates, and adds to its
 * identity what results depend on. Fails when a library or archive that a kit needs is not there, or the
 * templates, or when the C library is older than the target. */
int kit_ask(struct toolchain *t, struct arena *a, const struct fact_memory *memory, struct err *e);

/* Fills the command of the helper that makes it. Its facts are remembered in that store; home must be given.
 * Environment, folder and log are the caller's to fill. */
void kit_command(struct command *c, const struct kit_request *r, const char *store, const char *dir);

extern const struct helper kit_helper;

/* Adds names that the compiler's glibc has and the target's has not, each with the first version that has it:
 * "gettid" -> "GLIBC_2.30". The texts live in the arena. */
int kit_newer_names(struct map *out, struct arena *a, const struct kit_request *r, struct err *e);

#endif
