/* Goes through folders in a fixed order, and sees where an environment of installed distributions begins
 * and ends. */
#include "audit/walk.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "sys/path.h"
#include "sys/read.h"

enum { DEEPEST = 200, STDIN_LIMIT = 64 << 20 };

/* An entry of a folder; type as in struct dirent. */
struct entry {
    char *name;
    unsigned char type;
};

/* A folder that is being read. */
struct level {
    char *path;
    VEC(struct entry) entries;
    size_t at;
    bool environment;
};

struct walk {
    struct strvec paths; /* that were named, or the folder to walk */
    size_t at;
    bool is_folder;
    VEC(struct level) levels;
    char *root; /* real path of the folder that was named; NULL when it is not known */
    bool inside_environment;
};

static int read_list(struct strvec *out, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    char buffer[65536];
    for (;;) {
        ssize_t n = file_take(STDIN_FILENO, buffer, sizeof buffer, -1, "standard input", e);
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        if (text.len > STDIN_LIMIT)
            return err_set(
                e, ERR_ENVIRONMENT, "standard input: more than %d MiB of paths", STDIN_LIMIT >> 20);
        strbuf_add(&text, buffer, (size_t)n);
    }
    if (!text.len)
        return 0;
    char separator = memchr(text.ptr, '\0', text.len) ? '\0' : '\n';
    struct slice rest = {text.ptr, text.len};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, separator);
        if (line.len)
            strvec_pushn(out, line.ptr, line.len);
    }
    return 0;
}

struct walk *walk_new(const struct strvec *paths, struct err *e)
{
    struct walk *w = xcalloc(1, sizeof *w);
    for (size_t i = 0; i < paths->len; i++) {
        if (strcmp(paths->items[i], "-") != 0) {
            strvec_push(&w->paths, paths->items[i]);
        } else if (read_list(&w->paths, e) < 0) {
            walk_free(w);
            return NULL;
        }
    }
    return w;
}

struct walk *walk_folder(const char *path)
{
    struct walk *w = xcalloc(1, sizeof *w);
    strvec_push(&w->paths, path);
    w->is_folder = true;
    return w;
}

static void level_release(struct level *l)
{
    vec_each (&l->entries, entry)
        free(entry->name);
    vec_release(&l->entries);
    free(l->path);
}

static void leave(struct walk *w)
{
    level_release(&w->levels.items[--w->levels.len]);
}

void walk_free(struct walk *w)
{
    if (!w)
        return;
    while (w->levels.len)
        leave(w);
    vec_release(&w->levels);
    strvec_release(&w->paths);
    free(w->root);
    free(w);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static bool is_distribution(const char *name)
{
    return str_ends(name, ".dist-info") || str_ends(name, ".egg-info");
}

static void add_entry(void *arg, const char *name, unsigned char type)
{
    struct level *l = arg;
    vec_push(&l->entries, ((struct entry){xstrdup(name), type}));
    l->environment |= is_distribution(name);
}

/* Reads a folder and makes it the innermost level. */
static int enter(struct walk *w, const char *path, struct err *e)
{
    if (w->levels.len > DEEPEST)
        return err_set(e, ERR_ENVIRONMENT, "%s: is nested too deeply", path);
    struct level l = {.path = xstrdup(path)};
    int there = folder_each(path, add_entry, &l, e);
    if (there != 1) {
        level_release(&l);
        return there < 0 ? -1 : err_set(e, ERR_MISSING, "%s: No such file or directory", path);
    }
    if (l.entries.len)
        qsort(l.entries.items, l.entries.len, sizeof *l.entries.items, by_name);
    l.environment &= !w->inside_environment;
    w->inside_environment |= l.environment;
    vec_push(&w->levels, l);
    return 0;
}

static unsigned char type_of(const char *path, unsigned char type)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct stat st;
    if (type != DT_UNKNOWN)
        return type;
    if (path_look(&st, path, false, &ignored) != 1)
        return DT_REG; /* opening it will say what is wrong */
    return S_ISREG(st.st_mode)   ? DT_REG
           : S_ISDIR(st.st_mode) ? DT_DIR
           : S_ISLNK(st.st_mode) ? DT_LNK
                                 : DT_FIFO;
}

/* A link is followed to a file that the walk would not come to otherwise. */
static bool leads_to_a_file_outside(const struct walk *w, const char *path)
{
    if (!path_may_be_file(path))
        return false;
    AUTO_FREE char *real = realpath(path, NULL);
    size_t len = w->root ? strlen(w->root) : 0;
    return real &&
           !(len && strncmp(real, w->root, len) == 0 && (real[len] == '/' || w->root[len - 1] == '/'));
}

/* Makes a folder the innermost level. What is to be told of it fills *item, which then owns the path: true.
 * Of most folders nothing is, and *item stays as it was. */
static bool step_into(struct walk *w, char *path, struct walk_item *item)
{
    struct err why = ERR_INIT;
    bool entered = enter(w, path, &why) == 0;
    if (entered && !w->levels.items[w->levels.len - 1].environment) {
        free(path);
        return false;
    }
    *item = (struct walk_item){.kind = entered ? WALK_ENTER : WALK_UNREAD, .path = path, .why = why};
    return true;
}

/* The next entry of the innermost level: true with *item filled. */
static bool next_entry(struct walk *w, struct walk_item *item)
{
    struct level *l = &w->levels.items[w->levels.len - 1];
    if (l->at == l->entries.len) {
        bool environment = l->environment;
        if (environment) {
            *item = (struct walk_item){.kind = WALK_LEAVE, .path = xstrdup(l->path)};
            w->inside_environment = false;
        }
        leave(w);
        return environment;
    }
    const struct entry *entry = &l->entries.items[l->at++];
    char *path = path_join(l->path, entry->name);
    unsigned char type = type_of(path, entry->type);
    if (type == DT_DIR)
        return step_into(w, path, item);
    if (type == DT_REG || (type == DT_LNK && leads_to_a_file_outside(w, path))) {
        *item = (struct walk_item){.kind = WALK_FILE, .path = path};
        return true;
    }
    free(path);
    return false;
}

/* The first step into the folder that is walked. */
static bool enter_root(struct walk *w, struct walk_item *item)
{
    const char *path = w->paths.items[w->at++];
    w->root = realpath(path, NULL);
    return step_into(w, xstrdup(path), item);
}

bool walk_next(struct walk *w, struct walk_item *item)
{
    for (;;) {
        if (w->levels.len) {
            if (next_entry(w, item))
                return true;
        } else if (w->at == w->paths.len) {
            return false;
        } else if (!w->is_folder) {
            *item = (struct walk_item){
                .kind = WALK_FILE, .path = xstrdup(w->paths.items[w->at++]), .named = true};
            return true;
        } else if (enter_root(w, item)) {
            return true;
        }
    }
}
