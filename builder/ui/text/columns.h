/* Text in columns that line up, for a reader's terminal. */
#ifndef UI_TEXT_COLUMNS_H
#define UI_TEXT_COLUMNS_H

#include "base/str.h"
#include "ui/text/layout.h"

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

/* A line in bold. */
void heading_put(struct strbuf *out, const char *text, struct style style);

#endif
