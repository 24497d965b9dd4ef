/* What --explain adds to the report of a module: what pulled each newer symbol in, what is taken from each
 * library. */
#ifndef UI_AUDIT_EXPLAIN_H
#define UI_AUDIT_EXPLAIN_H

#include "audit/audit.h"
#include "json/json.h"
#include "ui/text/layout.h"

/* Adds both lists, under the module's name when it is one of several. */
void explain_draw(struct strbuf *out, const struct audit_report *report, bool named, struct style style);

/* Adds members to the objects of a symbol, a needed library and a module. */
void explain_symbol_json(struct json *object, const struct audit_symbol *symbol);
void explain_needed_json(struct json *object, const struct audit_needed *needed);
void explain_module_json(struct json *object, const struct audit_report *report);

#endif
