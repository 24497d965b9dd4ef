/* Tables and facts of the footprint's page. */
#ifndef UI_FOOTPRINT_TABLES_H
#define UI_FOOTPRINT_TABLES_H

#include "footprint/imports.h"
#include "footprint/statistics.h"
#include "ui/page/page.h"

/* A table being written. Zeroed, with page set, is empty. */
struct html_table {
    const struct page *page;
    struct strbuf head, cells, rows;
};

void html_head(struct html_table *t, const char *text);
void html_heads(struct html_table *t, const char *const *names, size_t count);
#define HEAD(t, ...)                                  \
    html_heads(t, (const char *const[]){__VA_ARGS__}, \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

void html_cell(struct html_table *t, const char *class, const char *text);
void html_cellf(struct html_table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void html_size(struct html_table *t, uint64_t bytes); /* nothing for 0 */
void html_number(struct html_table *t, double value, enum figure_unit unit);
void html_row(struct html_table *t, const char *class); /* ends it */

/* Adds it to the page and empties it; with a hint it has a filter. Nothing without rows. */
void html_table_put(
    struct strbuf *out, struct html_table *t, const char *id, const char *title, const char *hint);

/* Facts: names and values. */
void html_fact(struct strbuf *rows, const struct page *page, const char *name, const char *value);
void html_fact_number(
    struct strbuf *rows, const struct page *page, const char *name, double value, enum figure_unit unit);
void html_facts_put(struct strbuf *out, const struct strbuf *rows, const struct page *page);

/* A card of the page. */
void put_card(struct strbuf *out, const char *title, const char *about, const struct strbuf *body,
    const struct page *page);

#endif
