/* What libstdc++'s headers do with hidden names: those that they use must stay declared in C++, and those of
 * them that reach a header past the kit's overlay need one of their own. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/hiding.h"
#include "kit/tokens.h"

enum { HEADER_BYTES = 1 << 24 };

struct cxx_reading {
    struct hiding *hiding;
    struct map names; /* hidden -> the first row */
    struct map files; /* with overlays */
    const char *file; /* of libstdc++, at hand */
};

static void pass_to(struct cxx_reading *r, struct slice header)
{
    struct hiding *h = r->hiding;
    const struct hidden *row = map_getn(&r->files, header.ptr, header.len);
    if (!row || map_get(&r->files, r->file)) /* that one's own overlay hides as much */
        return;
    vec_each (&h->passes, p)
        if (strcmp(p->file, r->file) == 0 && strcmp(p->to, row->file) == 0)
            return;
    vec_push(&h->passes, ((struct passing){arena_strdup(&h->arena, r->file), row->file}));
}

/* `include_next <stdlib.h>` */
static void read_directive(struct cxx_reading *r, struct tokens *t)
{
    struct token word = tokens_next(t);
    if (!slice_is(word.text, "include_next"))
        return;
    struct slice line = slice_trim(tokens_line(t));
    const char *end = line.len && *line.ptr == '<' ? memchr(line.ptr, '>', line.len) : NULL;
    if (end)
        pass_to(r, (struct slice){line.ptr + 1, (size_t)(end - line.ptr - 1)});
}

static void read_text(struct cxx_reading *r, struct slice text)
{
    struct tokens t = tokens_of(text);
    char before = '\0';
    struct token token;
    while ((token = tokens_next(&t)).kind != TOKEN_END) {
        if (token.kind == TOKEN_DIRECTIVE)
            read_directive(r, &t);
        bool is_member = before == '.' || before == '>';
        struct hidden *row = token.kind == TOKEN_NAME && !is_member
                                 ? map_getn(&r->names, token.text.ptr, token.text.len)
                                 : NULL;
        if (row)
            row->in_c_only = true;
        before = token.kind == TOKEN_SIGN ? *token.text.ptr : '\0';
    }
}

static int read_folder(struct cxx_reading *r, const char *dir, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    int there = path_is_folder(dir, e);
    if (there <= 0)
        return there;
    if (tree_list(dir, NULL, NULL, &files, e) < 0)
        return -1;
    for (size_t i = 0; i < files.len; i++) {
        AUTO_FREE char *path = path_join(dir, files.items[i]);
        AUTO(strbuf) struct strbuf text = {0};
        there = path_is_file(path, e);
        if (there < 0)
            return -1;
        if (!there)
            continue;
        if (file_read(&text, path, HEADER_BYTES, e) < 0)
            return -1;
        r->file = files.items[i];
        read_text(r, (struct slice){strbuf_str(&text), text.len});
    }
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct passing *x = a, *y = b;
    int by_file = strcmp(x->file, y->file);
    return by_file ? by_file : strcmp(x->to, y->to);
}

int hiding_read_cxx(struct hiding *h, struct err *e)
{
    struct cxx_reading r = {.hiding = h};
    vec_each (&h->names, n) {
        if (!map_get(&r.names, n->name))
            map_set(&r.names, n->name, n);
        if (!map_get(&r.files, n->file))
            map_set(&r.files, n->file, n);
    }
    int failed = 0;
    for (size_t i = 0; i < h->cxx_dirs.len && !failed; i++)
        failed = read_folder(&r, h->cxx_dirs.items[i], e) < 0;
    vec_each (&h->names, n) {
        const struct hidden *first = map_get(&r.names, n->name);
        n->in_c_only = first->in_c_only;
    }
    if (h->passes.len)
        qsort(h->passes.items, h->passes.len, sizeof *h->passes.items, compare);
    map_release(&r.names);
    map_release(&r.files);
    return failed ? -1 : 0;
}
