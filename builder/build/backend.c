/* From a recipe to the commands of its build system; each has a file of its own and a row in a table. */
#include <string.h>

#include "build/internal.h"
#include "sys/path.h"

int backend_check_path(const char *path, const char *what, struct err *e)
{
    /* Build systems split flags and lists at these, and no quoting survives all of them. */
    static const char bad[] = " \t\n\r:;,'\"\\$`#=&|<>()*?[]!%";
    const char *at = path + strcspn(path, bad);
    if (!*at)
        return 0;
    return err_set(e, ERR_ENVIRONMENT,
        "%s is in a folder that build systems cannot use because of '%c' in its name: %s (choose another "
        "with STATICBUILD_CACHE)",
        what, *at, path);
}

static int check_request(const struct build_request *r, struct err *e)
{
    if (backend_check_path(r->src, "the source", e) < 0 || backend_check_path(r->work, "the build", e) < 0 ||
        backend_check_path(r->destdir, "the stage", e) < 0)
        return -1;
    for (size_t i = 0; i < r->input_count; i++)
        if (backend_check_path(r->inputs[i].tree, r->inputs[i].name, e) < 0)
            return -1;
    if (strcmp(r->recipe->build.directory ? r->recipe->build.directory : ".", ".") != 0 &&
        !path_stays_inside(r->recipe->build.directory))
        return err_set(e, ERR_RECIPE, "%s: build.directory \"%s\" leaves the source", r->recipe->file,
            r->recipe->build.directory);
    return 0;
}

static void fill_substitution(struct backend *b)
{
    const struct build_request *r = b->request;
    substitution_set(&b->with, "prefix", r->prefix);
    substitution_set(&b->with, "destdir", r->destdir);
    substitution_set(&b->with, "src", r->src);
    substitution_set(&b->with, "work", r->work);
    substitution_set(&b->with, "jobs", b->jobs);
    substitution_set(&b->with, "cc", r->toolchain->cc);
    substitution_set(&b->with, "cxx", r->toolchain->cxx);
    substitution_set(&b->with, "ar", r->toolchain->ar);
    substitution_set(&b->with, "ranlib", r->toolchain->ranlib);
    if (r->python)
        substitution_set(&b->with, "python", r->python);
    substitution_set_list(&b->with, "cflags", &b->flags.cflags);
    substitution_set_list(&b->with, "cxxflags", &b->flags.cxxflags);
    substitution_set_list(&b->with, "ldflags", &b->flags.ldflags);
    for (size_t i = 0; i < r->input_count; i++) {
        AUTO_FREE char *key = xstrf("dep.%s.prefix", r->inputs[i].name);
        substitution_set(&b->with, key, r->inputs[i].tree);
    }
}

static int backend_init(
    struct backend *b, const struct build_request *r, unsigned slots, struct commands *out, struct err *e)
{
    *b = (struct backend){.request = r, .spec = &r->recipe->build, .out = out};
    if (check_request(r, e) < 0)
        return -1;
    const char *below = b->spec->directory ? b->spec->directory : ".";
    b->directory = strcmp(below, ".") == 0 ? xstrdup(r->src) : path_join(r->src, below);
    b->jobs = xstrf("%u", slots ? slots : 1);
    build_flags_init(&b->flags, r);
    fill_substitution(b);
    backend_environment(r, &b->env);
    for (size_t i = 0; i < b->spec->env.len; i++) {
        const struct pair *p = &b->spec->env.items[i];
        AUTO(strbuf) struct strbuf value = {0};
        if (substitute_text(&value, p->value, &b->with, e) < 0)
            return -1;
        environment_set(&b->env, p->key, strbuf_str(&value));
    }
    return 0;
}

static void backend_release(struct backend *b)
{
    free(b->directory);
    free(b->jobs);
    build_flags_release(&b->flags);
    strvec_release(&b->env);
    substitution_release(&b->with);
}

struct command *backend_command(struct backend *b, const char *phase, const char *dir)
{
    struct command *c = commands_add(b->out, phase);
    strvec_push_all(&c->env, &b->env);
    c->dir = xstrdup(dir);
    if (b->request->logs)
        c->log = xstrf("%s/%s.log", b->request->logs, phase);
    return c;
}

int backend_push(struct backend *b, struct strvec *out, const char *text, struct err *e)
{
    return substitute(out, text, &b->with, e);
}

int backend_pushf(struct backend *b, struct strvec *out, const char *prefix, const char *text, struct err *e)
{
    AUTO(strbuf) struct strbuf one = {0};
    strbuf_adds(&one, prefix);
    if (substitute_text(&one, text, &b->with, e) < 0)
        return -1;
    strvec_push(out, strbuf_str(&one));
    return 0;
}

enum { TOOLS_MAX = 6 };

/* One for each enum build_system, in its order. */
static const struct build_system_row {
    const char *yes, *no;
    int (*commands)(struct backend *b, struct err *e);
    const char *tools[TOOLS_MAX];
} rows[] = {
#define BUILD_SYSTEM(id, word, yes, no, commands, ...) {yes, no, commands, {__VA_ARGS__}},
#include "recipe/build_systems.def"
#undef BUILD_SYSTEM
};

const char *backend_boolean(const struct backend *b, bool yes)
{
    return yes ? rows[b->spec->system].yes : rows[b->spec->system].no;
}

static int dispatch(struct backend *b, struct err *e)
{
    if (rows[b->spec->system].commands)
        return rows[b->spec->system].commands(b, e);
    return err_set(e, ERR_RECIPE,
        "build.system \"%s\" is for Python projects, it does not make a library's archives (use autotools, "
        "cmake, meson, make or commands)",
        build_system_name(b->spec->system));
}

int backend_commands(const struct build_request *r, unsigned slots, struct commands *out, struct err *e)
{
    struct backend b;
    int status = backend_init(&b, r, slots, out, e);
    if (status == 0)
        status = dispatch(&b, e);
    backend_release(&b);
    return status < 0 ? err_wrap(e, "%s", r->recipe->file) : 0;
}

int backend_configure_alone(const struct build_request *r, struct commands *out, struct err *e)
{
    struct backend b;
    int failed = backend_init(&b, r, 1, out, e) < 0 || autotools_configure_alone(&b, e) < 0 ? -1 : 0;
    backend_release(&b);
    return failed;
}

const char *const *backend_tools(const struct recipe *r)
{
    if (r->kind == RECIPE_PYTHON_ABI) /* it is configured, and nothing more */
        return rows[BUILD_NONE].tools;
    bool own =
        r->build.system == BUILD_AUTOTOOLS && r->build.configure.len; /* nothing of autoconf's is run */
    return rows[own ? BUILD_MAKE : r->build.system].tools;
}
