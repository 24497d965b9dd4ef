/* What a command is about when it takes recipes and projects alike: as they are named, or as the lock names
 * them. */
#ifndef CLI_GOALS_H
#define CLI_GOALS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "recipe/lockfile.h"

struct goals {
    struct arena arena;
    struct strvec recipes, projects;
    const char *list;      /* of a lock, or NULL */
    struct lockfile *lock; /* where they are from; NULL: they were named */
};

/* Fills it with what is named; with nothing named, with what staticbuild.lock of this folder or of its
 * recipe/ is of, then with the project of this folder, then with the recipes of its recipe/. Fails
 * (ERR_USAGE) when there is none of these. The caller releases it either way. */
int goals_find(struct goals *g, const struct strvec *named, struct err *e);

/* Adds the recipes in the folder recipe/ of the working folder, "recipe/zmq.toml", sorted; none where there
 * is none. */
int goals_add_recipes(struct strvec *recipes, struct err *e);
void goals_release(struct goals *g);

#endif
