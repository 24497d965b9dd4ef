/* What builders write into a program about what it is made of: the crates, by `cargo auditable`; the modules,
 * by Go. */
#ifndef INSPECT_INGREDIENTS_H
#define INSPECT_INGREDIENTS_H

#include "base/arena.h"
#include "elf/image.h"

enum ingredient_kind { INGREDIENT_CRATE, INGREDIENT_GO_MODULE };

struct ingredient {
    enum ingredient_kind kind;
    const char *name, *version; /* as its registry calls it */
};

/* What the file lists, itself and what only built it left out; an array in the arena. A damaged list is none.
 */
struct ingredient *ingredients_read(const struct elf_image *image, struct arena *arena, size_t *count);

#endif
