/* The Rust compiler of this machine, with cargo. */
#ifndef HOST_RUST_H
#define HOST_RUST_H

#include "base/arena.h"
#include "base/err.h"
#include "sys/facts.h"

struct rust {
    const char *bin;      /* absolute: the folder of rustc and cargo themselves, not of what chooses them */
    const char *host;     /* "x86_64-unknown-linux-gnu" */
    const char *identity; /* what rustc says of its version, a line each */
};

/* Finds it as builds of this machine do, by search (NULL: PATH); rustup's programs are asked which toolchain
 * they would start here. Not there is ERR_MISSING, with the package that has it. Texts live in the arena. */
int rust_find(struct rust *r, struct arena *a, const char *search, struct err *e);

#endif
