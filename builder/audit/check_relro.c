/* Data that the loader relocates, and that stays writable afterwards (PT_GNU_RELRO). */
#include "audit/internal.h"

void check_relro(struct check *c)
{
    if (c->image->has_relro || !c->image->dynamic_count)
        return;
    struct finding *f = add_finding(c, "its relocated data stays writable (no PT_GNU_RELRO)");
    set_remedy(c, f, "link with -z relro");
}
