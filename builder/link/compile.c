/* One compile command a source. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/pc.h"
#include "link/internal.h"
#include "python/abi/abi.h"
#include "recipe/substitute.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "toolchain/hardening.h"

static int push_limited_api(const struct link_request *r, struct strvec *argv, struct err *e)
{
    if (!r->limited_api)
        return 0;
    struct python_abi abi;
    if (!python_abi_parse(&abi, slice_of(r->limited_api)))
        return module_error(r, e, "no such version of the limited API:", r->limited_api);
    strvec_pushf(argv, "-D%s=0x%08x", r->abi3t ? "Py_TARGET_ABI3T" : "Py_LIMITED_API", python_abi_hex(&abi));
    return 0;
}

/* Up to 3.8 PyMODINIT_FUNC does not set the visibility, and what else is exported may not either; the version
 * script keeps the rest in. */
static bool needs_visible_symbols(const struct link_request *r)
{
    return (r->python && r->python->abi.minor < 9) || r->module->exports.len > 0;
}

static void push_interpreter(const struct interpreter *python, struct strvec *argv)
{
    strvec_pushf(argv, "-I%s", python->include);
    if (python->platinclude && *python->platinclude && strcmp(python->platinclude, python->include) != 0)
        strvec_pushf(argv, "-I%s", python->platinclude);
}

static void push_includes(
    const struct link_request *r, const bool *used, const struct strvec *pc_flags, struct strvec *argv)
{
    for (size_t i = 0; i < r->module->include.len; i++) {
        const char *below = r->module->include.items[i];
        if (strcmp(below, ".") == 0)
            strvec_pushf(argv, "-I%s", r->src);
        else
            strvec_pushf(argv, "-I%s/%s", r->src, below);
    }
    for (size_t i = 0; i < r->library_count; i++)
        if (used[i])
            strvec_pushf(
                argv, r->libraries[i].role == INPUT_WHEEL ? "-I%s" : "-I%s/include", r->libraries[i].tree);
    for (size_t i = 0; i < pc_flags->len; i++)
        if (!strvec_has(argv, pc_flags->items[i]))
            strvec_push(argv, pc_flags->items[i]);
    if (r->python)
        push_interpreter(r->python, argv);
    if (r->python_headers && *r->python_headers)
        strvec_pushf(argv, "-I%s", r->python_headers);
}

/* Placeholders in the module's own texts: what a build has, less what only an install step needs. */
static int push_texts(const struct link_request *r, const struct texts *texts, const char *prefix,
    struct strvec *argv, struct err *e)
{
    const struct toolchain *t = r->toolchain;
    AUTO(substitution) struct substitution with = {.texts = {0}};
    AUTO(strvec) struct strvec cflags = {0};
    AUTO(strvec) struct strvec cxxflags = {0};
    AUTO(strvec) struct strvec ldflags = {0};
    hardening_flags_of(&cflags, &t->cflags, r->recipe);
    hardening_flags_of(&cxxflags, &t->cxxflags, r->recipe);
    hardening_flags_of(&ldflags, &t->ldflags, r->recipe);
    substitution_set(&with, "src", r->src);
    substitution_set(&with, "work", r->work);
    substitution_set(&with, "cc", t->cc);
    substitution_set(&with, "cxx", t->cxx);
    substitution_set(&with, "ar", t->ar);
    substitution_set(&with, "ranlib", t->ranlib);
    if (r->python)
        substitution_set(&with, "python", r->python->path);
    substitution_set_list(&with, "cflags", &cflags);
    substitution_set_list(&with, "cxxflags", &cxxflags);
    substitution_set_list(&with, "ldflags", &ldflags);
    for (size_t i = 0; i < r->library_count; i++) {
        AUTO_FREE char *key = xstrf("dep.%s.prefix", r->libraries[i].name);
        substitution_set(&with, key, r->libraries[i].tree);
    }
    for (size_t i = 0; i < texts->len; i++) {
        AUTO_FREE char *text = xstrf("%s%s", prefix, texts->items[i]);
        if (substitute(argv, text, &with, e) < 0)
            return err_wrap(e, "module %s", r->module->name);
    }
    return 0;
}

static int push_defines(const struct link_request *r, const bool *used, struct strvec *argv, struct err *e)
{
    strvec_push(argv, "-DNDEBUG");
    for (size_t i = 0; i < r->library_count; i++) {
        if (!used[i])
            continue;
        const struct texts *defines = &r->libraries[i].recipe->provides.defines;
        for (size_t k = 0; k < defines->len; k++)
            strvec_pushf(argv, "-D%s", defines->items[k]);
    }
    return push_texts(r, &r->module->defines, "-D", argv, e);
}

/* Paths as the source's own, so that they are the same wherever this runs. */
static void push_prefix_maps(const struct link_request *r, const bool *used, struct strvec *argv)
{
    strvec_pushf(argv, "-ffile-prefix-map=%s=.", r->src);
    strvec_pushf(argv, "-ffile-prefix-map=%s=.", r->work);
    for (size_t i = 0; i < r->library_count; i++)
        if (used[i])
            strvec_pushf(
                argv, "-ffile-prefix-map=%s=" BUILD_PREFIX "/%s", r->libraries[i].tree, r->libraries[i].name);
    if (r->python)
        strvec_pushf(argv, "-ffile-prefix-map=%s=python", r->python->include);
}

static bool std_fits(const char *std, bool cxx)
{
    return (strstr(std, "++") != NULL) == cxx;
}

/* What is `public` or `api` in a Cython source has a header, which Cython writes beside the C. */
static void push_cython_headers(const struct link_request *r, struct strvec *argv)
{
    for (size_t i = 0; i < r->module->sources.len; i++) {
        if (!source_is_cython(r->module->sources.items[i]))
            continue;
        AUTO_FREE char *made = cython_output(r->module, r->module->sources.items[i]);
        AUTO_FREE char *folder = path_dir(made);
        strvec_pushf(argv, "-I%s/%s", r->src, folder);
    }
}

static int compile(const struct link_request *r, const bool *used, const struct strvec *pc_flags,
    const char *source, const char *object, const struct strvec *env, struct commands *out, struct err *e)
{
    const struct module_spec *m = r->module;
    bool cython = source_is_cython(source);
    AUTO_FREE char *made = cython ? cython_output(m, source) : NULL;
    const char *file = made ? made : source;
    bool cxx = source_is_cxx(file), assembler = source_is_assembler(file);
    const struct module_files *own = module_files_of(m, source);

    AUTO_FREE char *log = xstrf("%s-%s", m->name, path_base(object));
    struct command *c = link_command(out, "compile", r->src, r->logs, log, env);
    c->beside = true;
    strvec_push(&c->argv, cxx ? r->toolchain->cxx : r->toolchain->cc);
    hardening_flags_of(&c->argv, cxx ? &r->toolchain->cxxflags : &r->toolchain->cflags, r->recipe);
    /* What Python itself is compiled with, and extensions have always been. */
    strvec_push(&c->argv, "-fwrapv");
    push_prefix_maps(r, used, &c->argv);
    if (needs_visible_symbols(r) || r->visible_inlines)
        strvec_push(&c->argv, "-fvisibility=default");
    if (assembler) /* what says nothing of its stack would have one that can be executed */
        strvec_push(&c->argv, "-Wa,--noexecstack");
    if (r->visible_inlines && cxx)
        strvec_push(&c->argv, "-fno-visibility-inlines-hidden");
    if (r->visible_inlines && !r->toolchain->is_clang) /* nobody comes in between all the same */
        strvec_push(&c->argv, "-fno-semantic-interposition");
    if (m->std && !assembler && std_fits(m->std, cxx))
        strvec_pushf(&c->argv, "-std=%s", m->std);
    if (push_defines(r, used, &c->argv, e) < 0 ||
        (own && push_texts(r, &own->defines, "-D", &c->argv, e) < 0) || push_limited_api(r, &c->argv, e) < 0)
        return -1;
    if (cython) {
        /* Its origin's folder: that is where a quoted include is looked for when the C lies beside it. */
        AUTO_FREE char *origin = path_dir(source);
        AUTO_FREE char *folder = path_join(r->src, origin);
        strvec_push(&c->argv, "-iquote");
        strvec_push(&c->argv, folder);
    }
    push_includes(r, used, pc_flags, &c->argv);
    push_cython_headers(r, &c->argv);
    if (push_texts(r, &m->cflags, "", &c->argv, e) < 0 ||
        (own && push_texts(r, &own->cflags, "", &c->argv, e) < 0))
        return -1;
    strvec_push(&c->argv, "-c");
    strvec_pushf(&c->argv, "%s/%s", r->src, file);
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, object);
    return 0;
}

/* As C of the extension is, without what the recipe says of that. */
int borrow_compile_command(
    const struct link_request *r, const struct strvec *env, struct commands *out, struct err *e)
{
    struct command *c = module_command(r, "compile-borrow", env, out);
    AUTO_FREE char *source = borrow_file(r, "c");
    AUTO_FREE char *object = borrow_file(r, "o");
    strvec_push(&c->argv, r->toolchain->cc);
    hardening_flags_of(&c->argv, &r->toolchain->cflags, r->recipe);
    strvec_pushf(&c->argv, "-ffile-prefix-map=%s=.", r->work);
    strvec_pushf(&c->argv, "-ffile-prefix-map=%s=python", r->python->include);
    if (needs_visible_symbols(r))
        strvec_push(&c->argv, "-fvisibility=default");
    if (push_limited_api(r, &c->argv, e) < 0)
        return -1;
    push_interpreter(r->python, &c->argv);
    if (r->python_headers && *r->python_headers)
        strvec_pushf(&c->argv, "-I%s", r->python_headers);
    strvec_push(&c->argv, "-c");
    strvec_push(&c->argv, source);
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, object);
    return 0;
}

static int add_pc_flags(const char *tree, const char *name, struct strvec *out, struct err *e)
{
    static const char *const folders[] = {"lib/pkgconfig", "share/pkgconfig"};
    enum { LARGEST = 1 << 20 };
    for (size_t i = 0; i < COUNT(folders); i++) {
        AUTO_FREE char *folder = path_join(tree, folders[i]);
        AUTO_FREE char *path = xstrf("%s/%s.pc", folder, name);
        AUTO(strbuf) struct strbuf text = {0};
        int there = path_is_file(path, e);
        if (there < 0)
            return -1;
        if (!there)
            continue;
        if (file_read(&text, path, LARGEST, e) < 0)
            return -1;
        return pc_cflags(out, (struct slice){strbuf_str(&text), text.len}, folder, e) < 0
                   ? err_wrap(e, "%s", path)
                   : 0;
    }
    return 0; /* that the tree has it was checked when it was built */
}

/* What the libraries' own pkg-config files ask for. */
static int gather_pc_flags(const struct link_request *r, const bool *used, struct strvec *out, struct err *e)
{
    for (size_t i = 0; i < r->library_count; i++) {
        const struct texts *names = &r->libraries[i].recipe->provides.pkg_config;
        for (size_t k = 0; used[i] && k < names->len; k++)
            if (add_pc_flags(r->libraries[i].tree, names->items[k], out, e) < 0)
                return -1;
    }
    return 0;
}

/* "003-_zmq.o": the number keeps two sources of one name apart. */
static char *object_path(const struct link_request *r, size_t i, const char *source)
{
    const char *base = path_base(source);
    const char *dot = strrchr(base, '.');
    int stem = (int)(dot ? dot - base : (long)strlen(base));
    return xstrf("%s/%03zu-%.*s.o", r->work, i, stem, base);
}

int compile_commands(const struct link_request *r, const bool *used, const struct strvec *env,
    struct strvec *objects, struct commands *out, struct err *e)
{
    AUTO(strvec) struct strvec sources = {0};
    AUTO(strvec) struct strvec pc_flags = {0};
    if (module_sources(r->recipe, r->module, r->src, &sources, e) < 0 ||
        (out && gather_pc_flags(r, used, &pc_flags, e) < 0))
        return -1;
    for (size_t i = 0; i < sources.len; i++) {
        const char *source = sources.items[i];
        AUTO_FREE char *object = object_path(r, i, source);
        AUTO_FREE char *common = r->common ? path_join(r->common, path_base(object)) : NULL;
        int there = common ? path_is_file(common, e) : 0;
        if (there < 0)
            return -1;
        if (there)
            strvec_push(objects, common);
        if (there || (!r->python && source_is_cython(source)))
            continue;
        if (out && compile(r, used, &pc_flags, source, object, env, out, e) < 0)
            return -1;
        strvec_push(objects, object);
    }
    return 0;
}
