/* What a kit brings besides its stubs: behaviour on this system, and on an older one when
 * STATICBUILD_OLD_ROOT names its files; what links see; what the scan of the runtime says. */
#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "elf/ar.h"
#include "elf/object.h"
#include "sched/ask.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"
#include "scratch.h"
#include "kit/internal.h"
#include "toolchain/toolchain.h"

#if defined __GLIBC__ && defined __LP64__ && (defined __x86_64__ || defined __aarch64__)

#ifdef __x86_64__
#define ARCH "x86_64"
#else
#define ARCH "aarch64"
#endif

static struct arena arena;
static struct toolchain toolchain;
static struct platform target;
static char *folder, *kit, *fixtures;

static struct platform platform(const char *tag)
{
    struct platform p;
    ck_assert_msg(platform_find(&p, tag), "%s is not found", tag);
    return p;
}

static struct kit_request request(void)
{
    return (struct kit_request){
        .target = &target,
        .cc = toolchain.cc,
        .cxx = toolchain.cxx,
        .ar = toolchain.ar,
        .is_clang = toolchain.is_clang,
        .compiler_line = toolchain.version,
        .glibc = toolchain.glibc,
        .templates = "templates",
    };
}

/* Once for all tests. */
static void make_kit(void)
{
    AUTO(err) struct err e = ERR_INIT;
    unsetenv("STATICBUILD_CC");
    unsetenv("STATICBUILD_CXX");
    folder = folder_make_temporary("/tmp", "compat-test-", &e);
    kit = path_join(folder, "kit");
    fixtures = path_absolute("tests/fixtures/compat");
    target = platform("manylinux_2_17_" ARCH);
    struct target native;
    ck_assert_msg(target_choose(&native, "native", ARCH, &e) == 0 &&
                      toolchain_open(&toolchain, &arena, &native, NULL, &e) == 0,
        "%s", e.text);
    struct kit_request r = request();
    ck_assert_msg(folder_make(kit, &e) == 0 && kit_make(&r, kit, &e) == 0, "%s", e.text);
}

static void drop_kit(void)
{
    scratch_remove(folder);
    free(kit);
    free(fixtures);
    toolchain_release(&toolchain);
    arena_release(&arena);
}

static bool quiet; /* failures are expected */

static struct process_end run(struct strvec *argv, struct strbuf *out)
{
    AUTO(err) struct err e = ERR_INIT;
    struct process_spec spec = {
        .argv = argv->items, .dir = folder, .in = -1, .out = -1, .err = quiet ? -1 : 2};
    struct process_end end;
    ck_assert_msg(process_run(&spec, out, 1 << 20, 120000, &end, &e) == 0, "%s", e.text);
    return end;
}

static void push_words(struct strvec *argv, const char *words)
{
    for (struct slice rest = slice_of(words); rest.ptr && rest.len;) {
        struct slice word = slice_cut(&rest, ' ');
        strvec_pushn(argv, word.ptr, word.len);
    }
}

/* Compiles and links with the kit; words before the source and after it. True when that worked. */
static bool build(const char *compiler, const char *before, const char *source, const char *after)
{
    AUTO(strvec) struct strvec argv = {0};
    strvec_pushf(&argv, "%s/bin/%s", kit, compiler);
    push_words(&argv, before);
    strvec_push(&argv, source);
    push_words(&argv, "-o out");
    push_words(&argv, after);
    return run(&argv, NULL).status == 0;
}

/* The text as a file in the folder; the caller frees the path. */
static char *put(const char *name, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    char *path = path_join(folder, name);
    ck_assert_msg(file_write(path, text, strlen(text), 0755, &e) == 0, "%s", e.text);
    return path;
}

/* The old system's loader, NULL when there is no old system. */
static char *old_loader(void)
{
    const char *root = getenv("STATICBUILD_OLD_ROOT");
    AUTO_FREE char *pattern = xstrf("%s/lib/*/ld-2.*.so", root ? root : "/nowhere");
    glob_t found;
    char *loader = NULL;
    if (glob(pattern, 0, NULL, &found) == 0)
        loader = xstrdup(found.gl_pathv[0]);
    globfree(&found);
    return loader;
}

static void expect_run(const char *where, const char *loader, const char *output)
{
    AUTO(strvec) struct strvec argv = {0};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO_FREE char *program = path_join(folder, "out");
    if (loader) {
        AUTO_FREE char *libraries = path_dir(loader);
        strvec_push(&argv, loader);
        strvec_push(&argv, "--library-path");
        strvec_push(&argv, libraries);
    }
    strvec_push(&argv, program);
    strvec_push(&argv, "argument");
    struct process_end end = run(&argv, &out);
    ck_assert_msg(end.status == 0, "%s: status %d: %s", where, end.status, strbuf_str(&out));
    if (output)
        ck_assert_msg(strcmp(strbuf_str(&out), output) == 0, "%s: \"%s\"", where, strbuf_str(&out));
    else
        printf("%s", strbuf_str(&out)); /* what a program skipped */
}

/* What is linked needs nothing newer than the target, and exports nothing of the kit's. */
static void expect_old_enough(void)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena a = {0};
    AUTO(mapping) struct mapping file = {0};
    AUTO_FREE char *path = path_join(folder, "out");
    struct elf_image image;
    ck_assert_int_eq(mapping_open(&file, path, &e), 0);
    ck_assert_msg(elf_open(&image, &a, file.bytes, file.size, &e) == 0, "%s", e.text);
    for (size_t i = 0; i < image.needed_version_count; i++) {
        if (str_starts(image.needed_versions[i].name, "GCC_"))
            continue;
        int order = glibc_version_order(image.needed_versions[i].name);
        ck_assert_msg(
            order >= 0 && order < (target.minor + 1) * 1000, "needs %s", image.needed_versions[i].name);
    }
    struct elf_symbol s;
    for (size_t i = 1; i < image.symbol_count; i++)
        if (elf_symbol_at(&image, i, &s) && s.section == SHN_UNDEF && s.bind != STB_WEAK)
            ck_assert_msg(s.version != NULL, "%s has no version", s.name);
    static const char *const ours[] = {"stat", "getrandom", "arc4random", "__cxa_thread_atexit_impl",
        "_dl_find_object", "__libc_single_threaded", "staticbuild_start"};
    for (size_t i = 1; i < image.symbol_count; i++)
        for (size_t k = 0; k < COUNT(ours); k++)
            if (elf_symbol_at(&image, i, &s) && s.section != SHN_UNDEF)
                ck_assert_msg(strcmp(s.name, ours[k]) != 0, "%s is exported", s.name);
}

#define C "-std=gnu11 -D_GNU_SOURCE -O2"
#define CXX "-std=c++20 -O1"
#define REGISTERED "prepare\nchild\nlast\n"
#define ORDER "preinit first second main atexit destructor last\n"

static const struct {
    const char *source, *before, *after, *output;
    bool is_static;
} programs[] = {
    {"stat.c", C, "", "", false},
    {"fcntl64.c", C, "", "", false},
    {"fts.c", C, "", "", false},
    {"memory.c", C, "", "", false},
    {"memory.c", C " -D_FORTIFY_SOURCE=2", "", "", false},
    {"registered.c", C, "", REGISTERED, false},
    {"registered.c", C " -static", "", REGISTERED, true},
    {"isoc23.c", C, "", "", false},
    {"random.c", C, "", NULL, false},
    {"random_slow.c", C, "", "", false},
    {"clock.c", C, "", "", false},
    {"calls.c", C, "", NULL, false},
    {"small.c", C, "-lm", "", false},
    {"find_object.c", C, "-l:libgcc_eh.a", "", false},
    {"unwind.cc", CXX, "", "fine\n", false},
    {"float128.c", C " -Wno-builtin-declaration-mismatch", "-lstdc++", "", false},
    {"constructors.c", C, "", ORDER, false},
    {"constructors.c", C " -no-pie -fno-pie", "", ORDER, false},
    {"constructors.c", C " -static", "", ORDER, true},
    {"constructors.c", C " -static-pie -fPIE", "", ORDER, true},
#ifdef __x86_64__ /* elsewhere _mcount is newer */
    {"constructors.c", C " -pg", "", ORDER, false},
#endif
    {"thread_local.cc", CXX, "", "done\n", false},
    {"thread_local.cc", CXX " -static-libgcc -static-libstdc++", "own_thread_atexit.o", "done\n", false},
    {"thread_local.cc", CXX " -static", "", "done\n", true},
    {"cxx.cc", CXX, "", "fine\n", false},
};

enum { PROGRAMS = COUNT(programs) };

/* The one that glibc 2.17 gets, which has none of its own. */
static void build_thread_atexit(void)
{
    AUTO_FREE char *source = path_absolute("templates/compat/thread_atexit.c");
    ck_assert(build("cc", C " -DWITHOUT_REAL -fPIC -c", source, ""));
    AUTO_FREE char *from = path_join(folder, "out");
    AUTO_FREE char *to = path_join(folder, "own_thread_atexit.o");
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(file_rename(from, to, &e), 0);
}

START_TEST(programs_behave_here_and_on_an_old_system)
{
    AUTO_FREE char *source = path_join(fixtures, programs[_i].source);
    const char *compiler = str_ends(source, ".cc") ? "c++" : "cc";
    if (strstr(programs[_i].after, "own_thread_atexit"))
        build_thread_atexit();
    ck_assert_msg(build(compiler, programs[_i].before, source, programs[_i].after), "%s %s is not linked",
        programs[_i].source, programs[_i].before);
    expect_run("here", NULL, programs[_i].output);
    if (programs[_i].is_static)
        return;
    expect_old_enough();
    AUTO_FREE char *loader = old_loader();
    if (loader)
        expect_run(loader, loader, programs[_i].output);
}
END_TEST

START_TEST(an_old_system_is_at_hand)
{
    AUTO_FREE char *loader = old_loader();
    if (!loader)
        printf(
            "skip compat on an old system: STATICBUILD_OLD_ROOT names none (tests/cli/old.sh makes one)\n");
}
END_TEST

/* As autoconf tries: any declaration will do. */
static const struct {
    const char *symbol, *libraries;
    bool found;
} probes[] = {
    {"stat", "", true},
    {"fcntl64", "", true},
    {"getrandom", "", true},
    {"reallocarray", "", true},
    {"explicit_bzero", "", true},
    {"__isoc23_strtol", "", true},
    {"pthread_create", "", true},
    {"dlopen", "", true},
    {"arc4random", "", true},
    {"getentropy", "", true},
    {"copy_file_range", "", true},
    {"pthread_cond_clockwait", "", true},
    {"sem_clockwait", "", true},
    {"memfd_create", "", true},
    {"gettid", "", true},
    {"strlcpy", "", true},
    {"statx", "", true},
    {"close_range", "", true},
    {"arc4random", "-lstdc++", true},
    {"pkey_alloc", "", false},
    {"wcslcpy", "", false},
    {"strtof128", "", false},
    {"__cxa_thread_atexit_impl", "", false},
    {"strtof128", "-lstdc++", true},
};

START_TEST(configure_finds_what_it_may_use)
{
    quiet = true;
    for (size_t i = 0; i < COUNT(probes); i++) {
        AUTO_FREE char *text =
            xstrf("char %s(void); int main(void) { return %s(); }\n", probes[i].symbol, probes[i].symbol);
        AUTO_FREE char *source = put("probe.c", text);
        bool found = build("cc", "-w -fno-builtin", source, probes[i].libraries);
        ck_assert_msg(found == probes[i].found, "%s %s: %s", probes[i].symbol, probes[i].libraries,
            found ? "is found" : "is not found");
    }
}
END_TEST

START_TEST(modules_do_not_export_it)
{
    AUTO_FREE char *source = put("module.cc",
        "#include <random>\n#include <string>\n#include <sys/stat.h>\n"
        "struct s { std::string t; ~s() { t.clear(); } };\nthread_local s one;\n"
        "extern \"C\" int f(const char *p) { struct stat s; one.t = p; if (stat(p, &s)) throw 1; "
        "return (int)std::random_device{}() + (int)one.t.size(); }\n");
    ck_assert(build("c++", CXX " -fPIC -shared", source, ""));
    expect_old_enough();
}
END_TEST

static void expect_marks(const char *name, const void *bytes, size_t size)
{
    AUTO(err) struct err e = ERR_INIT;
    struct elf_object object;
    ck_assert_msg(elf_object_open(&object, bytes, size, &e) == 0, "%s: %s", name, e.text);
    ck_assert_msg(elf_object_marks(&object) == (ELF_MARKED_JUMPS | ELF_MARKED_RETURNS), "%s", name);
}

/* What a kit adds to a link does not take the marks from it. */
START_TEST(whatever_is_added_is_marked)
{
    static const char *const starts[] = {"crt1.o", "Scrt1.o", "rcrt1.o", "gcrt1.o", "crti.o", "crtn.o"};
    static const char *const archives[] = {KIT_COMPAT_ARCHIVE, KIT_RUNTIME_ARCHIVE, KIT_UNWIND_ARCHIVE};
    AUTO(err) struct err e = ERR_INIT;
    for (size_t i = 0; i < COUNT(starts); i++) {
        AUTO_FREE char *path = xstrf("%s/lib/%s", kit, starts[i]);
        AUTO(mapping) struct mapping file = {0};
        ck_assert_int_eq(mapping_open(&file, path, &e), 0);
        expect_marks(starts[i], file.bytes, file.size);
        ck_assert_msg(!memmem(file.bytes, file.size, "__stack_chk_fail", 16), "%s: guarded", starts[i]);
    }
    for (size_t i = 0; i < COUNT(archives); i++) {
        AUTO_FREE char *path = xstrf("%s/lib/%s", kit, archives[i]);
        AUTO(mapping) struct mapping file = {0};
        struct ar_walk walk;
        struct ar_member m;
        ck_assert_int_eq(mapping_open(&file, path, &e), 0);
        ck_assert_int_eq(ar_open(&walk, file.bytes, file.size, &e), 0);
        while (ar_next(&walk, &m, &e) > 0)
            expect_marks(archives[i], m.data.ptr, m.data.len);
    }
}
END_TEST

/* The compiler's own objects decide with ours: on aarch64 they are marked in newer releases only. */
START_TEST(marks_are_kept_to_the_end)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena a = {0};
    AUTO(mapping) struct mapping file = {0};
    AUTO_FREE char *path = path_join(folder, "out"), *crt = NULL;
    struct kit_request r = request();
    struct elf_image image;
    AUTO_FREE char *source =
        put("marked.c", "#include <stdlib.h>\n#include <sys/stat.h>\nstatic void f(void) { }\n"
                        "int g(const char *p) { struct stat s; return atexit(f) + stat(p, &s); }\n");
    AUTO_FREE char *flags = xstrf(C " -fPIC -shared %s", target.arch->marks.flag);
    ck_assert(build("cc", flags, source, ""));
    ck_assert_int_eq(mapping_open(&file, path, &e), 0);
    ck_assert_int_eq(elf_open(&image, &a, file.bytes, file.size, &e), 0);
    crt = compiler_file(r.cc, "crtbeginS.o", NULL, &e);
    AUTO(mapping) struct mapping begin = {0};
    struct elf_object object;
    ck_assert_msg(crt && mapping_open(&begin, crt, &e) == 0, "%s", e.text);
    ck_assert_int_eq(elf_object_open(&object, begin.bytes, begin.size, &e), 0);
    ck_assert_int_eq(elf_marks(&image), elf_object_marks(&object));
}
END_TEST

START_TEST(headers_say_the_target)
{
    static const char text[] = "#include <stdio.h>\n#include <stdlib.h>\n"
                               "#ifdef __cplusplus\n#include <mutex>\n"
                               "static_assert(_GLIBCXX_GTHREAD_USE_WEAK == 0, \"\");\n"
                               "#define _Static_assert static_assert\n#endif\n"
                               "_Static_assert(__GLIBC__ == 2 && __GLIBC_MINOR__ == 17, \"\");\n"
                               "_Static_assert(__GLIBC_PREREQ(2, 17) && !__GLIBC_PREREQ(2, 18), \"\");\n"
                               "_Static_assert(!__GLIBC_USE_C23_STRTOL && !__GLIBC_USE_C2X_STRTOL, \"\");\n"
                               "int main(int n, char **v) { return n > 1 && strtol(v[1], 0, 0) == 5; }\n";
    AUTO_FREE char *c = put("headers.c", text);
    AUTO_FREE char *cxx = put("headers.cc", text);
    ck_assert(build("cc", "-Werror -std=gnu11 -D_GNU_SOURCE", c, ""));
    expect_old_enough();
    ck_assert(build("c++", "-Werror -std=c++17", cxx, ""));
    expect_old_enough();
    /* No vector forms, which older glibcs lack. */
    AUTO_FREE char *math =
        put("vectors.c", "#include <math.h>\ndouble f[1024]; int main(void) { for (int i = 0; i < 1024; i++) "
                         "f[i] = sin(f[i]) + acos(f[i]) + pow(f[i], f[i]); return f[9] < 1; }\n");
    ck_assert(build("cc", "-O3 -ffast-math -fopenmp-simd", math, "-lm"));
    expect_old_enough();
    expect_run("here", NULL, "");
}
END_TEST

/* A C library that is not newer than the target declares what the target has. */
START_TEST(vectors_are_hidden_from_older_targets_only)
{
    static const struct {
        const char *tag, *glibc;
        bool hidden;
    } cases[] = {
        {"manylinux_2_17_" ARCH, "2.17", true}, /* no libmvec among its libraries */
        {"manylinux_2_28_" ARCH, "2.28", false},
        {"manylinux_2_28_" ARCH, "2.36", true},
        {"manylinux_2_36_" ARCH, "2.36", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        AUTO_FREE char *include = path_join(folder, "overlay");
        AUTO_FREE char *header = path_join(include, "bits/math-vector.h");
        AUTO_FREE char *features = path_join(include, "features.h");
        target = platform(cases[i].tag);
        struct kit_request r = request();
        r.glibc = cases[i].glibc;
        ck_assert_msg(overlay_write(&r, include, &e) == 0, "%s", e.text);
        ck_assert_msg(there_is(header) == cases[i].hidden, "%s on %s", cases[i].tag, cases[i].glibc);
        AUTO(strbuf) struct strbuf text = {0};
        AUTO_FREE char *line = xstrf("\n#define __GLIBC_MINOR__ %d\n", target.minor);
        ck_assert_int_eq(file_read(&text, features, 1 << 16, &e), 0);
        ck_assert_ptr_nonnull(strstr(text.ptr, line));
        ck_assert_int_eq(tree_remove(include, &e), 0);
    }
}
END_TEST

/* Not in any shared libc. */
#define ALWAYS "atexit at_quick_exit pthread_atfork "

static const struct {
    const char *tag, *compat, *runtime, *unwind;
} generations[] = {
    {"manylinux_2_17_" ARCH,
        "fts64 explicit_bzero explicit_bzero_chk getrandom reallocarray floating vectors fcntl64 statx "
        "libc_single_threaded stat stat64 fstat fstat64 fstatat fstatat64 lstat lstat64 mknod mknodat "
        "mallinfo2 resolver closefrom clocks random calls isoc23_strto isoc23_wcsto isoc23_scanf "
        "isoc23_wscanf strings addresses " ALWAYS,
        "thread_atexit strfromf128 strtof128 ", "dl_find_object "},
    {"manylinux_2_28_" ARCH,
        "libc_single_threaded stat stat64 fstat fstat64 fstatat fstatat64 lstat lstat64 mknod mknodat "
        "mallinfo2 resolver closefrom clocks random calls isoc23_strto isoc23_wcsto isoc23_scanf "
        "isoc23_wscanf strings addresses " ALWAYS,
        "", "dl_find_object "},
    {"manylinux_2_34_" ARCH,
        "random calls isoc23_strto isoc23_wcsto isoc23_scanf isoc23_wscanf strings addresses " ALWAYS, "",
        "dl_find_object "},
    {"manylinux_2_39_" ARCH, "addresses " ALWAYS, "", ""},
};

enum { GENERATIONS = COUNT(generations) };

/* Names of the members; every symbol must be hidden. */
static char *members(const char *dir, const char *archive)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(mapping) struct mapping file = {0};
    AUTO_FREE char *path = xstrf("%s/lib/%s", dir, archive);
    struct strbuf names = {0};
    struct ar_walk walk;
    struct ar_member m;
    ck_assert_int_eq(mapping_open(&file, path, &e), 0);
    ck_assert_int_eq(ar_open(&walk, file.bytes, file.size, &e), 0);
    while (ar_next(&walk, &m, &e) > 0) {
        struct elf_object object;
        struct elf_symbol s;
        strbuf_addf(&names, "%.*s ", (int)m.name.len - 2, m.name.ptr);
        ck_assert_int_eq(elf_object_open(&object, m.data.ptr, m.data.len, &e), 0);
        for (size_t i = 1; i < object.symbol_count; i++)
            if (elf_object_symbol_at(&object, i, &s) && s.bind != STB_LOCAL && s.section != SHN_UNDEF)
                ck_assert_msg(s.visibility == STV_HIDDEN, "%s is not hidden", s.name);
        ck_assert_msg(memmem(m.data.ptr, m.data.len, folder, strlen(folder)) == NULL, "names a path");
    }
    return strbuf_steal(&names);
}

static void make_compat(const char *dir)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *lib = path_join(dir, "lib");
    struct kit_request r = request();
    ck_assert_int_eq(folder_make(lib, &e), 0);
    ck_assert_msg(compat_make(&r, dir, &e) == 0, "%s", e.text);
}

START_TEST(archives_hold_what_the_target_lacks)
{
    AUTO_FREE char *dir = path_join(folder, "generation");
    target = platform(generations[_i].tag);
    make_compat(dir);
    AUTO_FREE char *compat = members(dir, KIT_COMPAT_ARCHIVE);
    AUTO_FREE char *runtime = members(dir, KIT_RUNTIME_ARCHIVE);
    AUTO_FREE char *unwind = members(dir, KIT_UNWIND_ARCHIVE);
    ck_assert_str_eq(compat, generations[_i].compat);
    ck_assert_str_eq(runtime, generations[_i].runtime);
    ck_assert_str_eq(unwind, generations[_i].unwind);
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tree_remove(dir, &e), 0);
}
END_TEST

START_TEST(the_same_is_made_again)
{
    static const char *const names[] = {KIT_COMPAT_ARCHIVE, KIT_RUNTIME_ARCHIVE, KIT_UNWIND_ARCHIVE, "crt1.o",
        "Scrt1.o", "rcrt1.o", "gcrt1.o", "crti.o", "crtn.o"};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *dir = path_join(folder, "again");
    make_compat(dir);
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(strbuf) struct strbuf one = {0};
        AUTO(strbuf) struct strbuf two = {0};
        AUTO_FREE char *first = xstrf("%s/lib/%s", kit, names[i]);
        AUTO_FREE char *second = xstrf("%s/lib/%s", dir, names[i]);
        ck_assert_int_eq(file_read(&one, first, 1 << 20, &e), 0);
        ck_assert_int_eq(file_read(&two, second, 1 << 20, &e), 0);
        ck_assert_msg(one.len == two.len && memcmp(one.ptr, two.ptr, one.len) == 0, "%s", names[i]);
    }
    AUTO(strvec) struct strvec left = {0};
    ck_assert_int_eq(tree_list(dir, NULL, NULL, &left, &e), 0);
    ck_assert_uint_eq(left.len, COUNT(names));
    ck_assert_int_eq(tree_remove(dir, &e), 0);
}
END_TEST

START_TEST(a_compiler_that_fails_is_quoted)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *cc = put("failing", "#!/bin/sh\necho 'internal error: no tea' >&2\nexit 3\n");
    AUTO_FREE char *dir = path_join(folder, "failing-kit");
    AUTO_FREE char *lib = path_join(dir, "lib");
    struct kit_request r = request();
    r.cc = cc;
    ck_assert_int_eq(folder_make(lib, &e), 0);
    ck_assert_int_eq(compat_make(&r, dir, &e), -1);
    ck_assert_int_eq(e.kind, ERR_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(e.text, "making what glibc 2.17 lacks"));
    ck_assert_ptr_nonnull(strstr(e.text, "internal error: no tea"));
    AUTO(strvec) struct strvec left = {0};
    AUTO(err) struct err other = ERR_INIT;
    ck_assert_int_eq(tree_list(dir, NULL, NULL, &left, &other), 0);
    ck_assert_uint_eq(left.len, 0);
    ck_assert_int_eq(tree_remove(dir, &other), 0);
}
END_TEST

#define AVX                                                                 \
    "__attribute__((target(\"avx2\"), noinline)) void f(int *a, int *b) { " \
    "typedef int v __attribute__((vector_size(32))); *(v *)a = *(v *)a * *(v *)b; }\n"

static const struct {
    const char *source, *said[2]; /* NULL: nothing */
} runtimes[] = {
    {"int stat(), getentropy(), pthread_create(), _dl_find_object(); "
     "int f(void) { return stat() + getentropy() + pthread_create() + _dl_find_object(); }",
        {NULL, NULL}},
    {"int pkey_alloc(); int f(void) { return pkey_alloc(); }",
        {"pkey_alloc (GLIBC_2.27), for runtime.o of ", "manylinux_2_27_" ARCH}},
    {"__attribute__((weak)) int pkey_alloc(); int f(void) { return pkey_alloc ? pkey_alloc() : 0; }",
        {NULL, NULL}},
    {"int pkey_alloc(void) { return 0; } int f(void) { return pkey_alloc(); }", {NULL, NULL}},
    {"int of_the_linker(); int f(void) { return of_the_linker(); }", {NULL, NULL}},
#ifdef __x86_64__
    {AVX, {"libgomp.a: 1 functions need more", "x86-64-v3"}},
    {"#include <cpuid.h>\nint g(void) { unsigned a, b, c, d; return __get_cpuid(7, &a, &b, &c, &d); }\n" AVX,
        {NULL, NULL}},
#endif
};

enum { RUNTIMES = COUNT(runtimes) };

START_TEST(a_runtime_that_does_not_fit_is_refused)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *source = put("runtime.c", runtimes[_i].source);
    AUTO(strvec) struct strvec compile = {0};
    strvec_push(&compile, toolchain.cc);
    push_words(&compile, "-O1 -w -std=gnu89 -fno-builtin -c runtime.c -o runtime.o");
    ck_assert_int_eq(run(&compile, NULL).status, 0);
    AUTO(strvec) struct strvec pack = {0};
    strvec_push(&pack, toolchain.ar);
    push_words(&pack, "rcs libgomp.a runtime.o");
    AUTO_FREE char *archive = path_join(folder, "libgomp.a");
    ck_assert_int_eq(tree_remove(archive, &e), 0);
    ck_assert_int_eq(run(&pack, NULL).status, 0);

    AUTO_FREE char *script = xstrf(
        "#!/bin/sh\ncase $1 in\n-print-file-name=libgomp.a) echo %s/libgomp.a ;;\n*) exec %s \"$@\" ;;\n"
        "esac\n",
        folder, toolchain.cc);
    AUTO_FREE char *cc = put("other-cc", script);
    struct kit_request r = request();
    r.cc = cc;
    int result = runtime_scan(&r, kit, &e);
    if (!runtimes[_i].said[0]) {
        ck_assert_msg(result == 0, "%s", e.text);
        return;
    }
    ck_assert_int_eq(result, -1);
    ck_assert_int_eq(e.kind, ERR_ENVIRONMENT);
    for (size_t i = 0; i < 2; i++)
        ck_assert_msg(strstr(e.text, runtimes[_i].said[i]) != NULL, "%s", e.text);
}
END_TEST

#endif

Suite *compat_suite(void)
{
    Suite *s = suite_create("compat");
#if defined __GLIBC__ && defined __LP64__ && (defined __x86_64__ || defined __aarch64__)
    TCase *programs_case = tcase_create("programs"); /* what tests/cli/old.sh runs */
    tcase_set_timeout(programs_case, 120);
    tcase_add_unchecked_fixture(programs_case, make_kit, drop_kit);
    tcase_add_loop_test(programs_case, programs_behave_here_and_on_an_old_system, 0, PROGRAMS);
    tcase_add_test(programs_case, an_old_system_is_at_hand);
    suite_add_tcase(s, programs_case);
    TCase *t = tcase_create("compat");
    tcase_set_timeout(t, 120);
    tcase_add_unchecked_fixture(t, make_kit, drop_kit);
    tcase_add_test(t, configure_finds_what_it_may_use);
    tcase_add_test(t, modules_do_not_export_it);
    tcase_add_test(t, whatever_is_added_is_marked);
    tcase_add_test(t, marks_are_kept_to_the_end);
    tcase_add_test(t, headers_say_the_target);
    tcase_add_test(t, vectors_are_hidden_from_older_targets_only);
    tcase_add_loop_test(t, archives_hold_what_the_target_lacks, 0, GENERATIONS);
    tcase_add_test(t, the_same_is_made_again);
    tcase_add_test(t, a_compiler_that_fails_is_quoted);
    tcase_add_loop_test(t, a_runtime_that_does_not_fit_is_refused, 0, RUNTIMES);
    suite_add_tcase(s, t);
#endif
    return s;
}
