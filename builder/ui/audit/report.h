/* What the audit says, as text, JSON (templates/schema/audit.schema.json), SARIF 2.1.0, one HTML page,
 * JUnit's XML, annotations or Markdown.
 *
 * Each file is drawn on its own, possibly by several threads, and forgotten; what stands before and after
 * them all is made when the totals are known. */
#ifndef UI_AUDIT_REPORT_H
#define UI_AUDIT_REPORT_H

#include "audit/files.h"
#include "ui/text/layout.h"

/* In the order of the words of --format. */
enum audit_format {
    AUDIT_TEXT,
    AUDIT_JSON,
    AUDIT_SARIF,
    AUDIT_HTML,
    AUDIT_JUNIT,
    AUDIT_GITHUB,
    AUDIT_MARKDOWN
};

struct page; /* templates/audit.html, read */

struct audit_drawing {
    enum audit_format format;
    bool explain;        /* every finding, and its evidence; text only */
    enum severity least; /* milder findings are not told; text only */
    struct style style;
    const struct page *page; /* AUDIT_HTML */
};

/* Findings by rule. Zeroed is empty. */
struct audit_sum {
    const struct rule *rule;
    enum severity severity;
    size_t findings, files;
};

struct audit_sums {
    VEC(struct audit_sum) list;
};

/* Adds the findings of one file, those of its members among them; what others added up. */
void audit_sums_count(struct audit_sums *sums, const struct audited *a, enum severity least);
struct audit_sum *audit_sum_of(struct audit_sums *sums, const struct rule *rule, enum severity severity);
void audit_sums_add(struct audit_sums *sums, const struct audit_sums *more);
void audit_sums_release(struct audit_sums *sums);

/* A line a rule: the most serious first, then those with most findings. */
void audit_sums_text(struct strbuf *out, const struct audit_sums *sums, struct style style);

/* What all files came to. Zeroed is empty. */
struct audit_totals {
    size_t files, failed; /* that were judged; that do not pass */
    size_t errors, warnings, notes;
    struct strvec unread;   /* why, for each that could not be judged */
    struct strvec failing;  /* paths of the first that do not pass */
    struct audit_sums sums; /* text, of several files */
    struct strbuf index;    /* AUDIT_HTML: the rows of its table of files */
};

void audit_totals_add(struct audit_totals *totals, const struct audited *a, const struct audit_drawing *d);
void audit_totals_release(struct audit_totals *totals);

/* Adds one file that could be judged; may add nothing. */
void audit_draw(struct strbuf *out, const struct audited *a, const struct audit_drawing *d);

/* What parts two files: ",\n" in JSON, an empty line in text. */
const char *audit_separator(enum audit_format format);

/* Adds what stands before the files, and what stands after them. */
int audit_frame(struct strbuf *before, struct strbuf *after, const struct audit_totals *totals,
    const struct audit_drawing *d, struct err *e);

/* The table of rules. */
void report_rules(struct strbuf *out, struct style style);
void report_rules_json(struct strbuf *out);
/* The --deny options that --strict stands for, in one line. */
void report_rules_strict(struct strbuf *out);

#endif
