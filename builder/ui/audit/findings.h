/* Findings for a reader at a terminal: of an audit, and of a run. */
#ifndef UI_AUDIT_FINDINGS_H
#define UI_AUDIT_FINDINGS_H

#include "audit/audit.h"
#include "ui/text/layout.h"

/* Adds findings grouped by severity, most serious first. The subject may be NULL: it stands above already. */
void report_findings(struct strbuf *out, const struct finding *findings, size_t count, struct style style);

#endif
