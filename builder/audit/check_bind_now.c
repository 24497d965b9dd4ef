/* Functions that are looked up at their first call, in a table that stays writable until the program
 * ends. */
#include "audit/internal.h"

/* Only calls through the PLT are bound late. */
void check_bind_now(struct check *c)
{
    if (c->image->bind_now || !c->image->jmprel.len)
        return;
    struct finding *f =
        add_finding(c, "functions are bound at their first call (no DF_BIND_NOW): a missing one is "
                       "found late, and the table of addresses stays writable");
    set_remedy(c, f, "link with -z now");
}
