/* One library inside several installed distributions: each loads its own copy, and each ages on its own. */
#include <string.h>

#include "audit/environment.h"
#include "audit/state.h"

/* The carried libraries are sorted by name, then distribution. */
static void judge_library(struct check *c, const struct carried *first, size_t count)
{
    size_t distributions = 1;
    for (size_t i = 1; i < count; i++)
        distributions += strcmp(first[i].distribution, first[i - 1].distribution) != 0;
    if (distributions < 2)
        return;
    struct finding *f = add_finding(c, "%s is inside %zu distributions", first->library, distributions);
    f->library = keep(c, first->library);
    struct strbuf who = {0};
    for (size_t i = 0; i < count; i++) {
        add_evidence(c, f, "%s: %s%s%s in %s", first[i].distribution, first[i].library,
            *first[i].version ? " " : "", first[i].version, first[i].file);
        if (i && strcmp(first[i].distribution, first[i - 1].distribution) == 0)
            continue;
        strbuf_addf(&who, "%s%s%s%s%s", who.len ? ", " : "", first[i].distribution,
            *first[i].version ? " (" : "", first[i].version, *first[i].version ? ")" : "");
    }
    f->message = arena_strf(&c->report->arena, "%s is inside %zu distributions: %s", first->library,
        distributions, strbuf_str(&who));
    strbuf_release(&who);
    const struct library_state *state = library_state_find(first->library);
    if (state)
        set_remedy(c, f, "each keeps %s (%s), and has to be renewed on its own when the library has a fault",
            state->keeps, state->report);
    else
        set_remedy(c, f, "each has to be renewed on its own when the library has a fault");
}

void check_library_twice(struct check *c)
{
    const struct environment *env = c->environment;
    for (size_t i = 0, end; i < env->carried.len; i = end) {
        for (end = i + 1; end < env->carried.len &&
                          strcmp(env->carried.items[end].library, env->carried.items[i].library) == 0;)
            end++;
        judge_library(c, &env->carried.items[i], end - i);
    }
}
