/* Libraries that stand beside an installed module, where its own search path leads. */
#ifndef AUDIT_SIBLINGS_H
#define AUDIT_SIBLINGS_H

#include "base/err.h"
#include "base/map.h"
#include "elf/image.h"

/* Adds the needed libraries that are found below $ORIGIN, path being the file's own, to the map. Fails
 * when one cannot be looked at. */
int siblings_find(struct map *siblings, const struct elf_image *image, const char *path, struct err *e);

#endif
