/* What makes the kinds of steps: plan/steps.def has a row each. */
#include "pipeline/internal.h"

const struct step_hooks *step_hooks_of(const struct step *s)
{
    static const struct step_hooks *const table[] = {
#define STEP(id, hooks, word, suffix, travels) [STEP_##id] = &step_##hooks##_hooks,
#include "plan/steps.def"
#undef STEP
    };
    return table[s->kind];
}

unsigned step_width(const struct run *r, const struct step *s, unsigned slots)
{
    const struct step_hooks *hooks = step_hooks_of(s);
    unsigned most = hooks->width ? hooks->width(r, s, slots) : hooks->widest;
    return most && most < slots ? most : slots;
}
