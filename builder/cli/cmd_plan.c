/* `staticbuild plan`: what would be done, and what each key is made of. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "ui/run/report.h"

int cmd_plan(struct invocation *inv, struct err *e)
{
    struct pipeline_result result = {0};
    int status = session_run(inv, GOAL_PLAN, &result, e);
    if (status == 0) {
        AUTO(strbuf) struct strbuf out = {0};
        plan_print(&out, result.plan, inv->with_keys);
        report_skipped(&out, &result);
        status = output_put(&out, e);
    }
    pipeline_result_release(&result);
    return status;
}
