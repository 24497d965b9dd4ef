/* Which static libraries the link map says are inside: told, not judged. */
#include "audit/internal.h"

enum { NAMED = 8 }; /* in the message; the evidence has all */

void check_static_libraries(struct check *c)
{
    if (!c->context->inside_count)
        return;
    size_t count = c->context->inside_count;
    struct strbuf names = {0};
    for (size_t i = 0; i < count && i < NAMED; i++)
        strbuf_addf(&names, "%s%s", i ? ", " : "", c->context->inside[i].archive);
    struct finding *f =
        add_finding(c, "static libraries inside: %s%s", strbuf_str(&names), count > NAMED ? ", …" : "");
    strbuf_release(&names);
    for (size_t i = 0; i < c->context->inside_count; i++)
        add_evidence(c, f, "%s (%zu member%s)", c->context->inside[i].archive, c->context->inside[i].members,
            c->context->inside[i].members == 1 ? "" : "s");
}
