/* The recipes that `list` found. */
#ifndef CLI_RECIPE_LISTING_H
#define CLI_RECIPE_LISTING_H

#include "base/arena.h"
#include "base/map.h"
#include "cli/program.h"
#include "recipe/recipe.h"

struct recipe_listing {
    struct arena arena;
    struct map names; /* struct recipe_file by name; the first of a name is the one that a run would take */
};

/* `list --outdated` */
int list_outdated(struct recipe_listing *l, const struct invocation *inv, struct err *e);

#endif
