/* Findings about two modules of one wheel: what both have is told once. */
#include "audit/pairing.h"

enum { PAIRS_MAX = 200 }; /* findings of one kind */

const char *pairing_name(const struct pairing *p, size_t module)
{
    return p->c->wheel->modules[module]->member->name;
}

struct finding *pairing_finding(struct pairing *p, size_t first, size_t second)
{
    for (size_t i = p->pairs.len; i-- > 0;)
        if (p->pairs.items[i].first == first && p->pairs.items[i].second == second)
            return p->pairs.items[i].finding;
    if (p->pairs.len == PAIRS_MAX)
        return NULL;
    struct finding *f = add_finding(p->c, "%s", "");
    set_subject(p->c, f, pairing_name(p, second));
    vec_push(&p->pairs, ((struct module_pair){first, second, f}));
    return f;
}

/* module + 1 is kept, as a value is not to be NULL. */
size_t pairing_first(struct map *seen, const char *key, size_t module)
{
    uintptr_t before = (uintptr_t)map_get(seen, key);
    if (!before)
        map_set(seen, key, (void *)(uintptr_t)(module + 1));
    return before ? before - 1 : module;
}
