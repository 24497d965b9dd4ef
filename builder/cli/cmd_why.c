/* `why`: plans, and holds the plan against what the store has of the last time. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "ui/run/report.h"

int cmd_why(struct invocation *inv, struct err *e)
{
    struct pipeline_result result = {0};
    int status = session_run(inv, GOAL_WHY, &result, e);
    if (status == 0) {
        AUTO(strbuf) struct strbuf out = {0};
        report_why(&out, &result, style_of(stdout));
        report_skipped(&out, &result);
        status = output_put(&out, e);
    }
    pipeline_result_release(&result);
    return status;
}
