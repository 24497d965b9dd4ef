/* What an inquiry about a symbol found, as text or JSON (templates/schema/symbol.schema.json). */
#ifndef UI_LOADER_SYMBOL_H
#define UI_LOADER_SYMBOL_H

#include "loader/inquiry.h"
#include "loader/provider.h"
#include "ui/text/layout.h"

struct symbol_answer {
    const struct complaint *asked;
    const struct inquiry *inquiry;
    const struct providers *providers; /* empty when nobody was looked for */
    bool looked;                       /* whether providers were looked for */
    const char *earliest;              /* the first platform that promises the version asked for, or NULL */
    const char *remark;                /* one more line for the reader, or NULL */
};

/* details: also what libraries below the files named need. */
void report_symbol(struct strbuf *out, const struct symbol_answer *answer, bool details, struct style style);
void report_symbol_json(struct strbuf *out, const struct symbol_answer *answer);

/* All that one file needs, by provider (symbol --needed-by). */
void report_bindings(struct strbuf *out, const struct inquiry *inquiry, struct style style);

#endif
