/* Meson: never a wrapped subproject, static libraries only, flags from the environment alone. */
#include "build/internal.h"

static int push_option(struct backend *b, struct strvec *argv, const struct option *o, struct err *e)
{
    AUTO_FREE char *prefix = xstrf("-D%s=", o->key);
    return backend_pushf(b, argv, prefix, o->type == OPTION_BOOL ? backend_boolean(b, o->yes) : o->text, e);
}

int meson_commands(struct backend *b, struct err *e)
{
    const char *work = b->request->work;
    struct command *c = backend_command(b, "configure", b->directory);
    const char *const start[] = {"meson", "setup", work, b->directory};
    for (size_t i = 0; i < COUNT(start); i++)
        strvec_push(&c->argv, start[i]);
    strvec_pushf(&c->argv, "--prefix=%s", b->request->prefix);
    static const char *const fixed[] = {
        "--libdir=lib",
        "--buildtype=plain",
        "--default-library=static",
        "--wrap-mode=nofallback",
        "-Db_ndebug=true",
        "-Db_staticpic=true",
        "-Db_lto=false",
        "-Db_pie=false",
    };
    for (size_t i = 0; i < COUNT(fixed); i++)
        strvec_push(&c->argv, fixed[i]);
    const struct toolchain *t = b->request->toolchain;
    if (t->kit)
        strvec_pushf(&c->argv, "--%s-file=%s/meson.ini", t->cross ? "cross" : "native", t->kit);
    AUTO_FREE char *prefixes = trees_join(b->request, "", NULL, ',');
    strvec_pushf(&c->argv, "-Dcmake_prefix_path=%s", prefixes);
    for (size_t i = 0; i < b->spec->option_count; i++)
        if (push_option(b, &c->argv, &b->spec->options[i], e) < 0)
            return -1;

    c = backend_command(b, "build", work);
    const char *const build[] = {"meson", "compile", "-C", work, "-j", b->jobs};
    for (size_t i = 0; i < COUNT(build); i++)
        strvec_push(&c->argv, build[i]);
    c->jobs_at = c->argv.len - 1;
    c->jobs_words = 2;
    c->tokens = backend_tokens(b, "ninja");
    if (b->spec->target_count) /* one may install */
        environment_set(&c->env, "DESTDIR", b->request->destdir);
    for (size_t i = 0; i < b->spec->target_count; i++)
        for (size_t k = 0; k < b->spec->targets[i].run.len; k++)
            if (backend_push(b, &c->argv, b->spec->targets[i].run.items[k], e) < 0)
                return -1;
    if (b->spec->install.len)
        return install_commands(b, e);

    c = backend_command(b, "install", work);
    environment_set(&c->env, "DESTDIR", b->request->destdir);
    const char *const install[] = {"meson", "install", "-C", work, "--no-rebuild"};
    for (size_t i = 0; i < COUNT(install); i++)
        strvec_push(&c->argv, install[i]);
    return 0;
}
