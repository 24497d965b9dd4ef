/* Dynamic symbols that have lost their names. */
#include "audit/internal.h"

void check_damage(struct check *c)
{
    if (c->facts->broken_names)
        add_finding(c, "%zu dynamic symbols have a name outside the string table", c->facts->broken_names);
}
