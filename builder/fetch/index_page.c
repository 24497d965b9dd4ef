/* A project's page on an index: PEP 503 (HTML) and PEP 691 (JSON); and any page that lists files by links, as
 * web servers make of a folder. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/index.h"
#include "fetch/listing.h"
#include "json/json.h"

/* One file that a page links to; the URL as it stands there without entities. */
struct page_link {
    const char *url;
    const char *name; /* HTML: the last part of the URL */
    bool withdrawn;   /* PEP 592 */
};

/* False ends the walk. */
typedef bool take_link(void *arg, const struct page_link *link);

static void each_in_json(const char *page, size_t len, take_link *take, void *arg)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_JSON struct json *root = json_parse("index", page, len, &ignored);
    const struct json *files = json_get(root, "files");
    for (size_t i = 0; i < json_len(files); i++) {
        const struct json *f = json_at(files, i);
        struct page_link link = {.url = json_get_text(f, "url"),
            .name = json_get_text(f, "filename"),
            .withdrawn =
                json_kind(json_get(f, "yanked")) == JSON_IS_TEXT || json_get_bool(f, "yanked", false)};
        if (link.name && link.url && !take(arg, &link))
            break;
    }
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

/* The attributes of a tag that matter. */
struct link_tag {
    struct slice href; /* its ptr is NULL where it has none */
    bool withdrawn;
};

static void note_attribute(struct link_tag *found, struct slice name, struct slice value)
{
    static const char href[] = "href", yanked[] = "data-yanked";
    if (name.len == strlen(href) && strncasecmp(name.ptr, href, name.len) == 0 && !found->href.ptr)
        found->href = value;
    else if (name.len == strlen(yanked) && strncasecmp(name.ptr, yanked, name.len) == 0)
        found->withdrawn = true;
}

/* Reads the attributes of a tag; *tag moves to its end. */
static struct link_tag cut_attributes(struct slice *tag)
{
    struct link_tag found = {{NULL, 0}, false};
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
            note_attribute(&found, (struct slice){name, name_len}, (struct slice){NULL, 0});
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
        note_attribute(&found, (struct slice){name, name_len}, (struct slice){value, (size_t)(p - value)});
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

/* The last part of the URL's path, percent-decoded; the caller frees it. */
static char *file_of(const char *url)
{
    size_t len = strcspn(url, "?#");
    const char *slash = memrchr(url, '/', len);
    struct strbuf out = {0};
    for (const char *p = slash ? slash + 1 : url, *end = url + len; p < end; p++) {
        char c = *p;
        if (c == '%' && end - p > 2 && hex_value(p[1]) >= 0 && hex_value(p[2]) >= 0) {
            c = (char)(hex_value(p[1]) << 4 | hex_value(p[2]));
            p += 2;
        }
        if (!c) { /* no name of a file */
            strbuf_clear(&out);
            break;
        }
        strbuf_addc(&out, c);
    }
    return strbuf_steal(&out);
}

static void each_in_html(const char *page, size_t len, take_link *take, void *arg)
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
        struct link_tag found = cut_attributes(&rest);
        if (!found.href.ptr)
            continue;
        AUTO_FREE char *url = without_entities(found.href);
        AUTO_FREE char *name = file_of(url);
        struct page_link link = {.url = url, .name = name, .withdrawn = found.withdrawn};
        if (!take(arg, &link))
            break;
    }
}

static void each_link(struct slice page, take_link *take, void *arg)
{
    struct slice text = slice_trim(page);
    if (text.len && text.ptr[0] == '{')
        each_in_json(text.ptr, text.len, take, arg);
    else
        each_in_html(page.ptr, page.len, take, arg);
}

/* The one link that is looked for. */
struct page_search {
    const char *file;
    char *url;
};

static bool is_it(void *arg, const struct page_link *link)
{
    struct page_search *s = arg;
    if (strcmp(link->name, s->file) != 0)
        return true;
    s->url = xstrdup(link->url);
    return false;
}

char *index_find(const char *page, size_t len, const char *file)
{
    struct page_search s = {.file = file};
    each_link((struct slice){page, len}, is_it, &s);
    return s.url;
}

static bool add_name(void *arg, const struct page_link *link)
{
    if (*link->name && !link->withdrawn)
        strvec_push(arg, link->name);
    return true;
}

void listing_read(struct strvec *files, struct slice page)
{
    each_link(page, add_name, files);
}
