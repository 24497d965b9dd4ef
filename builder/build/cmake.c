/* CMake with Ninja. Packages, headers and libraries are found in our trees only: the folders of the machine
 * are taken out of the search (CMAKE_FIND_USE_…), programs are still found along PATH. */
#include <string.h>

#include "build/internal.h"

static void push_joined(struct strvec *argv, const char *name, const struct strvec *a, const struct strvec *b)
{
    AUTO(strvec) struct strvec all = {0};
    strvec_push_all(&all, a);
    if (b)
        strvec_push_all(&all, b);
    AUTO_FREE char *text = words_join(&all, ' ');
    strvec_pushf(argv, "-D%s=%s", name, text);
}

static void push_flags(struct backend *b, struct strvec *argv)
{
    const struct build_flags *f = &b->flags;
    push_joined(argv, "CMAKE_C_FLAGS", &f->cflags, &f->cppflags);
    push_joined(argv, "CMAKE_CXX_FLAGS", &f->cxxflags, &f->cppflags);
    push_joined(argv, "CMAKE_ASM_FLAGS", &f->cflags, &f->cppflags);
    static const char *const kinds[] = {"EXE", "SHARED", "MODULE"};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        AUTO_FREE char *name = xstrf("CMAKE_%s_LINKER_FLAGS", kinds[i]);
        push_joined(argv, name, &f->ldflags, NULL);
    }
}

static void push_search(struct backend *b, struct strvec *argv)
{
    static const char *const fixed[] = {
        "-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF",
        "-DCMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=OFF",
        "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF",
        "-DCMAKE_FIND_USE_SYSTEM_PACKAGE_REGISTRY=OFF",
        "-DFETCHCONTENT_FULLY_DISCONNECTED=ON",
    };
    for (size_t i = 0; i < COUNT(fixed); i++)
        strvec_push(argv, fixed[i]);
    AUTO_FREE char *prefixes = trees_join(b->request, "", NULL, ';');
    strvec_pushf(argv, "-DCMAKE_PREFIX_PATH=%s", prefixes);
    AUTO_FREE char *programs = xstrdup(b->request->path ? b->request->path : SYSTEM_PATH);
    for (char *p = programs; *p; p++)
        if (*p == ':')
            *p = ';';
    strvec_pushf(argv, "-DCMAKE_PROGRAM_PATH=%s", programs);
}

static void push_standard(struct backend *b, struct strvec *argv)
{
    const struct toolchain *t = b->request->toolchain;
    if (t->kit) {
        strvec_pushf(argv, "-DCMAKE_TOOLCHAIN_FILE=%s/toolchain.cmake", t->kit);
    } else {
        strvec_pushf(argv, "-DCMAKE_C_COMPILER=%s", t->cc);
        if (*t->cxx)
            strvec_pushf(argv, "-DCMAKE_CXX_COMPILER=%s", t->cxx);
    }
    strvec_pushf(argv, "-DCMAKE_AR=%s", t->ar);
    strvec_pushf(argv, "-DCMAKE_RANLIB=%s", t->ranlib);
    push_flags(b, argv);
    strvec_pushf(argv, "-DCMAKE_INSTALL_PREFIX=%s", b->request->prefix);
    static const char *const fixed[] = {
        "-DCMAKE_INSTALL_LIBDIR=lib",
        /* Release without CMake's -O3 behind our -O2. */
        "-DCMAKE_BUILD_TYPE=Release",
        "-DCMAKE_C_FLAGS_RELEASE=-DNDEBUG",
        "-DCMAKE_CXX_FLAGS_RELEASE=-DNDEBUG",
        "-DCMAKE_POSITION_INDEPENDENT_CODE=ON",
        "-DCMAKE_INTERPROCEDURAL_OPTIMIZATION=OFF",
        "-DCMAKE_SKIP_INSTALL_RPATH=ON",
        /* CMake 4 refuses what asks for less than 3.5. */
        "-DCMAKE_POLICY_VERSION_MINIMUM=3.5",
        "-DBUILD_SHARED_LIBS=OFF",
        "-DBUILD_TESTING=OFF",
    };
    for (size_t i = 0; i < COUNT(fixed); i++)
        strvec_push(argv, fixed[i]);
    push_search(b, argv);
}

static int push_option(struct backend *b, struct strvec *argv, const struct option *o, struct err *e)
{
    AUTO_FREE char *prefix = xstrf("-D%s=", o->key);
    return backend_pushf(b, argv, prefix, o->type == OPTION_BOOL ? backend_boolean(b, o->yes) : o->text, e);
}

int cmake_commands(struct backend *b, struct err *e)
{
    const char *work = b->request->work;
    struct command *c = backend_command(b, "configure", work);
    const char *const start[] = {"cmake", "-Wno-dev", "-G", "Ninja", "-S", b->directory, "-B", work};
    for (size_t i = 0; i < COUNT(start); i++)
        strvec_push(&c->argv, start[i]);
    push_standard(b, &c->argv);
    for (size_t i = 0; i < b->spec->option_count; i++)
        if (push_option(b, &c->argv, &b->spec->options[i], e) < 0)
            return -1;

    c = backend_command(b, "build", work);
    const char *const build[] = {"cmake", "--build", work, "--parallel", b->jobs};
    for (size_t i = 0; i < COUNT(build); i++)
        strvec_push(&c->argv, build[i]);
    c->jobs_at = c->argv.len - 1;
    c->jobs_words = 2;
    c->tokens = backend_tokens(b, "ninja");
    if (b->spec->target_count) /* one may install */
        environment_set(&c->env, "DESTDIR", b->request->destdir);
    for (size_t i = 0; i < b->spec->target_count; i++)
        for (size_t k = 0; k < b->spec->targets[i].run.len; k++) {
            strvec_push(&c->argv, "--target");
            if (backend_push(b, &c->argv, b->spec->targets[i].run.items[k], e) < 0)
                return -1;
        }
    if (b->spec->install.len)
        return install_commands(b, e);

    c = backend_command(b, "install", work);
    environment_set(&c->env, "DESTDIR", b->request->destdir);
    const char *const install[] = {"cmake", "--install", work};
    for (size_t i = 0; i < COUNT(install); i++)
        strvec_push(&c->argv, install[i]);
    return 0;
}
