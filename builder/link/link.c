#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/internal.h"
#include "sys/path.h"

struct command *link_command(
    struct commands *out, const char *phase, const char *dir, const char *logs, const struct strvec *env)
{
    struct command *c = commands_add(out, phase);
    strvec_push_all(&c->env, env);
    c->dir = xstrdup(dir);
    if (logs)
        c->log = xstrf("%s/%s.log", logs, phase);
    return c;
}

static int module_error(const struct link_request *r, struct err *e, const char *what, const char *name)
{
    const struct position *at = &r->module->at;
    return err_set(e, ERR_RECIPE, "%s:%d:%d: module %s: %s \"%s\"", at->file ? at->file : r->recipe->file,
        at->line, at->column, r->module->name, what, name);
}

/* Which of r->libraries the module links: those it names and what they need, or all. used has a flag each. */
static int choose_libraries(const struct link_request *r, bool *used, struct err *e)
{
    const struct texts *named = &r->module->libraries;
    AUTO(strvec) struct strvec wanted = {0};
    for (size_t i = 0; i < named->len; i++)
        strvec_push(&wanted, named->items[i]);
    for (size_t i = 0; i < r->libraries_len; i++)
        used[i] = named->len == 0;
    for (size_t w = 0; w < wanted.len; w++) {
        size_t i = 0;
        while (i < r->libraries_len && strcmp(r->libraries[i].name, wanted.items[w]) != 0)
            i++;
        if (i == r->libraries_len) {
            if (w < named->len)
                return module_error(r, e, "[requires] libraries does not have", wanted.items[w]);
            continue; /* needed by a library, under another feature */
        }
        used[i] = true;
        const struct requirements *needs = &r->libraries[i].recipe->libraries;
        for (size_t k = 0; k < needs->len; k++)
            if (!strvec_has(&wanted, needs->items[k].name))
                strvec_push(&wanted, needs->items[k].name);
    }
    return 0;
}

/* 0x030c0000 for "3.12" (PY_VERSION_HEX of its first release). */
static int push_limited_api(const struct link_request *r, struct strvec *argv, struct err *e)
{
    if (!r->limited_api)
        return 0;
    unsigned major, minor;
    char end;
    if (sscanf(r->limited_api, "%2u.%3u%c", &major, &minor, &end) != 2 || major != 3 || minor > 255)
        return module_error(r, e, "no such version of the limited API:", r->limited_api);
    strvec_pushf(argv, "-DPy_LIMITED_API=0x%02x%02x0000", major, minor);
    return 0;
}

/* Up to 3.8 PyMODINIT_FUNC does not set the visibility, and what else is exported may not either; the version
 * script keeps the rest in. */
static bool needs_visible_symbols(const struct link_request *r)
{
    return r->python->minor < 9 || r->module->exports.len > 0;
}

static void push_includes(const struct link_request *r, const bool *used, struct strvec *argv)
{
    for (size_t i = 0; i < r->module->include.len; i++) {
        const char *below = r->module->include.items[i];
        if (strcmp(below, ".") == 0)
            strvec_pushf(argv, "-I%s", r->src);
        else
            strvec_pushf(argv, "-I%s/%s", r->src, below);
    }
    for (size_t i = 0; i < r->libraries_len; i++)
        if (used[i])
            strvec_pushf(argv, "-I%s/include", r->libraries[i].tree);
    strvec_pushf(argv, "-I%s", r->python->include);
    if (r->python->platinclude && *r->python->platinclude &&
        strcmp(r->python->platinclude, r->python->include) != 0)
        strvec_pushf(argv, "-I%s", r->python->platinclude);
}

static void push_defines(const struct link_request *r, const bool *used, struct strvec *argv)
{
    strvec_push(argv, "-DNDEBUG");
    for (size_t i = 0; i < r->libraries_len; i++) {
        if (!used[i])
            continue;
        const struct texts *defines = &r->libraries[i].recipe->provides.defines;
        for (size_t k = 0; k < defines->len; k++)
            strvec_pushf(argv, "-D%s", defines->items[k]);
    }
    for (size_t k = 0; k < r->module->defines.len; k++)
        strvec_pushf(argv, "-D%s", r->module->defines.items[k]);
}

/* Paths as the source's own, so that they are the same wherever this runs. */
static void push_prefix_maps(const struct link_request *r, const bool *used, struct strvec *argv)
{
    strvec_pushf(argv, "-ffile-prefix-map=%s=.", r->src);
    strvec_pushf(argv, "-ffile-prefix-map=%s=.", r->work);
    for (size_t i = 0; i < r->libraries_len; i++)
        if (used[i])
            strvec_pushf(
                argv, "-ffile-prefix-map=%s=" BUILD_PREFIX "/%s", r->libraries[i].tree, r->libraries[i].name);
    strvec_pushf(argv, "-ffile-prefix-map=%s=python", r->python->include);
}

static bool std_fits(const char *std, bool cxx)
{
    return (strstr(std, "++") != NULL) == cxx;
}

static int compile(const struct link_request *r, const bool *used, const char *source, const char *object,
    const struct strvec *env, struct commands *out, struct err *e)
{
    const struct module_spec *m = r->module;
    bool cython = source_is_cython(source);
    AUTO_FREE char *made = cython ? cython_output(m, source) : NULL;
    const char *file = made ? made : source;
    bool cxx = source_is_cxx(file);

    struct command *c = link_command(out, "compile", r->src, r->logs, env);
    strvec_push(&c->argv, cxx ? r->toolchain->cxx : r->toolchain->cc);
    strvec_push_all(&c->argv, cxx ? &r->toolchain->cxxflags : &r->toolchain->cflags);
    /* What Python itself is compiled with, and extensions have always been. */
    strvec_push(&c->argv, "-fwrapv");
    push_prefix_maps(r, used, &c->argv);
    if (needs_visible_symbols(r))
        strvec_push(&c->argv, "-fvisibility=default");
    if (m->std && std_fits(m->std, cxx))
        strvec_pushf(&c->argv, "-std=%s", m->std);
    push_defines(r, used, &c->argv);
    if (push_limited_api(r, &c->argv, e) < 0)
        return -1;
    if (cython) {
        /* Its origin's folder: that is where a quoted include is looked for when the C lies beside it. */
        AUTO_FREE char *origin = path_dir(source);
        AUTO_FREE char *folder = path_join(r->src, origin);
        strvec_push(&c->argv, "-iquote");
        strvec_push(&c->argv, folder);
    }
    push_includes(r, used, &c->argv);
    for (size_t i = 0; i < m->cflags.len; i++)
        strvec_push(&c->argv, m->cflags.items[i]);
    strvec_push(&c->argv, "-c");
    strvec_pushf(&c->argv, "%s/%s", r->src, file);
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, object);
    return 0;
}

static bool texts_have(const struct texts *t, const char *text)
{
    for (size_t i = 0; i < t->len; i++)
        if (strcmp(t->items[i], text) == 0)
            return true;
    return false;
}

static void push_archive(const struct build_input *library, const char *archive, struct strvec *argv)
{
    bool whole = texts_have(&library->recipe->provides.whole_archive, archive);
    if (whole)
        strvec_push(argv, "-Wl,--whole-archive");
    strvec_pushf(argv, "%s/%s", library->tree, archive);
    if (whole)
        strvec_push(argv, "-Wl,--no-whole-archive");
}

static const struct texts *group_of(const struct provides *p, const char *archive)
{
    for (size_t i = 0; i < p->link_groups_len; i++)
        if (texts_have(&p->link_groups[i], archive))
            return &p->link_groups[i];
    return NULL;
}

/* In link order; a group stands where the first of its archives would. */
static void push_library(const struct build_input *library, struct strvec *argv)
{
    const struct provides *p = &library->recipe->provides;
    AUTO(strvec) struct strvec done = {0};
    for (size_t i = 0; i < p->archives.len; i++) {
        const char *archive = p->archives.items[i];
        const struct texts *group = group_of(p, archive);
        if (strvec_has(&done, archive))
            continue;
        if (!group) {
            push_archive(library, archive, argv);
            continue;
        }
        strvec_push(argv, "-Wl,--start-group");
        for (size_t k = 0; k < group->len; k++) {
            push_archive(library, group->items[k], argv);
            strvec_push(&done, group->items[k]);
        }
        strvec_push(argv, "-Wl,--end-group");
    }
}

/* The compiler's own runtime is linked by its driver, statically; libatomic has no other way than by name. */
static void push_system_libraries(const struct link_request *r, const bool *used, struct strvec *argv)
{
    AUTO(strvec) struct strvec all = {0};
    for (size_t i = 0; i < r->libraries_len; i++) {
        const struct texts *names = &r->libraries[i].recipe->provides.system_libraries;
        for (size_t k = 0; used[i] && k < names->len; k++)
            if (!strvec_has(&all, names->items[k]))
                strvec_push(&all, names->items[k]);
    }
    for (size_t i = 0; i < all.len; i++) {
        if (strcmp(all.items[i], "stdc++") == 0 || strcmp(all.items[i], "gcc_s") == 0)
            continue;
        strvec_pushf(argv, strcmp(all.items[i], "atomic") == 0 ? "-l:lib%s.a" : "-l%s", all.items[i]);
    }
}

static bool links_cxx(const struct link_request *r, const bool *used)
{
    if (module_has_cxx(r->module))
        return true;
    for (size_t i = 0; i < r->libraries_len; i++)
        if (used[i] && texts_have(&r->libraries[i].recipe->provides.system_libraries, "stdc++"))
            return true;
    return false;
}

static void add_link(const struct link_request *r, const bool *used, const struct strvec *objects,
    const struct strvec *env, struct commands *out)
{
    struct command *c = link_command(out, "link", r->work, r->logs, env);
    strvec_push(&c->argv, links_cxx(r, used) ? r->toolchain->cxx : r->toolchain->cc);
    strvec_push(&c->argv, "-shared");
    strvec_push_all(&c->argv, &r->toolchain->module_ldflags);
    strvec_pushf(&c->argv, "-Wl,--version-script=%s", r->version_script);
    strvec_pushf(&c->argv, "-Wl,-Map=%s", r->map);
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, r->out);
    strvec_push_all(&c->argv, objects);
    for (size_t i = 0; i < r->libraries_len; i++)
        if (used[i])
            push_library(&r->libraries[i], &c->argv);
    push_system_libraries(r, used, &c->argv);
}

/* "003-_zmq.o": the number keeps two sources of one name apart. */
static char *object_path(const struct link_request *r, size_t i, const char *source)
{
    const char *base = path_base(source);
    const char *dot = strrchr(base, '.');
    int stem = (int)(dot ? dot - base : (long)strlen(base));
    return xstrf("%s/%03zu-%.*s.o", r->work, i, stem, base);
}

int link_commands(const struct link_request *r, const struct strvec *env, struct commands *out, struct err *e)
{
    if (!r->module->sources.len)
        return module_error(r, e, "no sources in", r->module->name);
    if (!r->python->include || !*r->python->include)
        return err_set(e, ERR_ENVIRONMENT, "%s has no headers (Python.h)", r->python->path);
    AUTO_FREE bool *used = xcalloc(r->libraries_len + 1, sizeof *used);
    if (choose_libraries(r, used, e) < 0)
        return -1;
    if (links_cxx(r, used) && (!r->toolchain->cxx || !*r->toolchain->cxx))
        return err_set(
            e, ERR_ENVIRONMENT, "module %s needs a C++ compiler, and there is none", r->module->name);

    AUTO(strvec) struct strvec objects = {0};
    for (size_t i = 0; i < r->module->sources.len; i++) {
        const char *source = r->module->sources.items[i];
        AUTO_FREE char *object = object_path(r, i, source);
        if (compile(r, used, source, object, env, out, e) < 0)
            return -1;
        strvec_push(&objects, object);
    }
    add_link(r, used, &objects, env, out);
    return 0;
}
