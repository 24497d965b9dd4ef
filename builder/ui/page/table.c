/* Tables of pages. */
#include "ui/page/table.h"

#include <stdarg.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "ui/text/layout.h"

void html_head(struct html_table *t, const char *text)
{
    page_fill(&t->head, t->page, "head-cell", {"text", text});
}

void html_heads(struct html_table *t, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        html_head(t, names[i]);
}

void html_cell(struct html_table *t, const char *class, const char *text)
{
    page_fill(&t->cells, t->page, "cell", {"class", class}, {"text", text});
}

void html_cellf(struct html_table *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    AUTO_FREE char *text = xvstrf(format, args);
    va_end(args);
    html_cell(t, "", text);
}

void html_count(struct html_table *t, size_t count)
{
    html_cellf(t, "%zu", count);
}

void html_size(struct html_table *t, uint64_t bytes)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (bytes)
        size_add(&text, bytes);
    html_cell(t, "", strbuf_str(&text));
}

void html_row(struct html_table *t, const char *class)
{
    page_fill(&t->rows, t->page, "row", {"class", class}, {"cells", strbuf_str(&t->cells)});
    strbuf_clear(&t->cells);
}

void html_table_put(
    struct strbuf *out, struct html_table *t, const char *id, const char *title, const char *hint)
{
    if (t->rows.len)
        page_fill(out, t->page, hint ? "filter" : "table", {"id", id}, {"title", title}, {"hint", hint},
            {"class", t->numbers ? "numbers" : ""}, {"head", strbuf_str(&t->head)},
            {"rows", strbuf_str(&t->rows)});
    strbuf_release(&t->head);
    strbuf_release(&t->cells);
    strbuf_release(&t->rows);
}
