/* `staticbuild NAME`, the main job: from recipes to wheels that were tried. */
#include "cli/commands.h"
#include "cli/session.h"

int cmd_run(struct invocation *inv, struct err *e)
{
    if (!inv->dry_run)
        return session_show(inv, GOAL_WHEEL, e);
    return inv->format == FORMAT_JSON ? session_show(inv, GOAL_PLAN, e) : cmd_plan(inv, e);
}
