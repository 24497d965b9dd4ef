/* Cuts templates into their parts, and fills them. */
#include "ui/page/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "hash/hash.h"
#include "sys/fs.h"
#include "template/template.h"

enum { TEMPLATE_MAX = 1 << 20, OWN_TEMPLATE = 0, TEMPLATES = 2 };

struct page_part {
    char *name;
    struct slice text;
};

struct page {
    struct strbuf
        texts[TEMPLATES]; /* the report's own before what all have: the first part of a name counts */
    struct strbuf style, script;
    char style_hash[48], script_hash[48];
    VEC(struct page_part) parts;
};

static const char mark[] = "<!-- part: ";

/* Cuts the text at lines that begin with the mark; what stands before the first is for readers of the file.
 */
static void cut(struct page *page, struct strbuf *text)
{
    const char *at = strstr(strbuf_str(text), mark);
    while (at) {
        const char *name = at + strlen(mark), *name_end = strstr(name, " -->");
        const char *line_end = name_end ? strchr(name_end, '\n') : NULL;
        if (!line_end)
            return;
        const char *next = strstr(line_end, mark);
        const char *end = next ? next : text->ptr + text->len;
        struct page_part part = {
            xstrndup(name, (size_t)(name_end - name)), {line_end + 1, (size_t)(end - line_end - 1)}};
        vec_push(&page->parts, part);
        at = next;
    }
}

static int read_one(struct strbuf *text, const char *file, struct err *e)
{
    AUTO_FREE char *path = template_path(file, e);
    return path ? file_read(text, path, TEMPLATE_MAX, e) : -1;
}

/* As a hash source of Content Security Policy, which takes both alphabets of base64, but wants the padding.
 */
static void hash_source(char out[48], const struct strbuf *text)
{
    struct digest digest;
    char base64[44];
    digest_bytes(&digest, strbuf_str(text), text->len);
    digest_base64url(&digest, base64);
    snprintf(out, 48, "%s=", base64);
}

struct page *page_read(const char *file, struct err *e)
{
    struct page *page = xcalloc(1, sizeof *page);
    if (read_one(&page->texts[OWN_TEMPLATE], file, e) < 0 ||
        read_one(&page->texts[OWN_TEMPLATE + 1], "page.html", e) < 0 ||
        read_one(&page->style, "page.css", e) < 0 || read_one(&page->script, "page.js", e) < 0) {
        page_free(page);
        return NULL;
    }
    for (size_t i = 0; i < TEMPLATES; i++)
        cut(page, &page->texts[i]);
    hash_source(page->style_hash, &page->style);
    hash_source(page->script_hash, &page->script);
    return page;
}

void page_free(struct page *page)
{
    if (!page)
        return;
    vec_each (&page->parts, part)
        free(part->name);
    vec_release(&page->parts);
    for (size_t i = 0; i < TEMPLATES; i++)
        strbuf_release(&page->texts[i]);
    strbuf_release(&page->style);
    strbuf_release(&page->script);
    free(page);
}

void page_add(
    struct strbuf *out, const struct page *page, const char *name, const struct fill *fills, size_t count)
{
    AUTO(map) struct map values = {0};
    AUTO(err) struct err wrong = ERR_INIT;
    for (size_t i = 0; i < count; i++)
        template_set(&values, fills[i].name, fills[i].text ? fills[i].text : "");
    vec_each (&page->parts, part) {
        if (strcmp(part->name, name) != 0)
            continue;
        if (template_fill(out, name, part->text, &values, TEMPLATE_HTML, &wrong) < 0) {
            strbuf_adds(out, "<!-- ");
            template_escape(out, wrong.text, TEMPLATE_HTML);
            strbuf_adds(out, " -->\n");
        }
        return;
    }
    strbuf_addf(out, "<!-- the template has no part %s -->\n", name);
}

void page_begin(struct strbuf *out, const struct page *page, const char *title)
{
    page_fill(out, page, "head", {"title", title}, {"style", page->style.ptr},
        {"style-hash", page->style_hash}, {"script-hash", page->script_hash});
}

void page_end(struct strbuf *out, const struct page *page)
{
    page_fill(
        out, page, "tail", {"program", "staticbuild " STATICBUILD_VERSION}, {"script", page->script.ptr});
}

void page_card(struct strbuf *out, const struct page *page, const char *title, const char *about,
    const struct strbuf *body)
{
    page_fill(out, page, "card", {"title", title}, {"about", about}, {"body", strbuf_str(body)});
}

void page_fact(struct strbuf *rows, const struct page *page, const char *name, const char *value)
{
    if (value && *value)
        page_fill(rows, page, "fact", {"name", name}, {"value", value});
}

void page_facts(struct strbuf *out, const struct page *page, const struct strbuf *rows)
{
    page_fill(out, page, "facts", {"rows", strbuf_str(rows)});
}
