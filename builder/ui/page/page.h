/* A page template (templates/audit.html, footprint.html) in its parts. */
#ifndef UI_PAGE_PAGE_H
#define UI_PAGE_PAGE_H

#include "base/map.h"
#include "base/str.h"

struct page;
struct err;

/* Reads a template of parts from the folder of templates: "footprint.html"; the caller frees it. */
struct page *page_read(const char *file, struct err *e);
void page_free(struct page *page); /* NULL is fine */

/* What fills a part: names and texts in turn. */
struct fill {
    const char *name, *text;
};

/* Adds a part of the page, filled; texts are escaped, but where the template says {{{name}}}. A part or a
 * name that is not there adds a comment that says so. */
void page_add(
    struct strbuf *out, const struct page *page, const char *part, const struct fill *fills, size_t len);

#define page_fill(out, page, part, ...)                           \
    page_add(out, page, part, (const struct fill[]){__VA_ARGS__}, \
        sizeof((const struct fill[]){__VA_ARGS__}) / sizeof(struct fill))

#endif
