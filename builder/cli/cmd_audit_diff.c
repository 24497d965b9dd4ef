/* `audit --diff OLD NEW`: what a release gained and lost. */
#include "base/cleanup.h"
#include "cli/commands.h"
#include "ui/audit/diff.h"

static int put(const struct invocation *inv, const struct diff_drawing *d, struct err *e)
{
    AUTO(strbuf) struct strbuf out = {0};
    if (inv->format == FORMAT_SVG)
        report_diff_svg(&out, d);
    else if (inv->format == FORMAT_JSON)
        report_diff_json(&out, d);
    else if (!inv->quiet || d->diff->change_count)
        report_diff(&out, d);
    return output_put(&out, e);
}

int audit_difference(const struct invocation *inv, const struct audit_options *options, struct err *e)
{
    struct audited older = {0}, newer = {0};
    struct audit_diff diff = {0};
    struct audit_options asked = *options;
    asked.details = true;
    int status = -1;
    if (audit_file(&older, inv->arguments.items[0], &asked, e) == 0 &&
        audit_file(&newer, inv->arguments.items[1], &asked, e) == 0) {
        audit_diff_make(&diff, &older, &newer);
        struct diff_drawing drawing = {&older, &newer, &diff, inv->explain, style_of(stdout)};
        status = put(inv, &drawing, e);
    }
    if (status == 0 && diff.change_count)
        status = err_set(
            e, ERR_FINDINGS, "%zu difference%s", diff.change_count, diff.change_count == 1 ? "" : "s");
    audit_diff_release(&diff);
    audited_release(&older);
    audited_release(&newer);
    return status;
}
