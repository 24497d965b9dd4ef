/* bin/ of a kit and the files that tell build systems of it, from templates/kit. */
#include <string.h>
#include <sys/utsname.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "sched/process.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"
#include "kit/internal.h"

/* What must not be exported from what is linked, whoever links it. */
static const char runtimes[] =
    "libstdc++.a:libsupc++.a:libgcc.a:libgcc_eh.a:libatomic.a:libgomp.a:"
    "libc_nonshared.a:" KIT_COMPAT_ARCHIVE ":" KIT_RUNTIME_ARCHIVE ":" KIT_UNWIND_ARCHIVE;

enum { FIRST_WITH_THREADS = 28 };

/* Adds the template, filled. */
static int fill(struct strbuf *out, const struct kit_request *r, const struct map *values, const char *name,
    struct err *e)
{
    AUTO_FREE char *path = xstrf("%s/kit/%s", r->templates, name);
    return template_add(out, path, values, e);
}

/* One template or two, the second may be NULL, into one file. */
static int put(const struct kit_request *r, const struct map *values, const char *dir, const char *name,
    const char *first, const char *second, struct err *e)
{
    AUTO_FREE char *path = path_join(dir, name);
    AUTO(strbuf) struct strbuf out = {0};
    if (fill(&out, r, values, first, e) < 0 || (second && fill(&out, r, values, second, e) < 0))
        return -1;
    return file_write(path, strbuf_str(&out), out.len, 0755, e);
}

static int put_compiler(const struct kit_request *r, struct map *values, const char *dir, const char *name,
    const char *compiler, struct err *e)
{
    char *argv[] = {(char *)compiler, NULL};
    AUTO_FREE char *quoted = process_words(argv);
    template_set(values, "compiler", quoted);
    return put(r, values, dir, name, r->is_clang ? "clang" : "gcc", NULL, e);
}

static char *baseline_words(const struct kit_request *r)
{
    struct strbuf words = {0};
    const char *const *flags = r->target->arch->baseline;
    for (size_t i = 0; i < ARCH_BASELINE_MAX && flags[i]; i++)
        strbuf_addf(&words, "%s%s", i ? " " : "", flags[i]);
    if (r->target->minor < FIRST_WITH_THREADS) /* <threads.h> is there all the same */
        strbuf_adds(&words, " -D__STDC_NO_THREADS__=1");
    return strbuf_steal(&words);
}

/* Between two quotes of meson's files. */
static int check_meson_path(const char *path, struct err *e)
{
    return strpbrk(path, "'\\\n")
               ? err_set(e, ERR_ENVIRONMENT,
                     "%s: a quote, a backslash or a line break in this path cannot be written into meson's "
                     "files: keep the cache elsewhere (STATICBUILD_CACHE)",
                     path)
               : 0;
}

int wiring_write(const struct kit_request *r, const char *dir, struct err *e)
{
    struct utsname machine;
    uname(&machine);
    bool cross = strcmp(machine.machine, r->target->arch->name) != 0;
    AUTO_FREE char *bin = path_join(dir, "bin");
    AUTO_FREE char *baseline = baseline_words(r);
    AUTO(map) struct map values = {0};
    template_set(&values, "target", r->target->name);
    template_set(&values, "runtimes", runtimes);
    template_set(&values, "baseline", baseline);
    template_set(&values, "processor", r->target->arch->name);
    template_set(&values, "endian", r->target->arch->big_endian ? "big" : "little");
    if (folder_make(bin, e) < 0 || put_compiler(r, &values, bin, "cc", r->cc, e) < 0 ||
        (*r->cxx && put_compiler(r, &values, bin, "c++", r->cxx, e) < 0) ||
        put(r, &values, bin, "gcc.specs", "gcc.specs", NULL, e) < 0 ||
        put(r, &values, bin, "pkg-config", "pkg-config", NULL, e) < 0 ||
        put(r, &values, dir, "toolchain.cmake", "toolchain.cmake", cross ? "toolchain-cross.cmake" : NULL,
            e) < 0)
        return -1;
    if (!r->home)
        return 0;
    template_set(&values, "kit", r->home);
    template_set(&values, "ar", r->ar);
    if (check_meson_path(r->home, e) < 0 || check_meson_path(r->ar, e) < 0)
        return -1;
    return put(r, &values, dir, "meson.ini", "meson.ini", cross ? "meson-cross.ini" : NULL, e);
}
