/* The compilers of a build: which programs, which version, which flags everything is compiled and linked
 * with, and for which target. */
#ifndef TOOLCHAIN_TOOLCHAIN_H
#define TOOLCHAIN_TOOLCHAIN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "sys/facts.h"
#include "target/target.h"

struct toolchain {
    const char *cc, *cxx, *ld, *ar, *ranlib, *strip, *objcopy; /* absolute paths; cxx "" when there is no C++
                                                             compiler */
    const char *triplet;                                       /* "x86_64-linux-gnu": cc -dumpmachine */
    const char *arch;                                          /* "x86_64", as in platform tags */
    const char *version;                                       /* "gcc 12.2.0" */
    const char *glibc;     /* "2.36": what the compiler links against; "" for musl */
    const char *libstdcxx; /* absolute path of libstdc++.a, "" when it is not installed */
    bool is_clang;
    struct target target;
    bool cross; /* what it makes does not run on this machine's processor */
    const char *real_cc, *real_cxx, *compiler_line; /* what the kit's cc and c++ run */
    /* Of the kit: where it is, once toolchain_use_kit said it; and what kit_ask found, all that its contents
     * depend on, paths included, and the folder of templates. NULL: there is none, or not yet. */
    const char *kit, *kit_facts, *templates;
    struct strvec cflags;   /* -O2 -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections -march=… */
    struct strvec cxxflags; /* cflags and -fvisibility-inlines-hidden */
    struct strvec
        ldflags; /* for programs that configure links: what keeps results independent of the machine */
    struct strvec module_ldflags; /* for the extension: --gc-sections --exclude-libs,ALL -z nodelete … */
    const char *identity; /* one line a fact: goes into every key; no paths, so that machines can agree */
};

/* Finds the compilers of this machine for the target, which is copied, and asks what they are; nothing is run
 * when the facts are remembered; a kit is asked apart (kit_ask). $STATICBUILD_CC and $STATICBUILD_CXX name
 * others, by path or as found in PATH, except for tools. A missing C compiler is ERR_ENVIRONMENT naming the
 * package that has it, as is a C library that is older than the target. */
int toolchain_open(struct toolchain *t, struct arena *a, const struct target *target,
    const struct fact_memory *memory, struct err *e);
void toolchain_release(struct toolchain *t);

/* Whether a target is compiled for that only a kit has the libraries of. */
bool toolchain_needs_kit(const struct toolchain *t);

/* Where the kit is, or will be once it is made: cc and cxx become its own. The path is copied. */
void toolchain_use_kit(struct toolchain *t, struct arena *a, const char *kit);

/* Whether modules carry an unwinder of their own: the platform promises no libgcc_s.so.1. */
bool toolchain_unwinder_inside(const struct toolchain *t);

/* Fails, naming the package, when there is no C++ compiler or no static libstdc++ for it: for steps that
 * compile C++. */
int toolchain_require_cxx(const struct toolchain *t, struct err *e);

/* The file that a compiler finds under that name (-print-file-name): an absolute path, or "" when there is
 * none. Remembered; memory may be NULL. The caller frees it; NULL when the compiler cannot be asked. */
char *compiler_file(const char *cc, const char *name, const struct fact_memory *memory, struct err *e);

#endif
