/* A file made for another machine than its target or its tags say. */
#include <string.h>

#include "audit/internal.h"

void check_architecture(struct check *c)
{
    const struct platform *p = c->platform;
    if (p && c->facts->arch != p->arch) {
        struct finding *f = add_finding(c, "is for %s (%d bit), not for %s",
            c->facts->arch ? c->facts->arch->name : c->report->machine, c->image->wide ? 64 : 32, p->name);
        f->policy = keep(c, p->name);
        set_remedy(c, f, "build it for %s, or tag the wheel for what it is", p->arch->name);
    } else if (!p && !c->facts->arch) {
        add_finding(
            c, "is for %s (%d bit), which no platform tag has", c->report->machine, c->image->wide ? 64 : 32);
    }
}
