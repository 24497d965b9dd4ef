/* Declarations of what compat brings. */
#ifndef KIT_OFFERED_H
#define KIT_OFFERED_H

#include "kit/hiding.h"

/* Adds the header's declarations, each for once in a text. */
void offered_add(struct strbuf *out, const struct hiding *h, const char *header);

#endif
