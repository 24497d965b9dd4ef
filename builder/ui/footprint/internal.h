/* Shared by the files that draw footprints. */
#ifndef UI_FOOTPRINT_INTERNAL_H
#define UI_FOOTPRINT_INTERNAL_H

#include "footprint/imports.h"
#include "footprint/statistics.h"
#include "footprint/workers.h"
#include "json/json.h"
#include "ui/text/columns.h"

/* A number in its unit; nothing for NAN. */
void number_put(struct strbuf *out, double value, enum figure_unit unit);

/* "0.87 (0.85 to 0.90) less", "equal", "1.01 (0.98 to 1.03) noise" */
void ratio_put(
    struct strbuf *out, const struct difference *d, const struct spread *a, const struct spread *b);

/* "import, then fork"; the caller frees it. */
char *setup_title(const struct fork_measurement *m, enum fork_setup setup);

/* The same in a table of a page. */
struct html_table;
void html_number(struct html_table *t, double value, enum figure_unit unit);

/* What the numbers of a card mean, a sentence a paragraph. */
struct page;
void put_meaning(struct strbuf *out, const struct strvec *sentences, const struct page *page);

/* A number that JSON can say. */
void json_set_count(struct json *object, const char *name, uint64_t value);

/* All fields of memory as members. */
void json_set_memory(struct json *object, const char *name, const struct memory *m);

void json_set_spread(struct json *object, const char *name, struct spread spread);

#endif
