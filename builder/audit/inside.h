/* The static libraries inside a module, by the link map that stands beside it. */
#ifndef AUDIT_INSIDE_H
#define AUDIT_INSIDE_H

#include "audit/audit.h"

/* Reads PATH.map, when there is one, into context.inside; in the arena. A map that cannot be read is left
 * out: it is not what is judged. */
void inside_read(struct audit_context *context, struct arena *a, const char *path);

#endif
