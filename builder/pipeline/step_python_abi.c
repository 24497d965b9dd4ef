/* The headers of a Python that need not be here: those of a distribution's development package as they are,
 * or of a source that is configured and not built. What they say of themselves is held against what the
 * recipe is called. The tree is
 *
 *     include/              Python.h and all others, pyconfig.h among them
 *     build-details.json    PEP 739, with paths relative to itself
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "python/details.h"
#include "sched/process.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { TEXT_MAX = 8 << 20 };

static bool is_configured(const struct step_run *s)
{
    return step_recipe(s)->build.system != BUILD_NONE;
}

/* What the plan takes a recipe of that name for. */
static struct interpreter planned(const struct step_run *s, const char *name)
{
    const struct run *r = s->run;
    const struct recipe *recipe = step_recipe(s);
    const struct platform *p = &r->machine.target.platform;
    struct interpreter python = {0};
    interpreter_of_pack(&python, r->arena, name, recipe->version, recipe->file, p->arch,
        p->libc == LIBC_MUSL ? "musl" : "gnu");
    return python;
}

/* Of the build with the GIL. */
static const char *other_soabi(const struct step_run *s, const struct interpreter *p)
{
    return planned(s, arena_strf(s->run->arena, PYTHON_ABI_PREFIX "3.%d", p->abi.minor)).soabi;
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    return step_unpack(s, out, e);
}

/* What a configure for another architecture asks which Python would build with it. */
static int write_build_python(const struct step_run *s, const char *work, struct err *e)
{
    AUTO_FREE char *path = path_join(work, BUILD_PYTHON);
    AUTO_FREE char *text = xstrf("#!/bin/sh\necho 3.%d\n", planned(s, step_recipe(s)->name).abi.minor);
    return file_write(path, text, strlen(text), 0755, e);
}

/* A compiler for musl may be this machine's own, whose answer to one question is about glibc. */
static int write_build_cc(const struct step_run *s, const char *work, struct err *e)
{
    char *argv[] = {(char *)s->run->machine.toolchain.cc, NULL};
    AUTO_FREE char *path = path_join(work, BUILD_CC);
    AUTO_FREE char *compiler = process_words(argv);
    AUTO_FREE char *text = xstrf("#!/bin/sh\n[ \"$*\" = --print-multiarch ] || exec %s \"$@\"\n", compiler);
    return file_write(path, text, strlen(text), 0755, e);
}

static int configure(struct step_run *s, struct commands *more, struct err *e)
{
    struct run *r = s->run;
    AUTO_FREE char *work = path_join(s->draft.work, "build");
    AUTO_FREE char *home = path_join(s->draft.work, "home");
    AUTO_FREE char *prefix = xstrf(BUILD_PREFIX "/%s", step_recipe(s)->name);
    if (step_age_patched_files(s, e) < 0 || folder_make(work, e) < 0 || folder_make(home, e) < 0 ||
        (r->machine.toolchain.cross && write_build_python(s, work, e) < 0) ||
        (r->machine.target.platform.libc == LIBC_MUSL && write_build_cc(s, work, e) < 0))
        return -1;
    const struct build_request request = {
        .recipe = step_recipe(s),
        .toolchain = &r->machine.toolchain,
        .src = s->src,
        .work = work,
        .destdir = work,
        .prefix = prefix,
        .logs = s->draft.logs,
        .home = home,
        .source_date_epoch = step_epoch(s),
        .path = r->machine.build_path,
        .tools = &r->machine.tools,
    };
    return backend_configure_alone(&request, more, e);
}

/* Where what is looked for lies, below the source: absolute, the caller frees them. */
struct found {
    char *include;  /* Python.h */
    char *pyconfig; /* pyconfig.h of this architecture */
    char *makefile; /* of the interpreter's own build */
    bool gil;       /* all that is of the build with the GIL, and the free-threaded one is wanted */
};

static void found_release(struct found *f)
{
    free(f->include);
    free(f->pyconfig);
    free(f->makefile);
}
#define AUTO_FOUND __attribute__((cleanup(found_release)))

/* FOLDER/config-3.14-x86_64-linux-gnu/Makefile, whatever the folder is called; the caller frees it. */
static char *find_makefile(const char *folder, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, folder, e) < 0)
        return NULL;
    for (size_t i = 0; i < names.len; i++)
        if (str_starts(names.items[i], "config-"))
            return xstrf("%s/%s/Makefile", folder, names.items[i]);
    return xstrf("%s/config/Makefile", folder);
}

/* Distributions that install several architectures side by side have a folder for each. */
static int find_named(
    struct found *f, const char *root, const char *name, const char *multiarch, struct err *e)
{
    AUTO_FREE char *library = xstrf("%s/lib/%s", root, name);
    f->include = xstrf("%s/include/%s", root, name);
    f->pyconfig = xstrf("%s/include/%s/%s/pyconfig.h", root, multiarch, name);
    int own = path_is_file(f->pyconfig, e);
    if (own < 0)
        return -1;
    if (!own) {
        free(f->pyconfig);
        f->pyconfig = path_join(f->include, "pyconfig.h");
    }
    f->makefile = find_makefile(library, e);
    return f->makefile ? 0 : -1;
}

/* Few distributions have a package of the free-threaded build. The headers are those of the other one:
 * configure makes them differ in one line of pyconfig.h. */
static int find_in_package(
    struct found *f, const struct step_run *s, const struct interpreter *p, struct err *e)
{
    const char *multiarch = arch_find(p->machine)->multiarch;
    AUTO_FREE char *usr = path_join(s->src, "usr");
    AUTO_FREE char *name = xstrf("python3.%d%s", p->abi.minor, p->abi.free_threaded ? "t" : "");
    AUTO_FREE char *with_gil = xstrf("python3.%d", p->abi.minor);
    int has_usr = path_is_folder(usr, e);
    if (has_usr < 0)
        return -1;
    const char *root = has_usr ? usr : s->src;
    AUTO_FREE char *include = xstrf("%s/include/%s", root, name);
    int own = path_is_folder(include, e);
    if (own < 0)
        return -1;
    f->gil = !own && p->abi.free_threaded;
    return find_named(f, root, f->gil ? with_gil : name, multiarch, e);
}

static int find(struct found *f, const struct step_run *s, const struct interpreter *p, struct err *e)
{
    if (!is_configured(s))
        return find_in_package(f, s, p, e);
    f->include = path_join(s->src, "Include");
    f->pyconfig = xstrf("%s/build/pyconfig.h", s->draft.work);
    f->makefile = xstrf("%s/build/Makefile", s->draft.work);
    return 0;
}

static int read_file(struct strbuf *out, const struct step_run *s, const char *path, struct err *e)
{
    int there = path_is_file(path, e);
    if (there == 1)
        return file_read(out, path, TEXT_MAX, e);
    if (there < 0)
        return -1;
    const char *below = path_below(path, s->draft.work);
    return err_set(e, ERR_BUILD,
        "%s: its source has no %s: is it the development package of Python %s for %s?", step_recipe(s)->file,
        below ? below : path, step_recipe(s)->name + strlen(PYTHON_ABI_PREFIX), s->run->machine.platform);
}

/* All of them, and the pyconfig.h of the architecture in place of one that chooses. */
static int keep_headers(
    const struct step_run *s, const struct found *f, const struct strbuf *pyconfig, struct err *e)
{
    AUTO_FREE char *include = path_join(s->draft.stage, PACK_INCLUDE);
    AUTO_FREE char *kept = path_join(include, "pyconfig.h");
    return file_rename(f->include, include, e) < 0 ? -1
                                                   : file_write(kept, pyconfig->ptr, pyconfig->len, 0644, e);
}

/* Turns the one line in which the builds differ. */
static int set_gil_disabled(struct strbuf *pyconfig, const struct recipe *r, struct err *e)
{
    static const char unset[] = "/* #undef Py_GIL_DISABLED */", set[] = "#define Py_GIL_DISABLED 1";
    AUTO_FREE char *text = strbuf_steal(pyconfig);
    const char *at = strstr(text, unset);
    if (!at)
        return recipe_wrong(e, r, r->name,
            "name \"%s\": the package is of a Python without a free-threaded build: its pyconfig.h has no "
            "line %s",
            r->name, unset);
    strbuf_add(pyconfig, text, (size_t)(at - text));
    strbuf_adds(pyconfig, set);
    strbuf_adds(pyconfig, at + strlen(unset));
    return 0;
}

/* The recipe's name, version and target are what modules are named by before anything of it is known. */
static int hold(
    const struct step_run *s, const struct python_details *d, const struct interpreter *p, struct err *e)
{
    const struct recipe *r = step_recipe(s);
    if (strcmp(d->version, r->version) != 0)
        return recipe_wrong(
            e, r, r->version, "version \"%s\": its patchlevel.h says %s", r->version, d->version);
    if (d->free_threaded != p->abi.free_threaded)
        return recipe_wrong(e, r, r->name, "name \"%s\": its pyconfig.h says that it is %s", r->name,
            d->free_threaded ? "the free-threaded build (Py_GIL_DISABLED): name it \"python3.Nt\""
                             : "the build with the GIL, and not the free-threaded one");
    if (strcmp(d->soabi, p->soabi) != 0 || d->pointer_bytes != (p->is_64bit ? 8 : 4))
        return recipe_wrong(e, r, r->name, "is for %s, and its Makefile says %s (pointers of %d bytes)",
            p->soabi, d->soabi, d->pointer_bytes);
    return 0;
}

static int read_all(struct step_run *s, const struct found *f, const struct interpreter *python,
    struct strbuf *pyconfig, struct python_details *details, struct err *e)
{
    AUTO(strbuf) struct strbuf patchlevel = {0};
    AUTO(strbuf) struct strbuf makefile = {0};
    AUTO_FREE char *level = path_join(f->include, "patchlevel.h");
    if (read_file(&patchlevel, s, level, e) < 0 || read_file(pyconfig, s, f->pyconfig, e) < 0 ||
        read_file(&makefile, s, f->makefile, e) < 0)
        return -1;
    if (f->gil && set_gil_disabled(pyconfig, step_recipe(s), e) < 0)
        return -1;
    python_details_read(
        details, s->run->arena, strbuf_str(&patchlevel), strbuf_str(pyconfig), strbuf_str(&makefile));
    if (f->gil && strcmp(details->soabi, other_soabi(s, python)) == 0) {
        details->soabi = python->soabi;
        details->ext_suffix = python->ext_suffix;
    }
    return 0;
}

static int assemble(struct step_run *s, struct err *e)
{
    const struct interpreter python = planned(s, step_recipe(s)->name);
    AUTO_FOUND struct found f = {0};
    AUTO(strbuf) struct strbuf pyconfig = {0};
    AUTO(strbuf) struct strbuf json = {0};
    AUTO_FREE char *kept = path_join(s->draft.stage, "build-details.json");
    struct python_details details;
    if (find(&f, s, &python, e) < 0 || read_all(s, &f, &python, &pyconfig, &details, e) < 0 ||
        hold(s, &details, &python, e) < 0 || keep_headers(s, &f, &pyconfig, e) < 0)
        return -1;
    python_details_write(&json, &details, python.machine, PACK_INCLUDE);
    return file_write(kept, json.ptr, json.len, 0644, e);
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    if (s->phase == 1 && is_configured(s))
        return configure(s, more, e);
    return assemble(s, e) < 0 ? -1 : step_commit(s, e);
}

const struct step_hooks step_python_abi_hooks = {
    .prepare = prepare, .finish = finish, .widest = 1, .unpacks = true, .apart = true, .failure = ERR_BUILD};
