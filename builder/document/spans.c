/* Cuts a text into spans: code, links, what is emphasized, and what is between. */
#include <ctype.h>
#include <string.h>

#include "document/document.h"

/* Where a mark stands again from a position on; len when it does not. */
static size_t find(struct slice text, size_t from, const char *mark)
{
    size_t len = strlen(mark);
    for (size_t i = from; i + len <= text.len; i++)
        if (memcmp(text.ptr + i, mark, len) == 0)
            return i;
    return text.len;
}

static bool stands(struct slice text, size_t at, const char *mark)
{
    return text.len - at >= strlen(mark) && memcmp(text.ptr + at, mark, strlen(mark)) == 0;
}

/* Something between two of one mark. */
static size_t read_marked(
    struct slice text, size_t at, const char *mark, struct document_span *span, enum span_kind kind)
{
    size_t len = strlen(mark);
    if (!stands(text, at, mark))
        return 0;
    size_t end = find(text, at + len, mark);
    if (end == text.len || end == at + len ||
        (kind != SPAN_CODE && isspace((unsigned char)text.ptr[at + len])))
        return 0;
    *span = (struct document_span){.kind = kind, .text = {text.ptr + at + len, end - at - len}};
    return end + len - at;
}

static size_t read_link(struct slice text, size_t at, struct document_span *span)
{
    if (text.ptr[at] != '[')
        return 0;
    size_t middle = find(text, at, "]("), end = find(text, middle, ")");
    if (end == text.len)
        return 0;
    *span = (struct document_span){.kind = SPAN_LINK,
        .text = {text.ptr + at + 1, middle - at - 1},
        .link = {text.ptr + middle + 2, end - middle - 2}};
    return end + 1 - at;
}

/* How much is taken by what stands here and is not plain; 0: nothing. */
static size_t read_special(struct slice text, size_t at, struct document_span *span)
{
    size_t used = read_marked(text, at, "``", span, SPAN_CODE);
    if (!used)
        used = read_marked(text, at, "`", span, SPAN_CODE);
    if (!used)
        used = read_marked(text, at, "**", span, SPAN_STRONG);
    if (!used)
        used = read_marked(text, at, "*", span, SPAN_EMPHASIS);
    if (!used)
        used = read_link(text, at, span);
    return used;
}

static bool is_escape(struct slice text, size_t at)
{
    return text.ptr[at] == '\\' && at + 1 < text.len && ispunct((unsigned char)text.ptr[at + 1]);
}

bool document_next_span(struct slice *rest, struct document_span *span)
{
    if (!rest->len)
        return false;
    size_t begin = is_escape(*rest, 0), at = begin; /* the backslash goes, what it protects is plain */
    size_t used = begin ? 0 : read_special(*rest, 0, span);
    if (!used) {
        struct document_span ignored;
        at += begin;
        while (at < rest->len && !is_escape(*rest, at) && !(at > begin && read_special(*rest, at, &ignored)))
            at++;
        *span = (struct document_span){.kind = SPAN_PLAIN, .text = {rest->ptr + begin, at - begin}};
        used = at;
    }
    *rest = (struct slice){rest->ptr + used, rest->len - used};
    return true;
}

void document_add_plain(struct strbuf *out, struct slice text)
{
    struct document_span span;
    while (document_next_span(&text, &span)) {
        if (span.kind != SPAN_PLAIN && span.kind != SPAN_CODE) {
            document_add_plain(out, span.text);
            continue;
        }
        for (size_t i = 0; i < span.text.len; i++) {
            char c = span.text.ptr[i] == '\n' ? ' ' : span.text.ptr[i];
            if (c != ' ' || !out->len || out->ptr[out->len - 1] != ' ')
                strbuf_addc(out, c);
        }
    }
}
