/* Declarations of what compat brings. */
#ifndef TOOLCHAIN_OFFERED_H
#define TOOLCHAIN_OFFERED_H

#include "toolchain/hiding.h"

/* Adds the header's declarations, each for once in a text. */
void offered_add(struct strbuf *out, const struct hiding *h, const char *header);

#endif
