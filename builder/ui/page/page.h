/* Pages: one engine and one style sheet for all reports in HTML.
 *
 * A page is self-contained and asks for nothing: its Content-Security-Policy lets only this style and this
 * script be. What all have is in templates/page.html, page.css and page.js; what a report has of its own in a
 * template of parts that stands behind it. */
#ifndef UI_PAGE_PAGE_H
#define UI_PAGE_PAGE_H

#include "base/map.h"
#include "base/str.h"

struct page;
struct err;

/* Reads what all pages have, and a report's own template from the same folder: "footprint.html"; the caller
 * frees it. Fails when a file of them is not there. */
struct page *page_read(const char *file, struct err *e);
void page_free(struct page *page); /* NULL is fine */

/* What fills a part: names and texts in turn. */
struct fill {
    const char *name, *text;
};

/* Adds a part of the page, filled; texts are escaped, but where the template says {{{name}}}. A part or a
 * name that is not there adds a comment that says so. */
void page_add(
    struct strbuf *out, const struct page *page, const char *part, const struct fill *fills, size_t count);

#define page_fill(out, page, part, ...)                           \
    page_add(out, page, part, (const struct fill[]){__VA_ARGS__}, \
        sizeof((const struct fill[]){__VA_ARGS__}) / sizeof(struct fill))

/* What every page begins and ends with. */
void page_begin(struct strbuf *out, const struct page *page, const char *title);
void page_end(struct strbuf *out, const struct page *page);

/* A card: a title, a line about it, and a body that was made from parts. */
void page_card(struct strbuf *out, const struct page *page, const char *title, const char *about,
    const struct strbuf *body);

/* Facts: names and values in a grid; those without a value are left out. */
void page_fact(struct strbuf *rows, const struct page *page, const char *name, const char *value);
void page_facts(struct strbuf *out, const struct page *page, const struct strbuf *rows);

#endif
