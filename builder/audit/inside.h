/* The static libraries inside a module, by its link map. */
#ifndef AUDIT_INSIDE_H
#define AUDIT_INSIDE_H

#include "audit/audit.h"

/* Reads the link map that context.sources knows of the file, else PATH.map (path may be NULL: there is none),
 * into context.inside; in the arena. A map that cannot be read is left out: it is not what is judged. */
void inside_read(
    struct audit_context *context, struct arena *a, const struct elf_image *image, const char *path);

#endif
