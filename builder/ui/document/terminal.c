/* A page of the documents as text. */
#include "ui/document/draw.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "ui/text/columns.h"

enum { WIDEST = 100, NARROWEST = 40, CODE_INDENT = 4, ITEM_INDENT = 2 };

struct drawing {
    struct strbuf *out;
    struct style style;
    size_t width;
};

char *document_topic_of(struct slice link)
{
    size_t len = 0;
    while (len < link.len && link.ptr[len] != '#' && link.ptr[len] != '/')
        len++;
    bool is_page =
        len > 3 && memcmp(link.ptr + len - 3, ".md", 3) == 0 && (len == link.len || link.ptr[len] == '#');
    return xstrndup(link.ptr, is_page ? len - 3 : 0);
}

static void add_text(struct strbuf *out, struct slice text);

static void add_link(struct strbuf *out, const struct document_span *span)
{
    add_text(out, span->text);
    AUTO_FREE char *topic = document_topic_of(span->link);
    AUTO_FREE char *address = xstrndup(span->link.ptr, span->link.len);
    if (*topic)
        strbuf_addf(out, " (page %s)", topic);
    else if (str_starts(address, "https://"))
        strbuf_addf(out, " <%s>", address);
}

/* Code keeps its marks: they are what tells it from words. */
static void add_text(struct strbuf *out, struct slice text)
{
    struct document_span span;
    while (document_next_span(&text, &span)) {
        if (span.kind == SPAN_LINK)
            add_link(out, &span);
        else if (span.kind == SPAN_CODE)
            strbuf_addf(out, "`%.*s`", (int)span.text.len, span.text.ptr);
        else if (span.kind == SPAN_PLAIN)
            document_add_plain(out, span.text);
        else
            add_text(out, span.text);
    }
}

static void draw_words(const struct drawing *d, struct slice text, size_t first, size_t indent)
{
    AUTO(strbuf) struct strbuf words = {0};
    add_text(&words, text);
    text_wrap_safe(d->out, strbuf_str(&words), first, indent, d->width);
    strbuf_addc(d->out, '\n');
}

static void draw_heading(const struct drawing *d, const struct block *b)
{
    AUTO(strbuf) struct strbuf words = {0};
    add_text(&words, b->text);
    tone_add(d->out, d->style, TONE_BOLD, strbuf_str(&words));
    strbuf_addc(d->out, '\n');
    if (b->level > 2)
        return;
    size_t columns = text_columns(strbuf_str(&words));
    for (size_t i = 0; i < columns && i < d->width; i++)
        strbuf_addc(d->out, b->level == 1 ? '=' : '-');
    strbuf_addc(d->out, '\n');
}

static void draw_code(const struct drawing *d, const struct block *b)
{
    struct slice code = b->text;
    if (b->file.len) {
        AUTO_FREE char *file = xstrndup(b->file.ptr, b->file.len);
        text_pad(d->out, ITEM_INDENT);
        text_add_safe(d->out, file, 0);
        strbuf_adds(d->out, ":\n");
    }
    while (code.ptr) {
        struct slice line = slice_cut(&code, '\n');
        size_t inside = 0;
        while (inside < CODE_INDENT && inside < line.len && line.ptr[inside] == ' ')
            inside++;
        if (inside < CODE_INDENT)
            inside = 0;
        AUTO_FREE char *text = xstrndup(line.ptr + inside, line.len - inside);
        if (*text)
            text_pad(d->out, CODE_INDENT);
        text_add_safe(d->out, text, 0);
        strbuf_addc(d->out, '\n');
    }
}

static size_t read_table(struct slice table, struct columns *cells)
{
    size_t rows = 0;
    for (struct slice row; document_next_row(&table, &row); rows++) {
        size_t count = 0;
        for (struct slice cell; document_next_cell(&row, &cell); count++) {
            AUTO(strbuf) struct strbuf words = {0};
            add_text(&words, cell);
            if (!cells->width || count < cells->width)
                columns_add(cells, strbuf_str(&words));
        }
        if (!cells->width)
            cells->width = count;
        for (; count < cells->width; count++)
            columns_add(cells, "");
    }
    return rows;
}

static size_t row_width(const struct columns *cells)
{
    size_t total = 0;
    for (size_t column = 0; column < cells->width; column++) {
        size_t widest = 0;
        for (size_t i = column; i < cells->cells.len; i += cells->width) {
            size_t columns = text_columns(cells->cells.items[i]);
            widest = columns > widest ? columns : widest;
        }
        total += widest + 2;
    }
    return total;
}

/* A table that is wider than the screen: each row by its first cell, the others below it with what their
 * column is. */
static void draw_rows(const struct drawing *d, const struct columns *cells, size_t rows)
{
    for (size_t row = 1; row < rows; row++) {
        char **items = cells->cells.items + row * cells->width;
        if (row > 1 && cells->width > 2)
            strbuf_addc(d->out, '\n');
        text_pad(d->out, ITEM_INDENT);
        text_wrap(d->out, items[0], ITEM_INDENT, ITEM_INDENT, d->width);
        strbuf_addc(d->out, '\n');
        for (size_t i = 1; i < cells->width; i++) {
            AUTO(strbuf) struct strbuf line = {0};
            const char *heading = cells->cells.items[i];
            if (!*items[i])
                continue;
            if (cells->width > 2 && *heading)
                strbuf_addf(&line, "%s: ", heading);
            strbuf_adds(&line, items[i]);
            text_pad(d->out, 2 * ITEM_INDENT + 2);
            text_wrap(d->out, line.ptr, 2 * ITEM_INDENT + 2, 2 * ITEM_INDENT + 2, d->width);
            strbuf_addc(d->out, '\n');
        }
    }
}

static void draw_table(const struct drawing *d, struct slice table)
{
    struct columns cells = {.last_is_words = false};
    size_t rows = read_table(table, &cells);
    if (cells.width == 2)
        cells.last_is_words = true;
    if (rows && row_width(&cells) <= d->width) {
        columns_put(d->out, &cells, ITEM_INDENT, true, d->style);
    } else {
        draw_rows(d, &cells, rows);
        strvec_release(&cells.cells);
    }
}

static void draw_item(const struct drawing *d, const struct block *b)
{
    size_t indent = ITEM_INDENT * (size_t)b->level + b->marker.len + 1;
    text_pad(d->out, ITEM_INDENT * (size_t)b->level);
    strbuf_add(d->out, b->marker.ptr, b->marker.len);
    strbuf_addc(d->out, ' ');
    draw_words(d, b->text, indent, indent);
}

void document_draw(struct strbuf *out, struct slice page, struct style style)
{
    size_t width = style.width > WIDEST ? WIDEST : style.width < NARROWEST ? NARROWEST : style.width;
    struct drawing d = {out, style, width};
    struct block b;
    enum block_kind before = BLOCK_PARAGRAPH;
    for (bool first = true; document_next(&page, &b); first = false, before = b.kind) {
        if (!first && !(b.kind == BLOCK_ITEM && before == BLOCK_ITEM))
            strbuf_addc(out, '\n');
        switch (b.kind) {
        case BLOCK_HEADING:
            draw_heading(&d, &b);
            break;
        case BLOCK_PARAGRAPH:
            draw_words(&d, b.text, 0, 0);
            break;
        case BLOCK_ITEM:
            draw_item(&d, &b);
            break;
        case BLOCK_CODE:
            draw_code(&d, &b);
            break;
        case BLOCK_TABLE:
            draw_table(&d, b.text);
            break;
        }
    }
}
