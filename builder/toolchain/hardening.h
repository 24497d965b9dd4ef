/* The flags that harden what is built, and what becomes of them in a recipe that turns some off. */
#ifndef TOOLCHAIN_HARDENING_H
#define TOOLCHAIN_HARDENING_H

#include "recipe/hardening.h"
#include "toolchain/toolchain.h"

/* Adds those for the toolchain's compiler and architecture. */
void hardening_compile_flags(const struct toolchain *t, struct strvec *out);
void hardening_link_flags(const struct toolchain *t, struct strvec *out);

/* Adds flags of a toolchain as that recipe has them; NULL: one that turns nothing off. */
void hardening_flags_of(struct strvec *out, const struct strvec *flags, const struct recipe *r);

#endif
