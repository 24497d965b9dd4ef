/* What stands for the Rust compiler. */
#ifndef WRAPPER_RUST_H
#define WRAPPER_RUST_H

#include "wrapper/config.h"

/* Adds the argument vector that is run when argv, without its first word, was asked of rustc. */
void rust_words(struct words *out, const struct config *c, const char *who, const struct words *argv);

/* A crate that cargo has compiled goes into the log: what it is called as a file, what kind it is, its name,
 * version, licence and folder, and the files of the crates that it takes in. Other calls leave nothing. */
void rust_note(const struct config *c, const char *who, const struct words *argv);

#endif
