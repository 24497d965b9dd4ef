/* A project's page on an index: PEP 503 (HTML) and PEP 691 (JSON). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/index.h"
#include "json/json.h"

static char *find_in_json(const char *page, size_t len, const char *file)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_JSON struct json *root = json_parse("index", page, len, &ignored);
    const struct json *files = json_get(root, "files");
    for (size_t i = 0; i < json_len(files); i++) {
        const struct json *f = json_at(files, i);
        const char *name = json_get_text(f, "filename"), *url = json_get_text(f, "url");
        if (name && url && strcmp(name, file) == 0)
            return xstrdup(url);
    }
    return NULL;
}

/* The character of "&name;" or "&#number;" at s[0..len), and how long it is; 0 when it is none of the few
 * that URLs in attributes need. */
static char entity(const char *s, size_t len, size_t *size)
{
    static const struct {
        const char *text;
        char c;
    } names[] = {{"&amp;", '&'}, {"&quot;", '"'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&apos;", '\''}};
    for (size_t i = 0; i < COUNT(names); i++) {
        size_t n = strlen(names[i].text);
        if (n <= len && memcmp(s, names[i].text, n) == 0) {
            *size = n;
            return names[i].c;
        }
    }
    if (len < 4 || s[1] != '#')
        return 0;
    bool hex = (s[2] | 32) == 'x';
    unsigned value = 0;
    size_t i = hex ? 3 : 2;
    for (; i < len && i < 8 && isxdigit((unsigned char)s[i]) && (hex || isdigit((unsigned char)s[i])); i++)
        value = value * (hex ? 16 : 10) +
                (unsigned)(isdigit((unsigned char)s[i]) ? s[i] - '0' : (s[i] | 32) - 'a' + 10);
    if (i >= len || s[i] != ';' || value <= ' ' || value >= 0x7f)
        return 0;
    *size = i + 1;
    return (char)value;
}

static char *without_entities(struct slice s)
{
    struct strbuf out = {0};
    for (size_t i = 0; i < s.len;) {
        size_t size = 1;
        char c = s.ptr[i] == '&' ? entity(s.ptr + i, s.len - i, &size) : s.ptr[i];
        strbuf_addc(&out, c ? c : '&');
        i += size;
    }
    return strbuf_steal(&out);
}

/* The value of href in the attributes of a tag; *tag moves to its end. ptr is NULL when it has none. */
static struct slice cut_href(struct slice *tag)
{
    struct slice found = {NULL, 0};
    const char *p = tag->ptr, *end = p + tag->len;
    while (p < end && *p != '>') {
        while (p < end && (isspace((unsigned char)*p) || *p == '/'))
            p++;
        const char *name = p;
        while (p < end && !isspace((unsigned char)*p) && !strchr("=>/", *p ? *p : '='))
            p++;
        size_t name_len = (size_t)(p - name);
        while (p < end && isspace((unsigned char)*p))
            p++;
        if (p == end || *p != '=') {
            if (p < end && p == name && *p != '>') /* a NUL or other rubbish */
                p++;
            continue;
        }
        for (p++; p < end && isspace((unsigned char)*p); p++)
            ;
        char quote = p < end && (*p == '"' || *p == '\'') ? *p++ : 0;
        const char *value = p;
        while (p < end && (quote ? *p != quote : !isspace((unsigned char)*p) && *p != '>'))
            p++;
        if (name_len == 4 && strncasecmp(name, "href", 4) == 0 && !found.ptr)
            found = (struct slice){value, (size_t)(p - value)};
        if (quote && p < end)
            p++;
    }
    *tag = (struct slice){p, (size_t)(end - p)};
    return found;
}

static int hex_value(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10 : -1;
}

/* True when the last part of the URL's path, percent-decoded, is the file. */
static bool names_file(const char *url, const char *file)
{
    size_t len = strcspn(url, "?#");
    const char *slash = memrchr(url, '/', len);
    const char *p = slash ? slash + 1 : url, *end = url + len;
    for (; p < end; p++, file++) {
        char c = *p;
        if (c == '%' && end - p > 2 && hex_value(p[1]) >= 0 && hex_value(p[2]) >= 0) {
            c = (char)(hex_value(p[1]) << 4 | hex_value(p[2]));
            p += 2;
        }
        if (!c || c != *file)
            return false;
    }
    return !*file;
}

static char *find_in_html(const char *page, size_t len, const char *file)
{
    struct slice rest = {page, len};
    while (rest.len) {
        const char *tag = memchr(rest.ptr, '<', rest.len);
        if (!tag)
            break;
        rest = (struct slice){tag + 1, rest.len - (size_t)(tag + 1 - rest.ptr)};
        if (rest.len >= 3 && memcmp(rest.ptr, "!--", 3) == 0) {
            const char *end = memmem(rest.ptr, rest.len, "-->", 3);
            if (!end)
                break;
            rest = (struct slice){end, rest.len - (size_t)(end - rest.ptr)};
            continue;
        }
        if (rest.len < 2 || (rest.ptr[0] | 32) != 'a' || !isspace((unsigned char)rest.ptr[1]))
            continue;
        rest = (struct slice){rest.ptr + 1, rest.len - 1};
        struct slice href = cut_href(&rest);
        if (!href.ptr)
            continue;
        char *url = without_entities(href);
        if (names_file(url, file))
            return url;
        free(url);
    }
    return NULL;
}

char *index_find(const char *page, size_t len, const char *file)
{
    struct slice text = slice_trim((struct slice){page, len});
    if (text.len && text.ptr[0] == '{')
        return find_in_json(text.ptr, text.len, file);
    return find_in_html(page, len, file);
}
