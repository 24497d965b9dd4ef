/* What every build is hardened with, unless its recipe turns it off and says why. */
#ifndef RECIPE_HARDENING_H
#define RECIPE_HARDENING_H

#include "recipe/recipe.h"

enum hardening {
#define HARDENING(id, ...) HARDENING_##id,
#include "recipe/hardening.def"
#undef HARDENING
    HARDENING_COUNT
};

const char *hardening_word(enum hardening h);  /* of recipes: "stack-clash" */
const char *hardening_rule(enum hardening h);  /* of the audit */
const char *hardening_means(enum hardening h); /* for people */

/* Why the recipe turns it off, or NULL: it does not. */
const char *recipe_unhardened(const struct recipe *r, enum hardening h);

/* What is wrong with a word of [hardening] off, or NULL. */
const char *check_hardening_word(struct arena *a, const char *text);

#endif
