/* A page of the documents in the man(7) macros. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/utf8.h"
#include "ui/document/draw.h"

struct roff {
    struct strbuf *out;
    const char *program;
};

/* A quote ends an argument of a macro, an apostrophe becomes a curved one. */
static const char *escape_of(char c)
{
    static const struct {
        char plain;
        const char *escape;
    } escapes[] = {{'\\', "\\e"}, {'-', "\\-"}, {'"', "\\(dq"}, {'\'', "\\(aq"}, {'`', "\\(ga"},
        {'^', "\\(ha"}, {'~', "\\(ti"}};
    for (size_t i = 0; i < COUNT(escapes); i++)
        if (escapes[i].plain == c)
            return escapes[i].escape;
    return NULL;
}

static uint32_t code_point(const char *s, size_t len)
{
    uint32_t value = (unsigned char)s[0] & (0x7fU >> len);
    for (size_t i = 1; i < len; i++)
        value = value << 6 | ((unsigned char)s[i] & 0x3fU);
    return value;
}

void roff_add(struct strbuf *out, const char *text)
{
    bool line_start = !out->len || out->ptr[out->len - 1] == '\n';
    for (size_t left = strlen(text), len; left; text += len, left -= len) {
        const char *escape = escape_of(*text);
        len = utf8_length(text, left);
        if (line_start && *text == '.')
            strbuf_adds(out, "\\&");
        if (len > 1)
            strbuf_addf(out, "\\[u%04X]", (unsigned)code_point(text, len));
        else if (escape)
            strbuf_adds(out, escape);
        else
            strbuf_addc(out, *text);
        line_start = *text == '\n';
        len += !len;
    }
}

static void add_plain(struct strbuf *out, struct slice text, bool is_code)
{
    AUTO(strbuf) struct strbuf plain = {0};
    if (is_code)
        strbuf_add(&plain, text.ptr, text.len);
    else
        document_add_plain(&plain, text);
    roff_add(out, strbuf_str(&plain));
}

static void add_text(const struct roff *r, struct slice text)
{
    static const char *const fonts[] = {
        [SPAN_CODE] = "\\fB", [SPAN_STRONG] = "\\fB", [SPAN_EMPHASIS] = "\\fI"};
    struct document_span span;
    while (document_next_span(&text, &span)) {
        if (span.kind == SPAN_PLAIN) {
            add_plain(r->out, span.text, false);
        } else if (span.kind == SPAN_LINK) {
            AUTO_FREE char *topic = document_topic_of(span.link);
            add_text(r, span.text);
            if (*topic)
                strbuf_addf(r->out, " (\\fB%s\\-%s\\fR(7))", r->program, topic);
        } else {
            strbuf_adds(r->out, fonts[span.kind]);
            if (span.kind == SPAN_CODE)
                add_plain(r->out, span.text, true);
            else
                add_text(r, span.text);
            strbuf_adds(r->out, "\\fR");
        }
    }
}

static void add_line(const struct roff *r, const char *before, struct slice text)
{
    strbuf_adds(r->out, before);
    add_text(r, text);
    strbuf_addc(r->out, '\n');
}

static void add_code(const struct roff *r, const struct block *b)
{
    struct slice code = b->text;
    if (b->file.len) {
        AUTO_FREE char *file = xstrndup(b->file.ptr, b->file.len);
        strbuf_adds(r->out, ".PP\n");
        roff_add(r->out, file);
        strbuf_adds(r->out, ":\n");
    }
    strbuf_adds(r->out, ".PP\n.in +4n\n.nf\n");
    while (code.ptr) {
        struct slice line = slice_cut(&code, '\n');
        AUTO_FREE char *text = xstrndup(line.ptr, line.len);
        roff_add(r->out, text);
        strbuf_addc(r->out, '\n');
    }
    strbuf_adds(r->out, ".fi\n.in\n");
}

/* Each row as a term and what is said of it: man(7) alone has no tables. */
static void add_table(const struct roff *r, struct slice table)
{
    struct slice headings, row, cell, heading;
    if (!document_next_row(&table, &headings))
        return;
    while (document_next_row(&table, &row)) {
        struct slice names = headings;
        bool several = false;
        strbuf_adds(r->out, ".TP\n");
        for (size_t i = 0; document_next_cell(&row, &cell); i++) {
            if (!document_next_cell(&names, &heading))
                heading = (struct slice){"", 0};
            if (i == 0) {
                add_line(r, "", cell.len ? cell : slice_of("\\&"));
                several = memchr(names.ptr ? names.ptr : "", '|', names.len) != NULL;
                continue;
            }
            if (i > 1)
                strbuf_adds(r->out, ".br\n");
            if (several && heading.len) {
                add_text(r, heading);
                strbuf_adds(r->out, ": ");
            }
            add_line(r, "", cell);
        }
    }
}

static void add_heading(const struct roff *r, const struct block *b, const char *topic, const char *version)
{
    if (b->level > 1) {
        add_line(r, b->level == 2 ? ".SH " : ".SS ", b->text);
        return;
    }
    strbuf_adds(r->out, ".TH ");
    for (const char *c = r->program; *c; c++)
        strbuf_addc(r->out, (char)toupper((unsigned char)*c));
    strbuf_adds(r->out, "\\-");
    for (const char *c = topic; *c; c++)
        strbuf_addc(r->out, (char)toupper((unsigned char)*c));
    strbuf_addf(r->out, " 7 \"\" \"%s %s\" \"Documents\"\n.SH NAME\n%s\\-%s \\- ", r->program, version,
        r->program, topic);
    add_line(r, "", b->text);
    strbuf_adds(r->out, ".SH DESCRIPTION\n");
}

void document_roff(
    struct strbuf *out, struct slice page, const char *program, const char *version, const char *topic)
{
    struct roff r = {out, program};
    struct block b;
    while (document_next(&page, &b)) {
        bool is_bullet = b.marker.len == 1;
        switch (b.kind) {
        case BLOCK_HEADING:
            add_heading(&r, &b, topic, version);
            break;
        case BLOCK_PARAGRAPH:
            add_line(&r, ".PP\n", b.text);
            break;
        case BLOCK_ITEM:
            strbuf_addf(out, ".IP \"%.*s\" 4\n", is_bullet ? 4 : (int)b.marker.len,
                is_bullet ? "\\(bu" : b.marker.ptr);
            add_line(&r, "", b.text);
            break;
        case BLOCK_CODE:
            add_code(&r, &b);
            break;
        case BLOCK_TABLE:
            add_table(&r, b.text);
            break;
        }
    }
}
