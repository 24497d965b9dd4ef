/* What a build is told, it may drop; what it calls, it cannot do without. So everything that matters stands
 * behind the names of the programs, and nothing in CFLAGS or LDFLAGS, which setuptools would take in place of
 * what the interpreter was built with. */
#include "project/wrappers.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/dirs.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"
#include "toolchain/hardening.h"
#include "wrapper/names.h"
#include "wrapper/scripts.h"

static const char PROGRAM[] = "staticbuild-wrapper";

/* A module's entry points, of whatever name. */
static const char ENTRY_POINTS[] = "PyInit_*;\n    PyInitU_*;\n    PyModExport_*;\n    PyModExportU_*;";

/* Of the flags of our own modules those that a project decides for itself. */
static bool is_projects_own(const char *flag)
{
    return str_starts(flag, "-O") || str_starts(flag, "-fvisibility");
}

static int write_exports(const struct wrappers *w, struct err *e)
{
    AUTO_FREE char *path = template_path("module.map", e);
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(map) struct map values = {0};
    template_set(&values, "symbols", ENTRY_POINTS);
    if (!path || template_add(&out, path, &values, e) < 0)
        return -1;
    return file_write_if_changed(w->exports, out.ptr, out.len, 0644, e);
}

static void add(struct strbuf *out, const char *key, const char *value)
{
    if (value && *value)
        strbuf_addf(out, "%s %s\n", key, value);
}

static void add_path_map(struct strbuf *out, const char *from, const char *to)
{
    if (from && *from)
        strbuf_addf(out, "compile -ffile-prefix-map=%s=%s\n", from, to);
}

/* "-Wl,-z,now" as the linker reads it. */
static void add_linker_words(struct strbuf *out, const char *flag)
{
    struct slice rest = slice_of(flag + strlen("-Wl,"));
    while (rest.ptr) {
        struct slice word = slice_cut(&rest, ',');
        strbuf_addf(out, "module %.*s\n", (int)word.len, word.ptr);
    }
}

static void add_flags(struct strbuf *out, const struct wrappers *w)
{
    AUTO(strvec) struct strvec compile = {0};
    AUTO(strvec) struct strvec link = {0};
    hardening_flags_of(&compile, &w->toolchain->cflags, w->recipe);
    hardening_flags_of(&link, &w->toolchain->module_ldflags, w->recipe);
    for (size_t i = 0; i < compile.len; i++)
        if (!is_projects_own(compile.items[i]))
            add(out, "compile", compile.items[i]);
    for (size_t i = 0; i < link.len; i++) {
        if (str_starts(link.items[i], "-Wl,"))
            add_linker_words(out, link.items[i]);
        else if (str_starts(link.items[i], "-static-lib"))
            add(out, "link", link.items[i]);
    }
}

/* Where libraries may be taken from: without a kit, this machine's own too. */
static void add_allowed(struct strbuf *out, const struct wrappers *w)
{
    static const char *const system[] = {"/usr/lib", "/usr/lib64", "/lib", "/lib64"};
    add(out, "allowed", w->work);
    add(out, "allowed", w->src);
    add(out, "allowed", w->toolchain->kit);
    add(out, "allowed", w->compiler_folder);
    for (size_t i = 0; !w->toolchain->kit && i < COUNT(system); i++)
        add(out, "allowed", system[i]);
}

/* Headers of the libraries are found without being asked for, as a system's are, and before the system's. */
static void add_root(struct strbuf *out, const struct root *r)
{
    AUTO(strbuf) struct strbuf packages = {0};
    root_packages(&packages, r);
    add(out, "root", r->folder);
    add(out, "packages", strbuf_str(&packages));
    add(out, "allowed", r->folder);
    strbuf_addf(out, "compile -isystem\ncompile %s/usr/include\n", r->folder);
    for (size_t i = 0; i < r->input_count; i++) {
        const struct build_input *input = &r->inputs[i];
        AUTO_FREE char *prefix = xstrf(BUILD_PREFIX "/%s", input->name);
        if (input->role != INPUT_LIBRARY)
            continue;
        add(out, "allowed", input->tree);
        add_path_map(out, input->tree, prefix);
        for (size_t k = 0; k < input->recipe->provides.defines.len; k++)
            strbuf_addf(out, "compile -D%s\n", input->recipe->provides.defines.items[k]);
    }
}

/* A later mapping is tried first. */
static void add_rust(struct strbuf *out, const struct wrappers *w)
{
    if (!w->rust)
        return;
    strbuf_addf(out, "%s %s/rustc\n", wrapper_kind_word(WRAPPER_RUSTC), w->rust->bin);
    strbuf_addf(out, "rust --remap-path-prefix=%s=/build\n", w->work);
    strbuf_addf(out, "rust --remap-path-prefix=%s=.\n", w->src);
    strbuf_addf(out, "rust --remap-path-prefix=%s=/cargo\n", w->crates);
}

/* nm stands beside ar, under the same prefix. */
static char *nm_beside(const char *ar)
{
    size_t len = strlen(ar);
    return len > 2 && strcmp(ar + len - 2, "ar") == 0 ? xstrf("%.*snm", (int)(len - 2), ar) : NULL;
}

static void write_config(const struct wrappers *w, struct strbuf *out)
{
    const struct toolchain *t = w->toolchain;
    AUTO_FREE char *nm = nm_beside(t->ar);
    add(out, wrapper_kind_word(WRAPPER_CC), t->cc);
    add(out, wrapper_kind_word(WRAPPER_CXX), t->cxx);
    add(out, wrapper_kind_word(WRAPPER_LD), t->ld);
    add(out, wrapper_kind_word(WRAPPER_AR), t->ar);
    add(out, wrapper_kind_word(WRAPPER_RANLIB), t->ranlib);
    add(out, wrapper_kind_word(WRAPPER_STRIP), t->strip);
    add(out, wrapper_kind_word(WRAPPER_NM), nm);
    add(out, wrapper_kind_word(WRAPPER_PKG_CONFIG), w->pkg_config);
    add(out, "triplet", t->triplet);
    add(out, "confined", t->kit ? "yes" : "no");
    add(out, "exports", w->exports);
    add(out, "maps", w->maps);
    add(out, "log", w->log);
    add(out, "relinks", w->relinks);
    add(out, "own", w->work);
    add(out, "own", w->src);
    add(out, "remembered", w->remembered);
    add(out, "kept", w->python->include);
    add(out, "kept", w->python->platinclude);
    for (size_t i = 0; w->pythons && i < w->pythons->len; i++) {
        add(out, "kept", w->pythons->items[i].include);
        add(out, "kept", w->pythons->items[i].platinclude);
    }
    add_allowed(out, w);
    add_root(out, w->root);
    add_flags(out, w);
    add_rust(out, w);
    add_path_map(out, w->work, "/build");
    add_path_map(out, w->src, ".");
    add_path_map(out, w->python->include, "/opt/python/include");
}

/* One copy of the program, under all names. */
static int add_name(const char *folder, const char *first, const char *name, struct err *e)
{
    AUTO_FREE char *path = path_join(folder, name);
    return link(first, path) == 0 ? 0 : file_copy(first, path, e);
}

static int add_names(const struct wrappers *w, struct err *e)
{
    AUTO_FREE char *program = dirs_program();
    AUTO_FREE char *beside = path_dir(program);
    AUTO_FREE char *wrapper = path_join(beside, PROGRAM);
    AUTO_FREE char *first = xstrf("%s/%s", w->folder, PROGRAM);
    int there = path_is_file(wrapper, e);
    if (there < 0)
        return -1;
    if (!there)
        return err_set(e, ERR_MISSING,
            "%s: is not there: it comes with staticbuild, and stands for the compilers of a project's build",
            wrapper);
    if (file_copy(wrapper, first, e) < 0)
        return -1;
    for (size_t i = 0; i < wrapper_names_count; i++) {
        const struct wrapper_name *n = &wrapper_names[i];
        if (n->kind == WRAPPER_RUSTC && !w->rust)
            continue;
        AUTO_FREE char *with_triplet = xstrf("%s-%s", w->toolchain->triplet, n->name);
        if (add_name(w->folder, first, n->name, e) < 0 ||
            (n->with_triplet && add_name(w->folder, first, with_triplet, e) < 0))
            return -1;
    }
    for (size_t i = 0; i < scripts_count; i++)
        if (add_name(w->folder, first, scripts[i].name, e) < 0)
            return -1;
    return 0;
}

int wrappers_write(const struct wrappers *w, struct err *e)
{
    AUTO(strbuf) struct strbuf config = {0};
    AUTO_FREE char *path = path_join(w->folder, WRAPPER_CONFIG);
    write_config(w, &config);
    if (tree_remove(w->folder, e) < 0 || folder_make(w->folder, e) < 0 || folder_make(w->maps, e) < 0 ||
        (w->relinks && folder_make(w->relinks, e) < 0) ||
        (w->remembered && folder_make(w->remembered, e) < 0) || write_exports(w, e) < 0 ||
        add_names(w, e) < 0)
        return -1;
    return file_write_if_changed(path, strbuf_str(&config), config.len, 0644, e);
}

void wrappers_environment(const struct wrappers *w, const char *path, struct strvec *env)
{
    static const struct {
        const char *variable, *name, *more;
    } rows[] = {{"CC", "cc", ""}, {"CXX", "c++", ""}, {"LDSHARED", "cc", " -shared"},
        {"LDCXXSHARED", "c++", " -shared"}, {"AR", "ar", ""}, {"RANLIB", "ranlib", ""}, {"LD", "ld", ""},
        {"NM", "nm", ""}, {"PKG_CONFIG", "pkg-config", ""}};
    for (size_t i = 0; i < COUNT(rows); i++)
        strvec_pushf(env, "%s=%s/%s%s", rows[i].variable, w->folder, rows[i].name, rows[i].more);
    /* rustc is ours; what else comes with it, cargo above all, is found behind what the build has. */
    AUTO_FREE char *first =
        w->rust ? xstrf("%s:%s:%s", w->folder, path, w->rust->bin) : xstrf("%s:%s", w->folder, path);
    environment_set(env, "PATH", first);
}
