/* Looks through the trees of a store for the facts that they were made of. */
#include "store/past.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "store/internal.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "sys/read.h"

enum { KEY_BYTES_MAX = 1 << 20 };

int past_tree_read(struct past_tree *tree, struct arena *a, const char *folder, struct err *e)
{
    AUTO_FREE char *path = path_join(folder, KEY_PATH);
    AUTO(strbuf) struct strbuf text = {0};
    struct file_identity id;
    int there = file_identity_get(&id, path, e);
    if (there <= 0 || id.size > KEY_BYTES_MAX)
        return there < 0 ? -1 : 0;
    if (file_read(&text, path, KEY_BYTES_MAX, e) < 0)
        return -1;
    *tree = (struct past_tree){.text = arena_strndup(a, strbuf_str(&text), text.len),
        .tree = arena_strdup(a, folder),
        .made_ns = id.mtime_ns};
    return fact_list_read(&tree->facts, a, tree->text) == 0;
}

/* By name where the clock does not tell: the same order in every run. */
static int newest_first(const void *a, const void *b)
{
    const struct past_tree *x = a, *y = b;
    if (x->made_ns != y->made_ns)
        return x->made_ns < y->made_ns ? 1 : -1;
    return strcmp(x->text, y->text);
}

int store_past(struct past *out, struct arena *a, const struct store *s, struct err *e)
{
    AUTO_FREE char *trees = path_join(s->root, "trees");
    AUTO(strvec) struct strvec names = {0};
    VEC(struct past_tree) found = {0};
    int status = folder_names(&names, trees, e);
    if (status == 0)
        err_set(e, ERR_MISSING, "%s: is not there any more", trees);
    for (size_t i = 0; i < names.len && status > 0; i++) {
        AUTO_FREE char *folder = path_join(trees, names.items[i]);
        struct past_tree tree;
        int kept = names.items[i][0] == '.' ? 0 : past_tree_read(&tree, a, folder, e);
        if (kept > 0)
            vec_push(&found, tree);
        status = kept < 0 ? -1 : 1;
    }
    if (found.len)
        qsort(found.items, found.len, sizeof *found.items, newest_first);
    *out = (struct past){arena_memdup(a, found.items, found.len * sizeof *found.items), found.len};
    vec_release(&found);
    return status > 0 ? 0 : -1;
}
