/* Tables of pages, built cell by cell; the page's script sorts and filters them. */
#ifndef UI_PAGE_TABLE_H
#define UI_PAGE_TABLE_H

#include "ui/page/page.h"

/* A table being written. Zeroed, with page set, is empty. */
struct html_table {
    const struct page *page;
    bool numbers; /* all columns but the first are numbers, flush right */
    struct strbuf head, cells, rows;
};

void html_head(struct html_table *t, const char *text);
void html_heads(struct html_table *t, const char *const *names, size_t count);
#define HEAD(t, ...)                                  \
    html_heads(t, (const char *const[]){__VA_ARGS__}, \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

void html_cell(struct html_table *t, const char *class, const char *text);
void html_cellf(struct html_table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void html_count(struct html_table *t, size_t count);
void html_size(struct html_table *t, uint64_t bytes);   /* nothing for 0 */
void html_row(struct html_table *t, const char *class); /* ends it */

/* Adds it to the page and empties it; with a hint it has a filter. Nothing without rows. */
void html_table_put(
    struct strbuf *out, struct html_table *t, const char *id, const char *title, const char *hint);

#endif
