/* What `audit --diff` says: text, a picture, or JSON (templates/schema/audit-diff.schema.json). */
#ifndef UI_AUDIT_DIFF_H
#define UI_AUDIT_DIFF_H

#include "audit/diff.h"
#include "ui/text/layout.h"

struct diff_drawing {
    const struct audited *older, *newer;
    const struct audit_diff *diff;
    bool explain; /* text: every change, sections too */
    struct style style;
};

void report_diff(struct strbuf *out, const struct diff_drawing *d);
/* A picture of both beside each other, a file of its own. */
void report_diff_svg(struct strbuf *out, const struct diff_drawing *d);
void report_diff_json(struct strbuf *out, const struct diff_drawing *d);

#endif
