/* The recipes that are known here. */
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

/* Fills it; a recipe that is wrong is told of and left out. */
int recipe_listing_read(struct recipe_listing *l, struct err *e);
void recipe_listing_release(struct recipe_listing *l);

/* What the recipe is called that makes wheels of this distribution, or NULL. */
const char *recipe_listing_of_distribution(const struct recipe_listing *l, const char *distribution);

/* `list --outdated` */
int list_outdated(struct recipe_listing *l, const struct invocation *inv, struct err *e);

#endif
