/* What `reproduce` says: as text for a reader, and as JSON (templates/schema/reproduce.schema.json). */
#ifndef UI_REPRODUCE_REPORT_H
#define UI_REPRODUCE_REPORT_H

#include "reproduce/reproduce.h"
#include "ui/text/layout.h"

/* diffoscope: its path, or NULL when it is not here. */
void report_reproduced(
    struct strbuf *out, const struct comparison *c, const char *diffoscope, struct style style);
void report_reproduced_json(struct strbuf *out, const struct comparison *c);

#endif
