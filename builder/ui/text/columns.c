/* Columns that line up, with headings. */
#include "ui/text/columns.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

enum { GAP = 2 };

void columns_add(struct columns *c, const char *text)
{
    AUTO(strbuf) struct strbuf safe = {0};
    text_add_safe(&safe, text, 0);
    strvec_push(&c->cells, strbuf_str(&safe));
}

void columns_addf(struct columns *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    AUTO_FREE char *text = xvstrf(format, args);
    va_end(args);
    columns_add(c, text);
}

void columns_add_size(struct columns *c, uint64_t bytes)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (bytes)
        size_add(&text, bytes);
    columns_add(c, strbuf_str(&text));
}

static void put_row(
    struct strbuf *out, const struct columns *c, size_t row, const size_t *widths, size_t indent)
{
    size_t begin = out->len;
    text_pad(out, indent);
    for (size_t i = 0; i < c->width; i++) {
        const char *text = c->cells.items[row * c->width + i];
        bool words = (i == 0 && !c->first_is_number) || (c->last_is_words && i + 1 == c->width);
        size_t pad = widths[i] - text_columns(text);
        if (i)
            text_pad(out, GAP);
        if (!words)
            text_pad(out, pad);
        strbuf_adds(out, text);
        if (words)
            text_pad(out, pad);
    }
    while (out->len > begin && out->ptr[out->len - 1] == ' ')
        out->ptr[--out->len] = '\0';
}

void columns_put(struct strbuf *out, struct columns *c, size_t indent, bool heading, struct style style)
{
    AUTO_FREE size_t *widths = xcalloc(c->width + 1, sizeof *widths);
    for (size_t i = 0; i < c->cells.len; i++) {
        size_t wide = text_columns(c->cells.items[i]);
        if (wide > widths[i % c->width])
            widths[i % c->width] = wide;
    }
    for (size_t row = 0; row < c->cells.len / c->width; row++) {
        AUTO(strbuf) struct strbuf line = {0};
        put_row(&line, c, row, widths, indent);
        tone_add(out, style, row == 0 && heading ? TONE_DIM : TONE_PLAIN, strbuf_str(&line));
        strbuf_addc(out, '\n');
    }
    strvec_release(&c->cells);
}

void heading_put(struct strbuf *out, const char *text, struct style style)
{
    tone_add(out, style, TONE_BOLD, text);
    strbuf_addc(out, '\n');
}
