/* The files that go into a wheel: gathered by patterns, sorted, each once. */
#include "wheel/files.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "sys/fs.h"
#include "sys/path.h"

/* Matched against each part of the path: a folder's name leaves out all that is below it. */
static const char *const never[] = {".git*", ".hg*", ".svn", ".bzr", "CVS", ".DS_Store", "__pycache__",
    "*.py[co]", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".nox", "*.egg-info", "*.o", "*.obj",
    "*.lo", "*.a", "*.la", "*.lib", "*.so", "*.so.[0-9]*", "*.pyd", "*.dll", "*.dylib", "*.c", "*.cc",
    "*.cpp", "*.cxx", "*~", ".*.sw[op]"};

void wheel_files_release(struct wheel_files *f)
{
    vec_release(f);
    map_release(&f->by_name);
    arena_release(&f->arena);
}

static bool is_shared_object(const char *name)
{
    return str_ends(name, ".so") || strstr(name, ".so.");
}

int wheel_files_add(struct wheel_files *f, const char *to, const char *from, struct err *e)
{
    struct stat st;
    const char *there = map_get(&f->by_name, to);
    if (there)
        return err_set(e, ERR_PACKAGE, "%s and %s both become %s in the wheel; leave one out with `exclude`",
            there, from, to);
    int found = path_look(&st, from, true, e);
    if (found != 1)
        return found < 0 ? -1 : err_set(e, ERR_PACKAGE, "%s: No such file or directory", from);
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_PACKAGE, "%s: not a regular file; a wheel holds nothing else", from);
    struct wheel_file file = {
        .to = arena_strdup(&f->arena, to),
        .from = arena_strdup(&f->arena, from),
        .executable = is_shared_object(path_base(to)) || (st.st_mode & S_IXUSR),
    };
    vec_push(f, file);
    map_set(&f->by_name, file.to, (void *)file.from);
    return 0;
}

/* Joins without a slash when one is empty. */
static char *below(const char *folder, const char *name)
{
    return !*folder || strcmp(folder, ".") == 0 ? xstrdup(name)
           : !*name                             ? xstrdup(folder)
                                                : path_join(folder, name);
}

/* A symbolic link is shipped as the file it leads to, as sdists do, when that lies below root too. */
static int add_below(struct wheel_files *f, const char *to, const char *from, const char *root, struct err *e)
{
    struct stat st;
    int there = path_look(&st, from, false, e);
    if (there < 0)
        return -1;
    if (there && S_ISLNK(st.st_mode)) {
        AUTO_FREE char *target = realpath(from, NULL);
        AUTO_FREE char *top = realpath(root, NULL);
        size_t len = top ? strlen(top) : 0;
        if (!target || !top || strncmp(target, top, len) != 0 || target[len] != '/')
            return err_set(e, ERR_PACKAGE, "%s: is a link that leads out of %s; leave it out with `exclude`",
                from, root);
    }
    return wheel_files_add(f, to, from, e);
}

int wheel_files_add_tree(struct wheel_files *f, const char *from, const char *to, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    int is_folder = path_is_folder(from, e);
    if (is_folder < 0)
        return -1;
    if (!is_folder)
        return wheel_files_add(f, to, from, e);
    if (tree_list(from, NULL, NULL, &names, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(from, names.items[i]);
        AUTO_FREE char *place = below(to, names.items[i]);
        if (add_below(f, place, path, from, e) < 0)
            return -1;
    }
    return 0;
}

/* What a walk below one package must know. */
struct package_walk {
    const char *prefix; /* the package below root: patterns see prefix/relative */
    const struct wheel_spec *spec;
    bool *fitted; /* beside spec->include: something fits it */
};

static bool matches(const char *pattern, const char *path)
{
    AUTO_FREE char *plain = xstrdup(pattern);
    size_t len = strlen(plain);
    if (len > 1 && plain[len - 1] == '/')
        plain[len - 1] = '\0';
    return fnmatch(plain, path, 0) == 0;
}

static bool is_included(const struct package_walk *w, const char *path)
{
    bool found = false;
    for (size_t i = 0; i < w->spec->include.len; i++)
        if (matches(w->spec->include.items[i], path))
            found = w->fitted[i] = true;
    return found;
}

/* Walked folders come here before what is in them, so a match leaves out all below. */
static bool left_out(const char *relative, void *arg)
{
    const struct package_walk *w = arg;
    AUTO_FREE char *path = below(w->prefix, relative);
    bool included = is_included(w, path);
    for (size_t i = 0; i < COUNT(never); i++)
        if (!included && fnmatch(never[i], path_base(relative), 0) == 0)
            return true;
    for (size_t i = 0; i < w->spec->exclude.len; i++)
        if (matches(w->spec->exclude.items[i], path))
            return true;
    return false;
}

static int add_package(struct wheel_files *f, const char *root, const struct wheel_package *p,
    const struct recipe *r, bool *fitted, struct err *e)
{
    const char *package = p->from;
    AUTO(strvec) struct strvec names = {0};
    AUTO_FREE char *folder = path_join(root, package);
    struct package_walk w = {package, &r->wheel, fitted};
    int is_folder = path_is_folder(folder, e);
    if (is_folder < 0)
        return -1;
    if (!is_folder)
        return recipe_wrong(
            e, r, package, "wheel.packages: the source has no folder \"%s\" (looked in %s)", package, root);
    if (tree_list(folder, left_out, &w, &names, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *from = path_join(folder, names.items[i]);
        AUTO_FREE char *to = below(p->to ? p->to : package, names.items[i]);
        if (add_below(f, to, from, root, e) < 0)
            return -1;
    }
    return 0;
}

static int check_place(const struct recipe *r, const char *path, struct err *e)
{
    return path_stays_inside(path)
               ? 0
               : recipe_wrong(e, r, path, "wheel: \"%s\" must lie below the source", path);
}

int wheel_files_add_packages(struct wheel_files *f, const char *src, const struct recipe *r, struct err *e)
{
    const struct wheel_spec *w = &r->wheel;
    const char *root_name = w->root ? w->root : ".";
    AUTO_FREE char *joined = path_join(src, root_name);
    AUTO_FREE char *root = path_clean(joined);
    AUTO_FREE bool *fitted = xcalloc(w->include.len + 1, sizeof *fitted);
    for (size_t i = 0; i < w->package_count; i++)
        if (check_place(r, w->packages[i].from, e) < 0 ||
            add_package(f, root, &w->packages[i], r, fitted, e) < 0)
            return -1;
    for (size_t i = 0; i < w->include.len; i++)
        if (!fitted[i])
            return recipe_wrong(e, r, w->include.items[i],
                "wheel.include: no file of the packages fits \"%s\"", w->include.items[i]);
    for (size_t i = 0; i < w->modules.len; i++) {
        if (check_place(r, w->modules.items[i], e) < 0)
            return -1;
        AUTO_FREE char *from = path_join(root, w->modules.items[i]);
        if (wheel_files_add(f, w->modules.items[i], from, e) < 0)
            return err_wrap(e, "%s: wheel.modules", r->file);
    }
    return 0;
}
