/* What [provides] promised, against what was installed. */
#include <string.h>
#include <unistd.h>

#include "build/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static bool skip_own(const char *relative, void *arg)
{
    (void)arg;
    return strcmp(relative, ".staticbuild") == 0;
}

/* The same file name elsewhere in the tree ("lib64/libz.a"), or NULL. */
static const char *found_elsewhere(const struct strvec *files, const char *promised)
{
    for (size_t i = 0; i < files->len; i++)
        if (strcmp(path_base(files->items[i]), path_base(promised)) == 0)
            return files->items[i];
    return NULL;
}

/* said: the recipe's own text, which promised it. */
static void add_missing(const struct recipe *r, const char *said, const struct strvec *files,
    const char *promised, const char *what, const char *end, struct err *e)
{
    struct position at = recipe_position(r, said);
    const char *elsewhere = found_elsewhere(files, promised);
    if (elsewhere) {
        err_at(e, ERR_BUILD, at.file, (unsigned)at.line, (unsigned)at.column,
            "the build made no %s, but %s (the recipe's [provides] says otherwise)", promised, elsewhere);
        return;
    }
    AUTO(strbuf) struct strbuf there = {0};
    size_t shown = 0;
    for (size_t i = 0; end && i < files->len && shown < 5; i++)
        if (str_ends(files->items[i], end))
            strbuf_addf(&there, "%s%s", shown++ ? ", " : "; made were ", files->items[i]);
    err_at(e, ERR_BUILD, at.file, (unsigned)at.line, (unsigned)at.column, "the build made no %s %s%s", what,
        promised, strbuf_str(&there));
}

/* Adds why when even that cannot be told. */
static bool is_there(int (*look)(const char *, struct err *), const char *path, struct err *e)
{
    AUTO(err) struct err why = ERR_INIT;
    int there = look(path, &why);
    if (there < 0)
        err_add(e, why.kind, "%s", why.text);
    return there != 0;
}

static int may_be_run(const char *path, struct err *e)
{
    int is_file = path_is_file(path, e);
    return is_file == 1 ? path_allows(path, X_OK, e) : is_file < 0 ? -1 : 1;
}

static void check_archives(const struct recipe *r, const char *tree, const struct strvec *machine_paths,
    const struct strvec *files, struct err *e)
{
    AUTO_FREE char *prefix = xstrf(BUILD_PREFIX "/%s", r->name);
    struct path_check paths = {machine_paths, r->provides.prefix_inside ? NULL : prefix};
    for (size_t i = 0; i < r->provides.archives.len; i++) {
        const char *archive = r->provides.archives.items[i];
        AUTO_FREE char *path = path_join(tree, archive);
        if (!is_there(path_is_file, path, e))
            add_missing(r, archive, files, archive, "archive", ".a", e);
        else if (archive_check(path, archive, e) == 0 && r->kind == RECIPE_LIBRARY)
            path_check_archive(&paths, path, archive, e);
    }
}

static void check_present(const struct recipe *r, const char *tree, const struct texts *promised,
    const struct strvec *files, const char *what, const char *end, struct err *e)
{
    for (size_t i = 0; i < promised->len; i++) {
        AUTO_FREE char *path = path_join(tree, promised->items[i]);
        if (!is_there(path_exists, path, e))
            add_missing(r, promised->items[i], files, promised->items[i], what, end, e);
    }
}

static void not_executable(const struct recipe *r, const char *program, struct err *e)
{
    struct position at = recipe_position(r, program);
    err_at(e, ERR_BUILD, at.file, (unsigned)at.line, (unsigned)at.column, "%s is not executable", program);
}

static void check_programs(
    const struct recipe *r, const char *tree, const struct strvec *files, struct err *e)
{
    check_present(r, tree, &r->provides.programs, files, "program", NULL, e);
    for (size_t i = 0; i < r->provides.programs.len; i++) {
        AUTO_FREE char *path = path_join(tree, r->provides.programs.items[i]);
        if (!is_there(may_be_run, path, e))
            not_executable(r, r->provides.programs.items[i], e);
    }
}

static void check_pkg_config(
    const struct recipe *r, const char *tree, const struct strvec *files, struct err *e)
{
    for (size_t i = 0; i < r->provides.pkg_config.len; i++) {
        const char *name = r->provides.pkg_config.items[i];
        AUTO_FREE char *lib = xstrf("%s/lib/pkgconfig/%s.pc", tree, name);
        AUTO_FREE char *share = xstrf("%s/share/pkgconfig/%s.pc", tree, name);
        AUTO_FREE char *wanted = xstrf("lib/pkgconfig/%s.pc", name);
        if (!is_there(path_is_file, lib, e) && !is_there(path_is_file, share, e))
            add_missing(r, name, files, wanted, "pkg-config file", ".pc", e);
    }
}

static bool is_shared_library(const char *file)
{
    const char *base = path_base(file);
    return str_ends(base, ".so") || strstr(base, ".so.");
}

/* A linker that sees both takes the shared one. */
static void check_no_shared(const struct recipe *r, const struct strvec *files, struct err *e)
{
    if (r->kind != RECIPE_LIBRARY)
        return;
    for (size_t i = 0; i < files->len; i++)
        if (is_shared_library(files->items[i]))
            err_add(e, ERR_BUILD, "the build made a shared library, %s (turn it off in the recipe)",
                files->items[i]);
}

int tree_check(const struct recipe *r, const char *tree, const struct strvec *machine_paths, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    int is_folder = path_is_folder(tree, e);
    if (is_folder < 0)
        return -1;
    if (!is_folder)
        return err_set(e, ERR_BUILD, "%s: the build installed nothing", r->name);
    if (tree_list(tree, skip_own, NULL, &files, e) < 0 || tree_tidy(r, tree, &files, e) < 0)
        return -1;
    struct err found = ERR_INIT;
    check_archives(r, tree, machine_paths, &files, &found);
    check_present(r, tree, &r->provides.headers, &files, "header", NULL, &found);
    check_pkg_config(r, tree, &files, &found);
    check_programs(r, tree, &files, &found);
    check_present(r, tree, &r->provides.data, &files, "file", NULL, &found);
    check_present(r, tree, &r->provides.python_path, &files, "folder", NULL, &found);
    check_no_shared(r, &files, &found);
    state_check(r, tree, &found);
    return found.kind == ERR_NONE ? 0 : err_move(e, &found);
}
