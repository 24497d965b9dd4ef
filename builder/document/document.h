/* A page of the documents: Markdown as docs/ is written in, a part of CommonMark 0.31 with GitHub's tables.
 * Headings with
 * "#", paragraphs, lists with "- " and "1. ", fenced code and code that is indented by four, tables,
 * quotations; in text `code`, **strong**, *emphasis*, [words](link) and backslashes before punctuation.
 * Anything else is text. */
#ifndef DOCUMENT_DOCUMENT_H
#define DOCUMENT_DOCUMENT_H

#include <stdbool.h>

#include "base/str.h"

enum block_kind {
    BLOCK_HEADING,
    BLOCK_PARAGRAPH,
    BLOCK_ITEM, /* of a list */
    BLOCK_CODE,
    BLOCK_TABLE,
};

struct block {
    enum block_kind kind;
    unsigned level;      /* of a heading, 1 to 6; of an item, how deep its list is in others, from 0 */
    struct slice marker; /* of an item: "-", "2." */
    struct slice
        file; /* of code: what it is the text of, "recipe/zmq.toml" behind ```toml file=; or nothing */
    struct slice text; /* whole lines, without the marks before the first one; of code with what indents it */
};

/* The next block from *rest on, which begins as the whole page; false at its end. Slices are of the page. */
bool document_next(struct slice *rest, struct block *block);

/* One row of a table after the other, the line below its headings left out; false at the end. */
bool document_next_row(struct slice *rest, struct slice *row);

/* One cell of a row after the other. */
bool document_next_cell(struct slice *rest, struct slice *cell);

enum span_kind { SPAN_PLAIN, SPAN_CODE, SPAN_STRONG, SPAN_EMPHASIS, SPAN_LINK };

struct document_span {
    enum span_kind kind;
    struct slice text; /* without marks; may have spans of its own but for SPAN_PLAIN and SPAN_CODE */
    struct slice link; /* of SPAN_LINK */
};

/* One piece of a text after the other; false at the end. */
bool document_next_span(struct slice *rest, struct document_span *span);

/* The text below a heading that says exactly this but for case and marks, up to the next heading of that
 * level or above, the heading included. ptr is NULL when there is none. */
struct slice document_section(struct slice page, const char *heading);

/* Adds a text without its marks, lines joined: "the words of a [link](x)" without the link. */
void document_add_plain(struct strbuf *out, struct slice text);

#endif
