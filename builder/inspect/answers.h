/* Versions that libraries return as a number. */
#ifndef INSPECT_ANSWERS_H
#define INSPECT_ANSWERS_H

#include "base/arena.h"
#include "elf/image.h"

/* The version of the library of this name by the one number that a function of the file returns and that can
 * be it, in the arena; NULL when none can be, or several. */
const char *answered_version(const struct elf_image *image, const char *library, struct arena *arena);

#endif
