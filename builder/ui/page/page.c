/* Cuts the page's template into its parts, and fills them. */
#include "ui/page/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "template/template.h"

enum { TEMPLATE_LIMIT = 1 << 20 };

struct part {
    char *name;
    struct slice text;
};

struct page {
    struct strbuf text;
    VEC(struct part) parts;
};

static const char mark[] = "<!-- part: ";

/* Cuts the text at lines that begin with the mark; what stands before the first is for readers of the file.
 */
static void cut(struct page *page)
{
    const char *at = strstr(strbuf_str(&page->text), mark);
    while (at) {
        const char *name = at + strlen(mark), *name_end = strstr(name, " -->");
        const char *line_end = name_end ? strchr(name_end, '\n') : NULL;
        if (!line_end)
            return;
        const char *next = strstr(line_end, mark);
        const char *end = next ? next : page->text.ptr + page->text.len;
        struct part part = {
            xstrndup(name, (size_t)(name_end - name)), {line_end + 1, (size_t)(end - line_end - 1)}};
        vec_push(&page->parts, part);
        at = next;
    }
}

struct page *page_read(const char *file, struct err *e)
{
    AUTO_FREE char *templates = dirs_data("templates");
    if (!templates) {
        err_set(e, ERR_ENVIRONMENT,
            "the folder of templates is not where the program was installed; set STATICBUILD_DATA");
        return NULL;
    }
    AUTO_FREE char *path = xstrf("%s/%s", templates, file);
    struct page *page = xcalloc(1, sizeof *page);
    if (file_read(&page->text, path, TEMPLATE_LIMIT, e) < 0) {
        page_free(page);
        return NULL;
    }
    cut(page);
    return page;
}

void page_free(struct page *page)
{
    if (!page)
        return;
    vec_each (&page->parts, part)
        free(part->name);
    vec_release(&page->parts);
    strbuf_release(&page->text);
    free(page);
}

void page_add(
    struct strbuf *out, const struct page *page, const char *name, const struct fill *fills, size_t len)
{
    AUTO(map) struct map values = {0};
    AUTO(err) struct err wrong = ERR_INIT;
    for (size_t i = 0; i < len; i++)
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
