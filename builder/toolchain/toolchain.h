/* The compilers of a build: which programs, which version, which flags everything is compiled and linked
 * with. */
#ifndef TOOLCHAIN_TOOLCHAIN_H
#define TOOLCHAIN_TOOLCHAIN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "python/interpreter.h"

struct toolchain {
    const char *cc, *cxx, *ar, *ranlib, *strip; /* absolute paths */
    const char *triplet;                        /* "x86_64-linux-gnu": cc -dumpmachine */
    const char *arch;                           /* "x86_64" */
    const char *version;                        /* "gcc 12.2.0" */
    const char *glibc;                          /* "2.36": what the compiler links against; "" for musl */
    struct strvec cflags;   /* -O2 -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections -march=… */
    struct strvec cxxflags; /* cflags and -fvisibility-inlines-hidden */
    struct strvec
        ldflags; /* for programs that configure links: what keeps results independent of the machine */
    struct strvec module_ldflags; /* for the extension: --gc-sections --exclude-libs,ALL -z nodelete … */
    const char *identity;         /* one line a fact: goes into every key */
};

/* Finds the compilers of this machine ($STATICBUILD_CC/CXX name others) and asks what they are. A missing one
 * is ERR_ENVIRONMENT naming the package that has it. */
int toolchain_open(struct toolchain *t, struct arena *a, const struct fact_memory *memory, struct err *e);
void toolchain_release(struct toolchain *t);

#endif
