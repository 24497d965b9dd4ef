/* Fills texts in: {{name}}, escaped for HTML where that is asked for. */
#include "template/template.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"

void template_set(struct map *values, const char *name, const char *text)
{
    map_set(values, name, (void *)text);
}

static void escape_html(struct strbuf *out, char c)
{
    switch (c) {
    case '&':
        strbuf_adds(out, "&amp;");
        break;
    case '<':
        strbuf_adds(out, "&lt;");
        break;
    case '>':
        strbuf_adds(out, "&gt;");
        break;
    case '"':
        strbuf_adds(out, "&quot;");
        break;
    case '\'':
        strbuf_adds(out, "&#39;");
        break;
    default:
        strbuf_addc(out, c);
    }
}

/* <, > and & are escaped too: "</script>" in a string would end the script it stands in. */
static void escape_json(struct strbuf *out, char c)
{
    if (c == '"' || c == '\\')
        strbuf_addf(out, "\\%c", c);
    else if (c == '\n')
        strbuf_adds(out, "\\n");
    else if ((unsigned char)c < 0x20 || c == 0x7f || c == '<' || c == '>' || c == '&')
        strbuf_addf(out, "\\u%04x", (unsigned char)c);
    else
        strbuf_addc(out, c);
}

static const char c0_controls[] =
    "\1\2\3\4\5\6\7\b\t\n\v\f\r\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37\177";

void template_escape(struct strbuf *out, const char *text, enum template_escape escape)
{
    if (escape == TEMPLATE_PLAIN) {
        strbuf_adds(out, text);
        return;
    }
    AUTO(strbuf) struct strbuf harmless = {0};
    size_t len = strlen(text);
    if (utf8_plain(text, len) != len) {
        /* Control characters are escaped in JSON, and nothing to a page but white space. */
        utf8_add_harmless(&harmless, text, len, escape == TEMPLATE_HTML ? "\t\n\r" : c0_controls);
        text = strbuf_str(&harmless);
    }
    for (; *text; text++) {
        if (escape == TEMPLATE_HTML)
            escape_html(out, *text);
        else
            escape_json(out, *text);
    }
}

static size_t name_len(const char *s, size_t len)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    size_t n = 0;
    while (n < len && s[n] && strchr(allowed, s[n]))
        n++;
    return n;
}

static unsigned line_of(struct slice text, const char *at)
{
    unsigned line = 1;
    for (const char *p = text.ptr; p < at; p++)
        line += *p == '\n';
    return line;
}

int template_fill(struct strbuf *out, const char *name, struct slice text, const struct map *values,
    enum template_escape escape, struct err *e)
{
    const char *p = text.ptr, *end = text.ptr + text.len;
    while (p < end) {
        const char *open = memmem(p, end - p, "{{", 2);
        if (!open) {
            strbuf_add(out, p, end - p);
            return 0;
        }
        size_t braces = end - open > 2 && open[2] == '{' ? 3 : 2;
        const char *start = open + braces;
        size_t len = name_len(start, end - start);
        if (len == 0) {
            strbuf_add(out, p, start - p);
            p = start;
            continue;
        }
        const char *close = start + len;
        if ((size_t)(end - close) < braces || memcmp(close, "}}}", braces) != 0)
            return err_set(e, ERR_ENVIRONMENT, "%s:%u: {{%.*s is not closed with %zu braces", name,
                line_of(text, open), (int)len, start, braces);
        const char *value = map_getn(values, start, len);
        if (!value)
            return err_set(e, ERR_ENVIRONMENT, "%s:%u: nothing is known to fill in for {{%.*s}}", name,
                line_of(text, open), (int)len, start);
        strbuf_add(out, p, open - p);
        template_escape(out, value, braces == 3 ? TEMPLATE_PLAIN : escape);
        p = close + braces;
    }
    return 0;
}
