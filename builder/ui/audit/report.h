/* What the audit says, as text, JSON (templates/schema/audit.schema.json), SARIF 2.1.0, one HTML page,
 * JUnit's XML, annotations, Markdown, or the keys of another tool.
 *
 * Each file is drawn on its own, possibly by several threads, and forgotten; what stands before and after
 * them all is made when the totals are known. */
#ifndef UI_AUDIT_REPORT_H
#define UI_AUDIT_REPORT_H

#include "audit/summary.h"
#include "ui/text/layout.h"

/* In the order of the words of --format. */
enum audit_format {
    AUDIT_TEXT,
    AUDIT_JSON,
    AUDIT_SARIF,
    AUDIT_HTML,
    AUDIT_JUNIT,
    AUDIT_GITHUB,
    AUDIT_MARKDOWN,
    AUDIT_AUDITWHEEL
};

struct page;

struct audit_drawing {
    enum audit_format format;
    bool explain;        /* every finding, and its evidence */
    bool many;           /* several files: a page tells of each what matters, and with explain all */
    enum severity least; /* milder findings are not told; text only */
    struct style style;
    const struct page *page; /* AUDIT_HTML: templates/audit.html, read */
};

/* Adds one file that could be judged; may add nothing. */
void audit_draw(struct strbuf *out, const struct audited *a, const struct audit_drawing *d);

/* What parts two files: ",\n" in JSON, an empty line in text. */
const char *audit_separator(enum audit_format format);

/* What stands before all files and tells of each, one after the other; zeroed is empty. */
struct audit_index {
    struct strbuf failing, passing; /* AUDIT_HTML: rows of its table of files */
};
void audit_index_add(struct audit_index *index, const struct audited *a, const struct audit_drawing *d);
void audit_index_release(struct audit_index *index);

/* Adds what stands before the files, and what stands after them. */
void audit_frame(struct strbuf *before, struct strbuf *after, const struct audit_totals *totals,
    const struct audit_index *index, const struct audit_drawing *d);

/* The table of rules. */
void report_rules(struct strbuf *out, struct style style);
void report_rules_json(struct strbuf *out);
/* The --deny options that --strict stands for, in one line. */
void report_rules_strict(struct strbuf *out);

#endif
