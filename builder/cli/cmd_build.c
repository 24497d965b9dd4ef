/* `staticbuild build`: a run that ends before wheels. */
#include "cli/commands.h"
#include "cli/session.h"

int cmd_build(struct invocation *inv, struct err *e)
{
    return session_show(inv, GOAL_BUILD, e);
}
