/* What came of importing distributions together: text, or JSON (templates/schema/audit-proof.schema.json). */
#ifndef UI_AUDIT_PROOF_H
#define UI_AUDIT_PROOF_H

#include "smoke/together.h"
#include "ui/text/layout.h"

void report_proof(struct strbuf *out, const struct together *t, struct style style);
void report_proof_json(struct strbuf *out, const struct together *t);

#endif
