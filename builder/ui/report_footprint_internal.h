/* Shared by the files that draw footprints: tables of numbers. */
#ifndef UI_REPORT_FOOTPRINT_INTERNAL_H
#define UI_REPORT_FOOTPRINT_INTERNAL_H

#include "footprint/imports.h"
#include "footprint/statistics.h"
#include "footprint/workers.h"
#include "json/json.h"
#include "ui/layout.h"

/* Text in columns as wide as their widest cell. The first column is words, flush left, the others are
 * numbers, flush right; so is the last when it is words. Zeroed is empty. */
struct columns {
    struct strvec cells;
    size_t width; /* columns a row; set by the caller */
    bool last_is_words, first_is_number;
};

void columns_add(struct columns *c, const char *text); /* made safe for a terminal */
void columns_addf(struct columns *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
void columns_add_size(struct columns *c, uint64_t bytes); /* "" for 0 */

/* Adds all rows, each after indent spaces; the first row is a heading when heading is set. Empties it. */
void columns_put(struct strbuf *out, struct columns *c, size_t indent, bool heading, struct style style);

/* A number in its unit; nothing for NAN. */
void number_put(struct strbuf *out, double value, enum figure_unit unit);

/* "0.87 (0.85 to 0.90) less", "equal", "1.01 (0.98 to 1.03) noise" */
void ratio_put(
    struct strbuf *out, const struct difference *d, const struct spread *a, const struct spread *b);
const char *verdict_word(enum difference_verdict verdict);

/* "import, then fork"; the caller frees it. */
char *setup_title(const struct fork_measurement *m, enum fork_setup setup);

double file_median(const struct subject_runs *s, const struct file_runs *f, enum memory_field field);

/* A number that JSON can say. */
void json_set_count(struct json *object, const char *name, uint64_t value);

/* All fields of memory as members. */
void json_set_memory(struct json *object, const char *name, const struct memory *m);

void json_set_spread(struct json *object, const char *name, const double *values, size_t count);
void json_set_difference(struct json *object, const char *name, const struct difference *d);

/* A line in bold. */
void heading_put(struct strbuf *out, const char *text, struct style style);

#endif
