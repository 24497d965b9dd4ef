#include "audit/internal.h"

void check_static_libraries(struct check *c)
{
    if (!c->context->inside_count)
        return;
    struct finding *f = add_finding(c, "%zu static librar%s inside", c->context->inside_count,
        c->context->inside_count == 1 ? "y" : "ies");
    for (size_t i = 0; i < c->context->inside_count; i++)
        add_evidence(c, f, "%s (%zu member%s)", c->context->inside[i].archive, c->context->inside[i].members,
            c->context->inside[i].members == 1 ? "" : "s");
}
