/* What the files of plan/ share while a plan is being made. */
#ifndef PLAN_INTERNAL_H
#define PLAN_INTERNAL_H

#include "plan/plan.h"
#include "python/abi/abi.h"

#define NO_STEP SIZE_MAX

struct planner {
    struct arena *arena;
    const struct graph *graph;
    const struct plan_facts *facts;
    struct plan *plan;
    size_t cap;
    size_t *made;             /* the build step of a library or tool node */
    size_t kit;               /* the step of the kit; NO_STEP while nothing needed it */
    struct python_abi stable; /* of the extension at hand */
    struct err *error;
};

/* Each fills step->key; the steps it needs have theirs already. closure is what the node links, in link
 * order. */
void key_of_kit(struct planner *p, struct step *s);
void key_of_build(struct planner *p, struct step *s, struct edges closure);
void key_of_source(struct planner *p, struct step *s);
void key_of_module(struct planner *p, struct step *s, const struct step *source, struct edges closure);
void key_of_wheel(struct planner *p, struct step *s, const struct step *module, struct edges closure);

#endif
