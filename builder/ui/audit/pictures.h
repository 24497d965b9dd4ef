/* The drawings of the page: what needs what, and what is how large. */
#ifndef UI_AUDIT_PICTURES_H
#define UI_AUDIT_PICTURES_H

#include "audit/files.h"
#include "ui/page/draw.h"

/* Static libraries inside, modules, libraries needed: three columns with lines between; nothing when no
 * module is there. */
void draw_dependencies(struct strbuf *out, const struct audited *a, const struct page *page);

/* Treemaps of sections, and of static libraries where their sizes are known. */
void draw_sizes(struct strbuf *out, const struct audited *a, const struct page *page);

#endif
