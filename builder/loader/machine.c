/* What the loader's files say: ld.so.conf(5) as ldconfig reads it, ld.so.preload, musl's own. */
#include "loader/machine.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "sys/fs.h"
#include "sys/path.h"

enum {
    LARGEST_FILE = 1 << 20,
    DEEPEST_INCLUDE = 32,
    MOST_FILES = 1024,
    MOST_FOLDERS = 4096,
};

struct conf {
    struct loader_machine *machine;
    struct map begun; /* files, each of which is read once: they may name each other */
    unsigned files;
    bool complained;
};

static bool read_text(const struct loader_machine *m, const char *path, struct strbuf *text, struct err *e)
{
    AUTO_FREE char *outside = loader_machine_path(m, path);
    return outside && path_exists(outside, e) == 1 && file_read(text, outside, LARGEST_FILE, e) == 0;
}

/* Adds what could not be read to the machine's troubles; a file that is not there is none. */
static bool read_file(struct loader_machine *m, const char *path, struct strbuf *text)
{
    AUTO(err) struct err e = ERR_INIT;
    bool read = read_text(m, path, text, &e);
    if (e.kind != ERR_NONE)
        strvec_push(&m->troubles, e.text);
    return read;
}

static void add_folder(struct loader_machine *m, struct slice path)
{
    if (m->folders.len >= MOST_FOLDERS)
        return;
    AUTO_FREE char *folder = xstrndup(path.ptr, path.len);
    if (!strvec_has(&m->folders, folder))
        strvec_push(&m->folders, folder);
}

static void read_conf(struct conf *c, const char *path, unsigned depth);

/* Files of a folder whose name fits; wildcards in the last part of the path only. */
static void include_pattern(struct conf *c, const char *pattern, unsigned depth)
{
    AUTO_FREE char *folder = path_dir(pattern);
    AUTO_FREE char *outside = loader_machine_path(c->machine, folder);
    if (!outside)
        return;
    AUTO(err) struct err why = ERR_INIT;
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, outside, &why) < 0)
        strvec_push(&c->machine->troubles, why.text);
    for (size_t i = 0; i < names.len; i++)
        if (fnmatch(path_base(pattern), names.items[i], FNM_PERIOD) == 0) {
            AUTO_FREE char *path = path_join(folder, names.items[i]);
            read_conf(c, path, depth);
        }
}

static void read_include(struct conf *c, const char *file, struct slice patterns, unsigned depth)
{
    for (size_t i = 0; i < patterns.len;) {
        size_t from = i;
        while (i < patterns.len && patterns.ptr[i] != ' ' && patterns.ptr[i] != '\t')
            i++;
        if (i > from) {
            AUTO_FREE char *pattern = xstrndup(patterns.ptr + from, i - from);
            AUTO_FREE char *beside = path_dir(file);
            AUTO_FREE char *whole = path_join(beside, pattern);
            include_pattern(c, whole, depth + 1);
        }
        i += i < patterns.len;
    }
}

/* "include " or "hwcap ": the word that a line begins with. */
static bool begins(struct slice line, const char *word)
{
    size_t len = strlen(word);
    return line.len > len && memcmp(line.ptr, word, len) == 0 &&
           (line.ptr[len] == ' ' || line.ptr[len] == '\t');
}

/* "folder=libc6" has a word of old times. */
static struct slice folder_of(struct slice line)
{
    const char *type = memchr(line.ptr, '=', line.len);
    if (type)
        line.len = (size_t)(type - line.ptr);
    line = slice_trim(line);
    while (line.len > 1 && line.ptr[line.len - 1] == '/')
        line.len--;
    return line;
}

enum loader_conf_kind loader_conf_next(struct slice *rest, struct slice *value)
{
    while (rest->ptr) {
        struct slice whole = slice_cut(rest, '\n');
        struct slice line = slice_trim(slice_cut(&whole, '#'));
        if (begins(line, "include")) {
            *value = (struct slice){line.ptr + 8, line.len - 8};
            return LOADER_CONF_INCLUDE;
        }
        if (begins(line, "hwcap"))
            continue;
        *value = folder_of(line);
        if (value->len && value->ptr[0] == '/')
            return LOADER_CONF_FOLDER;
    }
    return LOADER_CONF_END;
}

static bool may_read(struct conf *c, const char *path, unsigned depth)
{
    if (map_get(&c->begun, path))
        return false;
    if (depth <= DEEPEST_INCLUDE && c->files < MOST_FILES) {
        map_set(&c->begun, path, c);
        c->files++;
        return true;
    }
    if (!c->complained)
        strvec_pushf(&c->machine->troubles, "%s: included too deep, or too many files; it is left out", path);
    c->complained = true;
    return false;
}

static void read_conf(struct conf *c, const char *path, unsigned depth)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (!may_read(c, path, depth) || !read_file(c->machine, path, &text) || !text.len)
        return;
    struct slice rest = {text.ptr, text.len}, value;
    for (enum loader_conf_kind kind; (kind = loader_conf_next(&rest, &value)) != LOADER_CONF_END;)
        if (kind == LOADER_CONF_INCLUDE)
            read_include(c, path, value, depth);
        else
            add_folder(c->machine, value);
}

/* Names parted by spaces, colons or lines (ld.so(8)). */
static void read_preload(struct loader_machine *m)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (!read_file(m, "/etc/ld.so.preload", &text))
        return;
    for (size_t i = 0; i < text.len;) {
        size_t len = strcspn(text.ptr + i, " \t\n:#");
        if (len && m->preload.len < 64)
            strvec_pushn(&m->preload, text.ptr + i, len);
        i += len;
        i += text.ptr[i] == '#' ? strcspn(text.ptr + i, "\n") : 1;
    }
}

bool loader_machine_musl_folders(const struct loader_machine *m, const char *loader_name, struct strvec *out)
{
    const char *dot = strchr(loader_name, '.');
    AUTO_FREE char *path = xstrf("/etc/%.*s.path", (int)(dot ? dot - loader_name : 0), loader_name);
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err e = ERR_INIT;
    if (!dot || !read_text(m, path, &text, &e))
        return false;
    for (size_t i = 0; i < text.len;) {
        size_t len = strcspn(text.ptr + i, "\n:");
        if (len && text.ptr[i] == '/' && out->len < MOST_FOLDERS)
            strvec_pushn(out, text.ptr + i, len);
        i += len + 1;
    }
    return true;
}

int loader_machine_open(struct loader_machine *m, const char *root, const char *library_path, struct err *e)
{
    *m = (struct loader_machine){0};
    AUTO_FREE char *absolute = root ? path_absolute(root) : NULL;
    int is_folder = absolute ? path_is_folder(absolute, e) : 1;
    if (is_folder < 0)
        return -1;
    if (!is_folder)
        return err_set(e, ERR_ENVIRONMENT, "%s: is not a folder", root);
    m->root = xstrdup(absolute && strcmp(absolute, "/") != 0 ? absolute : "");
    m->library_path = library_path && *library_path ? xstrdup(library_path) : NULL;
    struct conf c = {.machine = m};
    read_conf(&c, "/etc/ld.so.conf", 0);
    map_release(&c.begun);
    read_preload(m);
    return 0;
}

void loader_machine_release(struct loader_machine *m)
{
    free(m->root);
    free(m->library_path);
    strvec_release(&m->folders);
    strvec_release(&m->preload);
    strvec_release(&m->troubles);
    *m = (struct loader_machine){0};
}
