/* "libzmq[curve,-draft] >= 4.3": one entry of [requires]. */
#ifndef RECIPE_REQUIREMENT_H
#define RECIPE_REQUIREMENT_H

#include "recipe/recipe.h"

/* Takes text apart into *r (at is left alone), in the arena. Gives NULL, or the end of a sentence that begins
 * with the text, as the checks of texts.h do. */
const char *requirement_parse(struct arena *a, const char *text, struct requirement *r);

#endif
