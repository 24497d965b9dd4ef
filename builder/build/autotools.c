/* configure, make, make install: built inside the unpacked source, which is what every release is tested
 * with. */
#include <ctype.h>
#include <string.h>
#include <sys/utsname.h>

#include "build/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

/* enable-x, with-y, any-z = text, and NAME or ac_cv_name = value for variables. */
static int push_option(struct backend *b, struct strvec *argv, const struct option *o, struct err *e)
{
    AUTO_FREE char *prefix = NULL;
    bool variable = isupper((unsigned char)o->key[0]) || strchr(o->key, '_');
    if (variable)
        prefix = xstrf("%s=", o->key);
    else if (o->type != OPTION_BOOL)
        prefix = xstrf("--%s=", o->key);
    if (prefix)
        return backend_pushf(
            b, argv, prefix, o->type == OPTION_BOOL ? backend_boolean(b, o->yes) : o->text, e);

    if (o->yes)
        strvec_pushf(argv, "--%s", o->key);
    else if (str_starts(o->key, "enable-"))
        strvec_pushf(argv, "--disable-%s", o->key + strlen("enable-"));
    else if (str_starts(o->key, "with-"))
        strvec_pushf(argv, "--without-%s", o->key + strlen("with-"));
    /* Any other false option is one that is not given. */
    return 0;
}

static void push_standard(struct backend *b, struct strvec *argv)
{
    strvec_pushf(argv, "--prefix=%s", b->request->prefix);
    strvec_pushf(argv, "--libdir=%s/lib", b->request->prefix);
    strvec_push(argv, "--disable-shared");
    strvec_push(argv, "--enable-static");
    strvec_push(argv, "--with-pic");
    strvec_push(argv, "--disable-dependency-tracking");
    if (b->request->toolchain->cross)
        strvec_pushf(argv, "--host=%s", b->request->toolchain->triplet);
}

/* CPython's configure looks for what each module needs, and takes an answer that is there already. */
static void push_left_out(const struct backend *b, struct strvec *argv)
{
    const struct texts *without = &b->request->recipe->interpreter.without;
    for (size_t i = 0; i < without->len; i++)
        strvec_pushf(argv, "py_cv_module_%s=n/a", without->items[i]);
}

static int configure(struct backend *b, struct err *e)
{
    struct command *c = backend_command(b, "configure", b->directory);
    if (b->spec->configure.len) {
        for (size_t i = 0; i < b->spec->configure.len; i++)
            if (backend_push(b, &c->argv, b->spec->configure.items[i], e) < 0)
                return -1;
    } else {
        strvec_push(&c->argv, "./configure");
        push_standard(b, &c->argv);
    }
    for (size_t i = 0; i < b->spec->option_count; i++)
        if (push_option(b, &c->argv, &b->spec->options[i], e) < 0)
            return -1;
    push_left_out(b, &c->argv);
    return 0;
}

int autotools_commands(struct backend *b, struct err *e)
{
    AUTO_FREE char *script = path_join(b->directory, "configure");
    int has_script = b->spec->configure.len ? 1 : path_exists(script, e);
    if (has_script < 0)
        return -1;
    if (!has_script) {
        struct command *c = backend_command(b, "autoreconf", b->directory);
        strvec_push(&c->argv, "autoreconf");
        strvec_push(&c->argv, "-fi");
    }
    if (configure(b, e) < 0)
        return -1;
    return make_commands(b, e);
}

/* A compiler for musl may be one for glibc with other folders, and says so. */
static void push_host(const struct toolchain *t, struct strvec *argv)
{
    const char *gnu = t->target.platform.libc == LIBC_MUSL ? strstr(t->triplet, "gnu") : NULL;
    if (gnu)
        strvec_pushf(argv, "--host=%.*smusl%s", (int)(gnu - t->triplet), t->triplet, gnu + strlen("gnu"));
    else
        strvec_pushf(argv, "--host=%s", t->triplet);
}

/* What CPython's configure finds out by looking at this machine, or by running what it compiled; and the
 * Python that it would build with, which it asks for a version and nothing more. */
static void push_cross_answers(const struct backend *b, struct strvec *argv)
{
    static const char *const answers[] = {"ac_cv_file__dev_ptmx=yes", "ac_cv_file__dev_ptc=no",
        "ac_cv_buggy_getaddrinfo=no", "ac_cv_aligned_required=no", "ac_cv_broken_sem_getvalue=no",
        "ac_cv_computed_gotos=yes", "ac_cv_working_tzset=yes"};
    struct utsname machine;
    uname(&machine);
    AUTO_FREE char *binutils = path_dir(b->request->toolchain->objcopy);
    push_host(b->request->toolchain, argv);
    strvec_pushf(argv, "READELF=%s/readelf", binutils); /* has another name where the host is musl's */
    strvec_pushf(argv, "--build=%s-linux-gnu", machine.machine);
    strvec_pushf(argv, "--with-build-python=%s/" BUILD_PYTHON, b->request->work);
    strvec_pushf(argv, "PYTHON_FOR_BUILD=%s/" BUILD_PYTHON, b->request->work); /* as 3.10 and older have it */
    for (size_t i = 0; i < COUNT(answers); i++)
        strvec_push(argv, answers[i]);
}

/* Out of the source, which then is as it came; and without what only libraries know. */
int autotools_configure_alone(struct backend *b, struct err *e)
{
    struct command *c = backend_command(b, "configure", b->request->work);
    strvec_pushf(&c->argv, "%s/configure", b->directory);
    strvec_pushf(&c->argv, "--prefix=%s", b->request->prefix);
    if (b->request->toolchain->cross)
        push_cross_answers(b, &c->argv);
    if (b->request->toolchain->target.platform.libc == LIBC_MUSL)
        strvec_pushf(&c->argv, "CC=%s/" BUILD_CC, b->request->work);
    for (size_t i = 0; i < b->spec->option_count; i++)
        if (push_option(b, &c->argv, &b->spec->options[i], e) < 0)
            return -1;
    return 0;
}
