/* Finds the pages of the documents. */
#include "cli/pages.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "document/document.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "sys/read.h"
#include "ui/document/draw.h"

enum { PAGE_BYTES_MAX = 1 << 20 };

/* The page of the recipes' keys lies beside the recipes. */
static const char keys_of_recipes[] = "recipes", index_of_pages[] = "README";

/* NULL where there can be none of that name. */
static char *path_of(const char *name)
{
    bool keys = strcmp(name, keys_of_recipes) == 0;
    if (strchr(name, '/') || strcmp(name, index_of_pages) == 0)
        return NULL;
    AUTO_FREE char *folder = dirs_data(keys ? "recipes" : "docs");
    AUTO_FREE char *file = keys ? xstrdup("README.md") : xstrf("%s.md", name);
    return folder ? path_join(folder, file) : NULL;
}

void pages_list(struct strvec *names)
{
    AUTO(err) struct err ignored = ERR_INIT; /* where there are none, none are told of */
    AUTO(strvec) struct strvec files = {0};
    AUTO_FREE char *folder = dirs_data("docs");
    if (!folder || folder_names(&files, folder, &ignored) < 0)
        return;
    for (size_t i = 0; i < files.len; i++)
        if (str_ends(files.items[i], ".md") && strcmp(files.items[i], "README.md") != 0)
            strvec_pushn(names, files.items[i], strlen(files.items[i]) - 3);
    AUTO_FREE char *keys = path_of(keys_of_recipes);
    if (keys)
        strvec_push(names, keys_of_recipes);
    strvec_sort(names);
}

static const char *nearest(const struct strvec *names, const char *name)
{
    enum { EDITS_MAX = 2 };
    for (size_t edits = 1; edits <= EDITS_MAX; edits++)
        for (size_t i = 0; i < names->len; i++)
            if (str_distance(names->items[i], name, EDITS_MAX) == edits)
                return names->items[i];
    return NULL;
}

static int no_page(const char *name, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    pages_list(&names);
    if (!names.len)
        return err_set(
            e, ERR_MISSING, "the documents are not where the program was installed (share/staticbuild/docs)");
    const char *near = nearest(&names, name);
    return near ? err_set(e, ERR_USAGE, "no page \"%s\" (did you mean \"%s\"?)", name, near)
                : err_set(e, ERR_USAGE, "no page \"%s\"; `staticbuild help` lists them", name);
}

int pages_read(struct strbuf *out, const char *name, struct err *e)
{
    AUTO_FREE char *path = path_of(name);
    int there = path ? path_is_file(path, e) : 0;
    if (there < 0)
        return -1;
    return there ? file_read(out, path, PAGE_BYTES_MAX, e) : no_page(name, e);
}

char *pages_title(const char *name)
{
    AUTO(err) struct err ignored = ERR_INIT; /* one that cannot be read says so when it is asked for */
    AUTO(strbuf) struct strbuf text = {0}, title = {0};
    struct block b;
    if (pages_read(&text, name, &ignored) == 0) {
        struct slice rest = {strbuf_str(&text), text.len};
        if (document_next(&rest, &b) && b.kind == BLOCK_HEADING)
            document_add_plain(&title, b.text);
    }
    return strbuf_steal(&title);
}

bool pages_find(struct strbuf *out, const char *heading, struct style style)
{
    AUTO(strvec) struct strvec names = {0};
    pages_list(&names);
    for (size_t i = 0; i < names.len; i++) {
        AUTO(err) struct err ignored = ERR_INIT; /* another page may have it */
        AUTO(strbuf) struct strbuf text = {0};
        if (pages_read(&text, names.items[i], &ignored) < 0)
            continue;
        struct slice section = document_section((struct slice){strbuf_str(&text), text.len}, heading);
        if (section.ptr) {
            document_draw(out, section, style);
            return true;
        }
    }
    return false;
}
