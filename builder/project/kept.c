/* Build systems go by the times of files, so that one that is the same must keep its time, and one that is
 * another must be newer than what was made of the one before. */
#include "project/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "hash/hash.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { RECORD_LIMIT = 64 << 20 };

/* A line a file: its hash and its path. */
static int list(struct strbuf *out, const char *from, struct strvec *files, struct err *e)
{
    if (tree_list(from, NULL, NULL, files, e) < 0)
        return -1;
    for (size_t i = 0; i < files->len; i++) {
        struct digest digest = {.hex = ""};
        struct stat st;
        AUTO_FREE char *path = path_join(from, files->items[i]);
        int there = path_look(&st, path, false, e);
        if (there < 0 || (there && S_ISREG(st.st_mode) && digest_file(&digest, path, e) < 0))
            return -1;
        strbuf_addf(out, "%s\t%s\n", digest.hex, files->items[i]);
    }
    return 0;
}

/* Path -> hash; false when a line is none. */
static bool read_record(struct map *out, char *text)
{
    for (char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        char *tab = end ? memchr(line, '\t', (size_t)(end - line)) : NULL;
        if (!tab)
            return false;
        *tab = *end = '\0';
        map_set(out, tab + 1, line);
    }
    return true;
}

static int copy_changed(const char *from, const char *to, const struct strvec *files,
    const struct map *before, const struct map *now, size_t *changed, struct err *e)
{
    for (size_t i = 0; i < files->len; i++) {
        const char *file = files->items[i];
        AUTO_FREE char *source = path_join(from, file);
        AUTO_FREE char *copy = path_join(to, file);
        int there = path_exists(copy, e);
        if (there < 0)
            return -1;
        if (there && strcmp(map_get(before, file), map_get(now, file)) == 0)
            continue;
        if (tree_remove(copy, e) < 0 || tree_copy(source, copy, e) < 0)
            return -1;
        ++*changed;
    }
    return 0;
}

int kept_update(const char *from, const char *to, const char *record, size_t *changed, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    AUTO(strbuf) struct strbuf text = {0}, known = {0};
    AUTO(map) struct map before = {0}, now = {0};
    *changed = 0;
    int there = path_is_file(record, e);
    if (there <= 0)
        return there;
    if (file_read(&known, record, RECORD_LIMIT, e) < 0 || list(&text, from, &files, e) < 0)
        return -1;
    AUTO_FREE char *old = strbuf_steal(&known);
    AUTO_FREE char *new = xstrdup(strbuf_str(&text));
    if (!read_record(&before, old) || !read_record(&now, new) || before.len != now.len)
        return 0;
    for (size_t i = 0; i < now.len; i++)
        if (!map_get(&before, now.entries[i].key))
            return 0;
    if (copy_changed(from, to, &files, &before, &now, changed, e) < 0)
        return -1;
    return *changed && file_write(record, text.ptr, text.len, 0644, e) < 0 ? -1 : 1;
}

int kept_begin(const char *from, const char *to, const char *record, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    AUTO(strbuf) struct strbuf text = {0};
    if (list(&text, from, &files, e) < 0 || tree_copy(from, to, e) < 0)
        return -1;
    return file_write(record, strbuf_str(&text), text.len, 0644, e);
}

int kept_tidy(const char *src, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO_FREE char *build = path_join(src, "build");
    if (folder_names(&names, build, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(build, names.items[i]);
        bool is_made_anew = strcmp(names.items[i], "lib") == 0 || str_starts(names.items[i], "lib.") ||
                            str_starts(names.items[i], "bdist.");
        if (is_made_anew && tree_remove(path, e) < 0)
            return -1;
    }
    return 0;
}
