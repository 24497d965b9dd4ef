/* Linker scripts: what -lNAME finds in a kit. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/internal.h"

/* Until 2.34 these were what they are named after; since, libc has it all. */
enum { LAST_WITH_OTHER_LIBRARIES = 33 };

/* Libraries that libc's symbols have moved from, and the loader: a program that was configured with a libc
 * which has them all does not name them. */
static const enum glibc_library beside_libc[] = {
    GLIBC_LIBPTHREAD, GLIBC_LIBDL, GLIBC_LIBRT, GLIBC_LIBUTIL, GLIBC_LIBANL, GLIBC_LIBRESOLV, GLIBC_LD};

static const struct {
    const char *name;
    enum glibc_library library;
    bool merged; /* part of libc since 2.34 */
} plain[] = {
    {"libpthread.so", GLIBC_LIBPTHREAD, true},
    {"libdl.so", GLIBC_LIBDL, true},
    {"librt.so", GLIBC_LIBRT, true},
    {"libutil.so", GLIBC_LIBUTIL, true},
    {"libanl.so", GLIBC_LIBANL, true},
    {"libresolv.so", GLIBC_LIBRESOLV, false},
};

struct scripts {
    const struct kit_request *request;
    const char *dir;
    struct strbuf text;
};

static void add_library(struct scripts *s, enum glibc_library library)
{
    strbuf_addf(&s->text, " %s", glibc_library_soname(library, s->request->target->arch));
}

static void add_beside_libc(struct scripts *s)
{
    for (size_t i = 0; i < COUNT(beside_libc); i++)
        add_library(s, beside_libc[i]);
}

static int add_path(struct scripts *s, const char *path, struct err *e)
{
    if (strpbrk(path, "\"\n"))
        return err_set(e, ERR_ENVIRONMENT,
            "%s: no linker script can name this path, because of its quote or line break: name a compiler "
            "elsewhere in STATICBUILD_CC",
            path);
    strbuf_addf(&s->text, " \"%s\"", path);
    return 0;
}

/* Adds the path of an archive of the compiler's, or of its C library's. */
static int add_archive(struct scripts *s, const char *name, struct err *e)
{
    AUTO_FREE char *path = compiler_file(s->request->cc, name, s->request->memory, e);
    if (!path)
        return -1;
    return *path ? add_path(s, path, e) : err_set(e, ERR_MISSING, "%s has no %s", s->request->cc, name);
}

static int finish(struct scripts *s, const char *name, struct err *e)
{
    AUTO_FREE char *path = path_join(s->dir, name);
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_addf(&text, "/* GNU ld script */\n%s )\n", strbuf_str(&s->text));
    strbuf_clear(&s->text);
    return file_write(path, text.ptr, text.len, 0644, e);
}

static void begin(struct scripts *s, const char *command)
{
    strbuf_clear(&s->text);
    strbuf_addf(&s->text, "%s (", command);
}

static int write_libc(struct scripts *s, struct err *e)
{
    begin(s, "GROUP");
    add_library(s, GLIBC_LIBC);
    strbuf_adds(&s->text, " " KIT_COMPAT_ARCHIVE);
    if (add_archive(s, "libc_nonshared.a", e) < 0)
        return -1;
    strbuf_adds(&s->text, " AS_NEEDED (");
    add_beside_libc(s);
    strbuf_adds(&s->text, " )");
    return finish(s, "libc.so", e);
}

static int write_libm(struct scripts *s, struct err *e)
{
    AUTO_FREE char *vectors = path_join(s->dir, "libmvec.so.1");
    int has_vectors = path_exists(vectors, e);
    if (has_vectors < 0)
        return -1;
    begin(s, "GROUP");
    add_library(s, GLIBC_LIBM);
    if (has_vectors)
        strbuf_adds(&s->text, " AS_NEEDED ( libmvec.so.1 )");
    return finish(s, "libm.so", e);
}

static int write_plain(struct scripts *s, struct err *e)
{
    for (size_t i = 0; i < COUNT(plain); i++) {
        bool empty = plain[i].merged && s->request->target->minor > LAST_WITH_OTHER_LIBRARIES;
        begin(s, empty ? "INPUT ( AS_NEEDED" : "INPUT");
        add_library(s, plain[i].library);
        if (empty)
            strbuf_adds(&s->text, " )");
        if (finish(s, plain[i].name, e) < 0)
            return -1;
    }
    return 0;
}

/* What follows a static runtime: it may be the last on the command line, behind -lc. */
static void add_rest(struct scripts *s, bool libm)
{
    strbuf_adds(&s->text, " " KIT_COMPAT_ARCHIVE " AS_NEEDED (");
    add_library(s, GLIBC_LIBC);
    if (libm)
        add_library(s, GLIBC_LIBM);
    add_beside_libc(s);
    strbuf_adds(&s->text, " )");
}

/* The .a are what -static, -static-libgcc and -static-libstdc++ find: shared libraries must not be in those.
 */
static int write_libgcc(struct scripts *s, struct err *e)
{
    begin(s, "GROUP");
    strbuf_adds(&s->text, " AS_NEEDED ( " KIT_UNWINDER " )");
    if (add_archive(s, "libgcc.a", e) < 0)
        return -1;
    add_rest(s, false);
    if (finish(s, "libgcc_s.so", e) < 0)
        return -1;
    begin(s, "GROUP");
    if (add_archive(s, "libgcc_eh.a", e) < 0 || add_archive(s, "libgcc.a", e) < 0)
        return -1;
    strbuf_adds(&s->text, " " KIT_UNWIND_ARCHIVE " " KIT_COMPAT_ARCHIVE);
    return finish(s, "libgcc_eh.a", e);
}

static int write_libstdcxx(struct scripts *s, struct err *e)
{
    static const char *const names[] = {"libstdc++.so", "libstdc++.a"};
    for (size_t i = 0; i < COUNT(names); i++) {
        begin(s, "GROUP");
        if (add_archive(s, "libstdc++.a", e) < 0)
            return -1;
        strbuf_adds(&s->text, " " KIT_RUNTIME_ARCHIVE);
        if (str_ends(names[i], ".so"))
            add_rest(s, true);
        else
            strbuf_adds(&s->text, " " KIT_COMPAT_ARCHIVE);
        if (finish(s, names[i], e) < 0)
            return -1;
    }
    return 0;
}

static int write_libatomic(struct scripts *s, struct err *e)
{
    AUTO_FREE char *path = kit_libatomic(s->request, e);
    if (!path || !*path)
        return path ? 0 : -1;
    begin(s, "GROUP");
    if (add_path(s, path, e) < 0)
        return -1;
    add_rest(s, false);
    return finish(s, "libatomic.so", e);
}

int scripts_write(const struct kit_request *r, const char *lib_dir, struct err *e)
{
    struct scripts s = {.request = r, .dir = lib_dir};
    int failed = write_libc(&s, e) < 0 || write_libm(&s, e) < 0 || write_plain(&s, e) < 0 ||
                 write_libgcc(&s, e) < 0 || write_libatomic(&s, e) < 0 ||
                 (*r->cxx && write_libstdcxx(&s, e) < 0);
    strbuf_release(&s.text);
    return failed ? -1 : 0;
}
