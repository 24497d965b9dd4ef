/* Finishing an installed tree: relocatable, without libtool files, without what differs from one build to the
 * next. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "build/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { TEXT_LIMIT = 4 << 20 };

/* "variable/../../.." from the folder of a file to the tree. */
static char *way_up(const char *file, const char *variable)
{
    struct strbuf b = {0};
    strbuf_adds(&b, variable);
    for (const char *p = file; *p; p++)
        if (*p == '/')
            strbuf_adds(&b, "/..");
    return strbuf_steal(&b);
}

static int write_back(const char *path, const struct strbuf *text, struct err *e)
{
    struct stat st;
    int there = path_look(&st, path, true, e);
    if (there < 0)
        return -1;
    mode_t mode = there ? st.st_mode & 0777 : 0644;
    return file_write_if_changed(path, strbuf_str(text), text->len, mode, e);
}

static int tidy_text(const char *path, const char *file, const char *prefix, struct err *e)
{
    bool pc = str_ends(file, ".pc");
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf made = {0};
    if (file_read(&text, path, TEXT_LIMIT, e) < 0)
        return -1;
    AUTO_FREE char *here = way_up(file, pc ? "${pcfiledir}" : "${CMAKE_CURRENT_LIST_DIR}");
    struct slice all = {text.ptr, text.len};
    if (pc)
        pc_rewrite(&made, all, prefix, here);
    else if (!text_relocate(&made, all, prefix, here))
        return 0;
    return write_back(path, &made, e);
}

static int relate_text(
    const char *path, const char *file, const char *siblings, const char *kits, struct err *e)
{
    bool pc = str_ends(file, ".pc");
    AUTO_FREE char *here = way_up(file, pc ? "${pcfiledir}" : "${CMAKE_CURRENT_LIST_DIR}");
    AUTO_FREE char *beside = xstrf("%s/..", here);
    AUTO(strbuf) struct strbuf text = {0}, named = {0}, made = {0};
    int is_file = path_is_file(path, e);
    if (is_file != 1)
        return is_file;
    if (file_read(&text, path, TEXT_LIMIT, e) < 0)
        return -1;
    bool changed = text_name_kit(&named, (struct slice){text.ptr, text.len}, kits, pc ? "-l" : "");
    changed |= text_relocate(&made, (struct slice){named.ptr, named.len}, siblings, beside);
    return changed ? write_back(path, &made, e) : 0;
}

/* 1 and its text, where it says that it is a script and is no large one; else 0. */
static int script_read(struct strbuf *text, const char *path, struct err *e)
{
    struct stat st;
    int there = path_look(&st, path, true, e);
    if (there != 1 || !S_ISREG(st.st_mode) || st.st_size > TEXT_LIMIT)
        return there < 0 ? -1 : 0;
    if (file_read(text, path, TEXT_LIMIT, e) < 0)
        return -1;
    return str_starts(strbuf_str(text), "#!") && !memchr(text->ptr, '\0', text->len);
}

/* "foo-config" tells which compiler made the library. */
static int relate_script(const char *path, const char *kits, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0}, made = {0};
    int is_script = script_read(&text, path, e);
    if (is_script != 1)
        return is_script;
    bool changed = text_name_kit(&made, (struct slice){text.ptr, text.len}, kits, "");
    return changed ? write_back(path, &made, e) : 0;
}

int tree_relate(const char *tree, const char *siblings, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    AUTO_FREE char *kits = xstrf("%s/kit-", siblings);
    if (tree_list(tree, NULL, NULL, &files, e) < 0)
        return -1;
    for (size_t i = 0; i < files.len; i++) {
        const char *file = files.items[i];
        AUTO_FREE char *path = path_join(tree, file);
        int status = 0;
        if (str_ends(file, ".pc") || str_ends(file, ".cmake"))
            status = relate_text(path, file, siblings, kits, e);
        else if (str_starts(file, "bin/"))
            status = relate_script(path, kits, e);
        if (status < 0)
            return -1;
    }
    return 0;
}

/* "foo-config" scripts: NAME=prefix on a line of its own is where they begin to lie. */
static int tidy_script(const char *path, const char *file, const char *prefix, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf made = {0};
    int is_script = script_read(&text, path, e);
    if (is_script != 1)
        return is_script;
    AUTO_FREE char *way = way_up(file, "");
    AUTO_FREE char *here = xstrf("$(cd \"$(dirname \"$0\")%s\" && pwd)", way);
    bool found = false;
    for (struct slice rest = {text.ptr, text.len}; rest.ptr && rest.len;) {
        struct slice line = slice_cut(&rest, '\n');
        const char *equals = memchr(line.ptr, '=', line.len);
        struct slice value = {equals ? equals + 1 : line.ptr, 0};
        if (equals)
            value.len = line.len - (size_t)(value.ptr - line.ptr);
        bool place = equals && slice_is(slice_trim(value), prefix);
        strbuf_add(&made, line.ptr, place ? (size_t)(value.ptr - line.ptr) : line.len);
        if (place)
            strbuf_adds(&made, here);
        strbuf_addc(&made, '\n');
        found = found || place;
    }
    return found ? write_back(path, &made, e) : 0;
}

bool archive_normalize(unsigned char *bytes, size_t size)
{
    enum { HEADER = 60 };
    static const char magic[] = "!<arch>\n";
    static const char plain[] = "0           0     0     644     "; /* date 12, owner 6, group 6, mode 8 */
    if (size < 8 || memcmp(bytes, magic, 8) != 0)
        return false;
    bool changed = false;
    for (size_t at = 8; size - at >= HEADER;) {
        unsigned char *h = bytes + at;
        if (h[58] != '`' || h[59] != '\n')
            break;
        size_t data = 0, i = 48;
        for (; i < 58 && h[i] >= '0' && h[i] <= '9'; i++)
            data = data * 10 + (size_t)(h[i] - '0');
        if (memcmp(h + 16, plain, 32) != 0) {
            memcpy(h + 16, plain, 32);
            changed = true;
        }
        data += data & 1;
        if (data > size - at - HEADER)
            break;
        at += HEADER + data;
    }
    return changed;
}

static int tidy_archive(const char *path, struct err *e)
{
    AUTO(mapping) struct mapping m = {0};
    if (mapping_open(&m, path, e) < 0)
        return -1;
    AUTO_FREE unsigned char *copy = xcalloc(m.size + 1, 1);
    if (m.size)
        memcpy(copy, m.bytes, m.size);
    return archive_normalize(copy, m.size) ? file_write(path, copy, m.size, 0644, e) : 0;
}

/* Removes the folders above a removed file that have become empty. */
static void remove_empty_above(const char *tree, const char *file)
{
    AUTO_FREE char *folder = path_dir(file);
    while (strcmp(folder, ".") != 0) {
        AUTO_FREE char *path = path_join(tree, folder);
        if (rmdir(path) < 0)
            return;
        char *above = path_dir(folder);
        free(folder);
        folder = above;
    }
}

int tree_tidy(const struct recipe *r, const char *tree, const struct strvec *files, struct err *e)
{
    AUTO_FREE char *prefix = xstrf(BUILD_PREFIX "/%s", r->name);
    for (size_t i = 0; i < files->len; i++) {
        const char *file = files->items[i];
        AUTO_FREE char *path = path_join(tree, file);
        struct stat st;
        int there = path_look(&st, path, false, e);
        if (there < 0)
            return -1;
        if (!there || !S_ISREG(st.st_mode))
            continue;
        int status = 0;
        if (str_ends(file, ".la")) {
            if (unlink(path) < 0)
                return err_errno(e, ERR_BUILD, "removing %s", path);
            remove_empty_above(tree, file);
        } else if (str_ends(file, ".pc") || str_ends(file, ".cmake"))
            status = tidy_text(path, file, prefix, e);
        else if (str_starts(file, "bin/"))
            status = tidy_script(path, file, prefix, e);
        else if (str_ends(file, ".a"))
            status = tidy_archive(path, e);
        if (status < 0)
            return err_wrap(e, "finishing %s", file);
    }
    return 0;
}
