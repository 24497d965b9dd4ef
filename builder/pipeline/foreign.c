/* Interpreters of another system than this machine's: its files in a folder (--python-root), run here by its
 * own dynamic loader, which stands for another kernel's processor behind qemu's user emulation. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/host.h"
#include "loader/machine.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static char *find_emulator(const struct arch *arch, struct err *e)
{
    AUTO_FREE char *name = xstrf("qemu-%s", arch->qemu);
    AUTO_FREE char *fixed = xstrf("%s-static", name);
    char *path = host_program_find(name, NULL, e);
    if (!path && !e->kind)
        path = host_program_find(fixed, NULL, e);
    if (path || e->kind)
        return path;
    AUTO_FREE char *remedy = host_emulator_remedy(arch);
    err_set(
        e, ERR_MISSING, "%s, which runs programs for %s here, is not in PATH: %s", name, arch->name, remedy);
    return NULL;
}

/* The loader of the target, wherever its links lead inside the root; the caller frees it. */
static char *find_loader(const struct loader_machine *m, const struct platform *p, struct err *e)
{
    const char *name = p->libc == LIBC_MUSL ? p->arch->musl_loader : p->arch->glibc_loader;
    static const char *const folders[] = {"/lib64", "/lib", "/usr/lib64", "/usr/lib"};
    for (size_t i = 0; i < COUNT(folders); i++) {
        AUTO_FREE char *inside = path_join(folders[i], name);
        char *path = loader_machine_has(m, inside) ? loader_machine_path(m, inside) : NULL;
        if (path)
            return path;
    }
    err_set(e, ERR_MISSING, "%s: has no %s, so it is not a system that %s is for", m->root, name, p->name);
    return NULL;
}

/* Where libraries are: the usual folders, and those of a distribution that keeps one for each architecture.
 */
static void add_folders(struct strbuf *out, const struct loader_machine *m, const char *triplet)
{
    const char *const below[] = {"/lib/", "/usr/lib/", "/lib64/", "/usr/lib64/", "/usr/local/lib/"};
    for (size_t i = 0; i < COUNT(below); i++)
        for (int own = 1; own >= 0; own--) {
            AUTO_FREE char *inside = xstrf("%s%s", below[i], own && triplet ? triplet : "");
            AUTO_FREE char *path =
                loader_machine_has_folder(m, inside) ? loader_machine_path(m, inside) : NULL;
            if (path && (!own || triplet))
                strbuf_addf(out, "%s%s", out->len ? ":" : "", path);
        }
}

/* [qemu-aarch64] LOADER --library-path FOLDERS */
static const char *const *make_runner(struct run *r, const char *root, struct err *e)
{
    const struct platform *p = &r->machine.target.platform;
    struct loader_machine m;
    if (loader_machine_open(&m, root, NULL, e) < 0)
        return NULL;
    AUTO(strbuf) struct strbuf folders = {0};
    AUTO_FREE char *emulator = r->machine.toolchain.cross ? find_emulator(p->arch, e) : NULL;
    AUTO_FREE char *loader = r->machine.toolchain.cross && !emulator ? NULL : find_loader(&m, p, e);
    add_folders(&folders, &m, p->arch->multiarch);
    loader_machine_release(&m);
    if (!loader)
        return NULL;
    const char **words = arena_alloc(r->arena, 5 * sizeof *words);
    size_t len = 0;
    if (emulator)
        words[len++] = arena_strdup(r->arena, emulator);
    words[len++] = arena_strdup(r->arena, loader);
    words[len++] = "--library-path";
    words[len++] = arena_strdup(r->arena, strbuf_str(&folders));
    return words;
}

/* The loader's name does not tell: two architectures have the same one. */
static int check_machine(const struct run *r, const char *root, struct err *e)
{
    const struct arch *arch = r->machine.target.platform.arch;
    const struct interpreter *p = r->machine.buildable.items;
    if (!arch || !r->machine.buildable.len || strcmp(p->machine, arch->name) == 0)
        return 0;
    return err_set(e, ERR_ENVIRONMENT, "--python-root %s: %s is for %s, and the target is %s", root, p->path,
        *p->machine ? p->machine : "an architecture that is not known", target_name(&r->machine.target));
}

static int find_in_root(struct run *r, struct err *e)
{
    AUTO_FREE char *absolute = path_absolute(r->request->python_root);
    AUTO_FREE char *root = realpath(absolute, NULL);
    if (!root)
        return err_errno(e, ERR_ENVIRONMENT, "--python-root %s", absolute);
    const char *const *runner = make_runner(r, root, e);
    if (!runner)
        return err_wrap(e, "--python-root");
    if (interpreters_find_in(&r->machine.buildable, r->arena, root, runner, &r->machine.memory, e) < 0)
        return -1;
    return check_machine(r, root, e);
}

/* Those of this machine that cannot be built for are told when they are chosen among. */
static bool is_for(const struct run *r, const struct interpreter *p)
{
    bool musl = strstr(p->ext_suffix, "-linux-musl") != NULL;
    if (r->machine.target.native)
        return true;
    if (r->machine.toolchain.cross && strcmp(p->machine, r->machine.target.platform.arch->name) != 0)
        return false;
    return musl == (r->machine.target.platform.libc == LIBC_MUSL);
}

int run_find_interpreters(struct run *r, struct err *e)
{
    if (interpreters_find(&r->machine.found, r->arena, &r->machine.memory, e) < 0)
        return -1;
    if (r->request->python_root)
        return find_in_root(r, e);
    r->machine.buildable.items =
        arena_alloc(r->arena, (r->machine.found.len + 1) * sizeof *r->machine.buildable.items);
    for (size_t i = 0; i < r->machine.found.len; i++)
        if (is_for(r, &r->machine.found.items[i]))
            r->machine.buildable.items[r->machine.buildable.len++] = r->machine.found.items[i];
    if (r->machine.buildable.len || !r->machine.found.len || r->request->python)
        return 0;
    return err_set(e, ERR_MISSING,
        "no interpreter here is for %s: give one's system with --python-root, a folder with the files of its "
        "packages (interpreter, standard library, headers, C library), or name versions with --python that "
        "recipes "
        "have the headers of",
        target_name(&r->machine.target));
}

/* Debian's pyconfig.h includes one in a folder for each architecture, which only a compiler that looks into
 * the root's /usr/include would find; there it would find other C libraries' headers as well. So a folder
 * with a link to that one alone is made. */
char *step_python_headers(const struct interpreter *p, const char *folder, struct err *e)
{
    const struct arch *arch = arch_find(p->machine);
    if (!p->root || !arch)
        return xstrdup("");
    const char *triplet = arch->multiarch;
    AUTO_FREE char *parent = path_dir(p->include);
    const char *name = path_base(p->include);
    AUTO_FREE char *real = xstrf("%s/%s/%s", parent, triplet, name);
    int is_folder = path_is_folder(real, e);
    if (is_folder != 1)
        return is_folder < 0 ? NULL : xstrdup("");
    AUTO_FREE char *made = path_join(folder, triplet);
    AUTO_FREE char *link = path_join(made, name);
    if (folder_make(made, e) < 0)
        return NULL;
    if (symlink(real, link) < 0) {
        err_errno(e, ERR_ENVIRONMENT, "%s", link);
        return NULL;
    }
    return xstrdup(folder);
}
