/* `staticbuild tree`: what a recipe is made of. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "ui/run/report.h"

int cmd_tree(struct invocation *inv, struct err *e)
{
    struct pipeline_result result = {0};
    int status = session_run(inv, GOAL_RESOLVE, &result, e);
    if (status == 0) {
        AUTO(strbuf) struct strbuf out = {0};
        if (inv->format == FORMAT_JSON)
            report_graph_json(&out, result.graph);
        else
            report_graph(&out, result.graph, style_of(stdout));
        status = output_put(&out, e);
    }
    pipeline_result_release(&result);
    return status;
}
