/* `staticbuild fetch`: a run that ends when all sources are there. */
#include "cli/commands.h"
#include "cli/session.h"

int cmd_fetch(struct invocation *inv, struct err *e)
{
    return session_show(inv, GOAL_FETCH, e);
}
