/* CMake is told by two variables of its own, which every backend leaves alone; Meson takes a file by a word
 * on its command line only, which goes by way of the backend's settings. */
#include "project/systems.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

#define CMAKE_FILE "toolchain.cmake"
#define MESON_FILE "meson.ini"

static int write_file(const struct systems *s, const char *name, const struct map *values, struct err *e)
{
    AUTO_FREE char *below = path_join("project", name);
    AUTO_FREE char *from = template_path(below, e);
    AUTO_FREE char *to = path_join(s->folder, name);
    AUTO(strbuf) struct strbuf out = {0};
    if (!from || template_add(&out, from, values, e) < 0)
        return -1;
    return file_write_if_changed(to, strbuf_str(&out), out.len, 0644, e);
}

int systems_write(const struct systems *s, struct err *e)
{
    AUTO(map) struct map values = {0};
    AUTO_FREE char *programs = xstrdup(s->path);
    AUTO_FREE char *libraries =
        s->kit ? path_join(s->kit, "lib") : xstrdup("/usr/lib64;/usr/lib;/lib64;/lib");
    for (char *p = programs; *p; p++)
        if (*p == ':')
            *p = ';';
    if (strpbrk(s->bin, "'\"\\\n$"))
        return err_set(e, ERR_ENVIRONMENT,
            "%s: a quote, a backslash, a $ or a line break in this path cannot be written into the files "
            "that CMake and meson read: keep the cache elsewhere (STATICBUILD_CACHE)",
            s->bin);
    template_set(&values, "bin", s->bin);
    template_set(&values, "programs", programs);
    template_set(&values, "libraries", libraries);
    if (write_file(s, CMAKE_FILE, &values, e) < 0)
        return -1;
    return write_file(s, MESON_FILE, &values, e);
}

/* The root comes before the trees: its libNAME.so lead to all that a library needs. */
void systems_environment(const struct systems *s, struct strvec *env)
{
    AUTO(strbuf) struct strbuf prefixes = {0};
    strbuf_addf(&prefixes, "%s/usr", s->root->folder);
    for (size_t i = 0; i < s->root->input_count; i++)
        if (s->root->inputs[i].role == INPUT_LIBRARY)
            strbuf_addf(&prefixes, ":%s", s->root->inputs[i].tree);
    strvec_pushf(env, "CMAKE_TOOLCHAIN_FILE=%s/" CMAKE_FILE, s->folder);
    strvec_pushf(env, "CMAKE_PREFIX_PATH=%s", strbuf_str(&prefixes));
    /* CMake 4 refuses what asks for less. */
    strvec_push(env, "CMAKE_POLICY_VERSION_MINIMUM=3.5");
}

void systems_settings(const struct systems *s, const char *backend, struct strvec *out)
{
    if (strcmp(backend, "mesonpy") == 0) {
        strvec_pushf(out, "setup-args=--native-file=%s/" MESON_FILE, s->folder);
        strvec_pushf(out, "build-dir=%s", s->build);
    } else if (str_starts(backend, "scikit_build_core.")) {
        strvec_pushf(out, "build-dir=%s", s->build);
    }
}
