/* Where interpreters are. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/set.h"
#include "base/vec.h"
#include "python/abi/abi.h"
#include "python/internal.h"
#include "sys/dirs.h"
#include "sys/path.h"
#include "sys/read.h"

enum { MINOR_FIRST = 6, MINOR_LAST = 30, MINORS = MINOR_LAST - MINOR_FIRST + 1 };

/* A bin folder can hold thousands of names; up to this size of the folder itself, listing it costs less than
 * trying every name. */
enum { LISTED_BYTES = 16384 };

struct places {
    struct strvec *paths;
    struct set seen; /* folders, by device and inode: several lead to one */
    struct err *e;   /* what ended the search */
};

/* True when the search cannot go on. A folder that is not ours to look into has nothing for us. */
static bool take_trouble(struct places *p, struct err *cause)
{
    if (cause->kind && cause->number != EACCES && !p->e->kind)
        err_move(p->e, cause);
    err_release(cause);
    return p->e->kind;
}

static void add_if_program(struct places *p, int folder_fd, const char *folder, const char *name)
{
    struct err cause = ERR_INIT;
    struct stat st;
    int there = path_look_at(&st, folder_fd, name, true, &cause);
    if (!take_trouble(p, &cause) && there == 1 && S_ISREG(st.st_mode) && (st.st_mode & 0111))
        strvec_pushf(p->paths, "%s/%s", folder, name);
}

/* True the second time that a file or folder is shown. */
static bool seen_before(struct set *seen, const struct stat *st)
{
    char key[48];
    snprintf(key, sizeof key, "%llx.%llx", (unsigned long long)st->st_dev, (unsigned long long)st->st_ino);
    return !set_add(seen, key);
}

static int open_new_folder(struct places *p, const char *folder, struct stat *st)
{
    struct err cause = ERR_INIT;
    AUTO_CLOSE int fd = -1;
    int there = file_open_at(&fd, AT_FDCWD, folder, O_PATH | O_DIRECTORY, folder, &cause);
    if (take_trouble(p, &cause) || there != 1 || fstat(fd, st) < 0 || seen_before(&p->seen, st))
        return -1;
    return steal_fd(&fd);
}

/* Which names of interpreters a folder may have. */
struct interpreter_names {
    bool plain, minor[MINORS], threaded[MINORS]; /* "python3", "python3.6", "python3.6t" */
};

static void mark(struct interpreter_names *names, const char *name)
{
    static const char prefix[] = "python3";
    if (!str_starts(name, prefix))
        return;
    names->plain |= name[strlen(prefix)] == '\0';
    struct python_abi abi;
    if (!python_abi_parse(&abi, slice_of(name + strlen("python"))) || abi.minor < MINOR_FIRST ||
        abi.minor > MINOR_LAST)
        return;
    (abi.free_threaded ? names->threaded : names->minor)[abi.minor - MINOR_FIRST] = true;
}

static void mark_each(void *arg, const char *name, unsigned char type)
{
    (void)type;
    mark(arg, name);
}

/* All names when the folder is too large to be listed, or cannot be: then each is tried. */
static void names_of(struct interpreter_names *names, const char *folder, const struct stat *st)
{
    AUTO(err) struct err ignored = ERR_INIT;
    memset(names, 0, sizeof *names);
    if (st->st_size > LISTED_BYTES || folder_each(folder, mark_each, names, &ignored) != 1)
        memset(names, 1, sizeof *names);
}

static void look_in(struct places *p, const char *folder)
{
    struct stat st;
    AUTO_CLOSE int fd = open_new_folder(p, folder, &st);
    if (fd < 0)
        return;
    struct interpreter_names names;
    names_of(&names, folder, &st);
    if (names.plain)
        add_if_program(p, fd, folder, "python3");
    for (int i = 0; i < MINORS; i++) {
        char name[32];
        snprintf(name, sizeof name, "python3.%d", MINOR_FIRST + i);
        if (names.minor[i])
            add_if_program(p, fd, folder, name);
        snprintf(name, sizeof name, "python3.%dt", MINOR_FIRST + i);
        if (names.threaded[i])
            add_if_program(p, fd, folder, name);
    }
}

/* The python3 of everything installed in parent, by name of the folder. */
static void look_in_installs(struct places *p, const char *parent)
{
    struct stat st;
    AUTO_CLOSE int fd = open_new_folder(p, parent, &st);
    AUTO(strvec) struct strvec names = {0};
    struct err cause = ERR_INIT;
    if (fd < 0 || (folder_names(&names, parent, &cause) < 0 && take_trouble(p, &cause)))
        return;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *program = xstrf("%s/bin/python3", names.items[i]);
        if (names.items[i][0] != '.')
            add_if_program(p, fd, parent, program);
    }
}

static void look_under(struct places *p, const char *root, const char *below)
{
    AUTO_FREE char *parent = path_join(root, below);
    look_in_installs(p, parent);
}

/* A folder of shims is a version manager's: what it would choose from stands beside it. pyenv has
 * ROOT/shims and ROOT/versions, asdf ROOT/shims and ROOT/installs/python, mise the same. */
static bool look_behind_shims(struct places *p, const char *folder)
{
    if (!str_ends(folder, "/shims"))
        return false;
    AUTO_FREE char *root = path_dir(folder);
    look_under(p, root, "versions");
    look_under(p, root, "installs/python");
    return true;
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] == '/' ? value : NULL;
}

int interpreter_candidates(struct strvec *paths, struct err *e)
{
    struct places places = {.paths = paths, .e = e}, *p = &places;
    struct slice rest = slice_of(getenv("PATH") ? getenv("PATH") : "");
    while (rest.ptr) {
        struct slice part = slice_cut(&rest, ':');
        if (!part.len || part.ptr[0] != '/')
            continue;
        AUTO_FREE char *text = xstrndup(part.ptr, part.len);
        AUTO_FREE char *folder = path_clean(text);
        if (!look_behind_shims(p, folder))
            look_in(p, folder);
    }
    AUTO_FREE char *home = dirs_home();
    const char *pyenv = environment("PYENV_ROOT");
    const char *uv = environment("UV_PYTHON_INSTALL_DIR"), *data = environment("XDG_DATA_HOME");
    if (pyenv)
        look_under(p, pyenv, "versions");
    if (uv)
        look_in_installs(p, uv);
    if (data)
        look_under(p, data, "uv/python");
    if (home) {
        static const char *const below[] = {".pyenv/versions", ".asdf/installs/python",
            ".local/share/mise/installs/python", ".local/share/uv/python"};
        for (size_t i = 0; i < COUNT(below); i++)
            look_under(p, home, below[i]);
    }
    look_in(p, "/usr/local/bin");
    look_in(p, "/usr/bin");
    look_in_installs(p, "/opt/python");
    set_release(&p->seen);
    return e->kind ? -1 : 0;
}

struct found_interpreter {
    struct interpreter python;
    size_t order;
};

/* Minor version, then ABI ("cp313" before "cp313t"), then as found. */
static int oldest_first(const void *pa, const void *pb)
{
    const struct found_interpreter *a = pa, *b = pb;
    if (a->python.abi.minor != b->python.abi.minor)
        return a->python.abi.minor < b->python.abi.minor ? -1 : 1;
    int abi = strcmp(a->python.abi_tag, b->python.abi_tag);
    return abi ? abi : (a->order > b->order) - (a->order < b->order);
}

static bool path_seen_before(struct set *seen, const char *path)
{
    AUTO(err) struct err ignored = ERR_INIT;
    struct stat st;
    return path_look(&st, path, true, &ignored) != 1 || seen_before(seen, &st);
}

/* Asks all of them; what gives no sensible answer is left out, but when the machine could not ask. */
static int ask_all(struct interpreters *out, struct arena *a, const struct strvec *paths,
    const char *const *runner, const struct fact_memory *memory, struct err *e)
{
    AUTO(set) struct set seen = {0};
    VEC(struct found_interpreter) all = {0};
    for (size_t i = 0; i < paths->len && !e->kind; i++) {
        AUTO_FREE char *real =
            path_seen_before(&seen, paths->items[i]) ? NULL : realpath(paths->items[i], NULL);
        AUTO(err) struct err cause = ERR_INIT;
        struct found_interpreter f = {.order = all.len};
        const char *why;
        if (!real || interpreter_ask(&f.python, a, real, runner, memory, &why, &cause) != 0) {
            if (err_is_of_machine(&cause))
                err_move(e, &cause);
            continue;
        }
        bool known = strcmp(f.python.path, real) != 0 && path_seen_before(&seen, f.python.path);
        if (!known)
            vec_push(&all, f);
    }
    if (all.len)
        qsort(all.items, all.len, sizeof *all.items, oldest_first);
    *out = (struct interpreters){arena_alloc(a, (all.len + 1) * sizeof *out->items), all.len};
    for (size_t i = 0; i < all.len; i++)
        out->items[i] = all.items[i].python;
    vec_release(&all);
    return e->kind ? -1 : 0;
}

int interpreters_find(
    struct interpreters *out, struct arena *a, const struct fact_memory *memory, struct err *e)
{
    AUTO(strvec) struct strvec paths = {0};
    *out = (struct interpreters){0};
    if (interpreter_candidates(&paths, e) < 0)
        return -1;
    return ask_all(out, a, &paths, NULL, memory, e);
}

int interpreters_find_in(struct interpreters *out, struct arena *a, const char *root,
    const char *const *runner, const struct fact_memory *memory, struct err *e)
{
    static const char *const folders[] = {"usr/bin", "usr/local/bin", "bin"};
    AUTO(strvec) struct strvec paths = {0};
    struct places places = {.paths = &paths, .e = e};
    *out = (struct interpreters){0};
    for (size_t i = 0; i < COUNT(folders); i++) {
        AUTO_FREE char *folder = path_join(root, folders[i]);
        look_in(&places, folder);
    }
    set_release(&places.seen);
    if (e->kind || ask_all(out, a, &paths, runner, memory, e) < 0)
        return -1;
    for (size_t i = 0; i < out->len; i++) {
        out->items[i].root = arena_strdup(a, root);
        out->items[i].runner = runner;
    }
    if (out->len)
        return 0;
    AUTO_FREE char *tried =
        paths.len ? xstrf("%s does not run", paths.items[0]) : xstrdup("it has no python3");
    return err_set(e, ERR_MISSING, "%s: no interpreter is in there: %s", root, tried);
}
