/* Shared by the files that draw audits. */
#ifndef UI_AUDIT_INTERNAL_H
#define UI_AUDIT_INTERNAL_H

#include "ui/audit/report.h"

/* "earns manylinux_2_17_x86_64, claims …": what a file is worth, without its path. */
void verdict_add(struct strbuf *out, const struct audited *a);

/* "2 errors (unwanted-library, runpath)": what stands between a file and its claim; adds nothing when nothing
 * does. */
void obstacles_add(struct strbuf *out, const struct audited *a);

/* "GLIBC_2.34 of libc.so.6": what keeps the file from an older platform than it earns; nothing when nothing
 * does. */
void limit_add(struct strbuf *out, const struct audited *a);

void draw_text(struct strbuf *out, const struct audited *a, const struct audit_drawing *d);
void draw_json(struct strbuf *out, const struct audited *a);
void draw_sarif(struct strbuf *out, const struct audited *a);
void draw_junit(struct strbuf *out, const struct audited *a, const struct audit_drawing *d);
void draw_github(struct strbuf *out, const struct audited *a, const struct audit_drawing *d);
void draw_markdown(struct strbuf *out, const struct audited *a, const struct audit_drawing *d);
void draw_auditwheel(struct strbuf *out, const struct audited *a, const struct audit_drawing *d);
void frame_junit(struct strbuf *before, struct strbuf *after);
void draw_html(struct strbuf *out, const struct audited *a, const struct audit_drawing *d);

void frame_text(struct strbuf *before, const struct audit_totals *totals, const struct audit_drawing *d);
void frame_json(struct strbuf *before, struct strbuf *after, const struct audit_totals *totals);
void frame_sarif(struct strbuf *before, struct strbuf *after, const struct audit_totals *totals);
void frame_html(struct strbuf *before, struct strbuf *after, const struct audit_totals *totals,
    const struct audit_index *index, const struct audit_drawing *d);

/* Adds a row to the page's table of files. */
void index_html(struct strbuf *rows, const struct audited *a, const struct page *page);

#endif
