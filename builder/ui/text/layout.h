/* Text for a reader's terminal: columns, wrapping, colours, sizes and times in words. */
#ifndef UI_TEXT_LAYOUT_H
#define UI_TEXT_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h"

/* What the stream that is written to can show. */
struct style {
    bool colour;
    unsigned width; /* columns; 80 when it is not known */
};

enum tone { TONE_PLAIN, TONE_BOLD, TONE_DIM, TONE_GOOD, TONE_BAD, TONE_WARN, TONE_NAME };

/* Colour only on a terminal whose TERM is not "dumb", and not with NO_COLOR set (https://no-color.org). */
struct style style_of(FILE *out);

/* True when out is a terminal that can move its cursor. */
bool style_is_terminal(FILE *out);

/* Adds text in a tone, made harmless (base/utf8.h) but for its newlines; plain where the style has no colour.
 */
void tone_add(struct strbuf *out, struct style style, enum tone tone, const char *text);

/* True when nothing in text could do harm to a terminal: it is UTF-8, with no control characters but
 * newlines, tabs and the tones above. Else *out gets it with the others replaced. */
bool style_keep_own(const struct strbuf *text, struct strbuf *out);

/* Columns that text takes when it was made harmless: one for each code point of UTF-8, and for each other
 * byte. */
size_t text_columns(const char *text);

/* Adds text made harmless (base/utf8.h), so that a name from outside cannot move the cursor; cut to this many
 * columns when columns is not 0, a cut marked by "...". */
void text_add_safe(struct strbuf *out, const char *text, size_t columns);

/* Adds text broken at spaces so that no line is wider than width, each line after indent spaces except the
 * first, which stands where *out already is (first columns from the left). Newlines in text are kept. Ends
 * without a newline. */
void text_wrap(struct strbuf *out, const char *text, size_t first, size_t indent, size_t width);

/* The same of text that is made harmless first, newlines too. */
void text_wrap_safe(struct strbuf *out, const char *text, size_t first, size_t indent, size_t width);

void text_pad(struct strbuf *out, size_t columns); /* that many spaces */

/* "12 B", "3.4 kB", "1.9 MB": powers of 1000. */
void size_add(struct strbuf *out, uint64_t bytes);

/* "0.4 s", "12 s", "3 min 05 s". */
void seconds_add(struct strbuf *out, double seconds);

/* "now", "12 s", "5 min", "3 h", "12 days": how long ago, without fractions. */
void age_add(struct strbuf *out, double seconds);

#endif
