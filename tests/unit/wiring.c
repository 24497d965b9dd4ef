/* The files of a kit that make compilers and build systems use it. The kit here has no libraries: words of
 * the compiler's command lines are looked at, and headers. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/ask.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"
#include "kit/internal.h"

static char *kit;

static void setup(void)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *folder = folder_make_temporary("/tmp", "wiring-test-", &e);
    kit = xstrf("%s/a kit's folder", folder);
    AUTO_FREE char *include = path_join(kit, "include");
    AUTO_FREE char *lib = path_join(kit, "lib");
    ck_assert_int_eq(folder_make(include, &e), 0);
    ck_assert_int_eq(folder_make(lib, &e), 0);
    AUTO_FREE char *header = path_join(include, "features.h");
    static const char text[] = "#define OVERLAY 1\n#include_next <features.h>\n";
    ck_assert_int_eq(file_write(header, text, strlen(text), 0644, &e), 0);
}

static void teardown(void)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *folder = path_dir(kit);
    ck_assert_int_eq(tree_remove(folder, &e), 0);
    free(kit);
}

/* False when the compiler is not here. */
static bool wire(const char *name, const char *cxx, const char *platform, const char *home)
{
    AUTO(err) struct err e = ERR_INIT;
    struct platform target;
    AUTO_FREE char *cc = program_there(name);
    AUTO_FREE char *second = cxx ? program_there(cxx) : NULL;
    if (!cc || (cxx && !second)) {
        fprintf(stderr, "skipped: no %s here\n", name);
        return false;
    }
    ck_assert(platform_find(&target, platform));
    struct kit_request r = {.target = &target,
        .cc = cc,
        .cxx = second ? second : "",
        .ar = "/usr/bin/ar",
        .is_clang = strcmp(name, "clang") == 0,
        .templates = "templates",
        .home = home};
    ck_assert_msg(wiring_write(&r, kit, &e) == 0, "%s", e.text);
    return true;
}

/* What bin/PROGRAM prints and how it ends; words ends in NULL. */
static int says(struct strbuf *out, const char *program, const char *const *words)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec argv = {0};
    strvec_pushf(&argv, "%s/bin/%s", kit, program);
    for (size_t i = 0; words[i]; i++)
        strvec_push(&argv, words[i]);
    AUTO_FREE char *path = path_join(kit, "said");
    AUTO_FCLOSE FILE *f = fopen(path, "w+");
    struct process_spec spec = {.argv = argv.items, .dir = kit, .in = -1, .out = -1, .err = fileno(f)};
    struct process_end end;
    ck_assert_msg(process_run(&spec, out, 1 << 20, 60000, &end, &e) == 0, "%s", e.text);
    ck_assert_int_eq(file_read(out, path, 1 << 20, &e), 0);
    return end.status;
}

static void put(const char *name, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(kit, name);
    ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
}

#define SAYS(out, program, ...) says(out, program, (const char *const[]){__VA_ARGS__, NULL})

static const char *const compilers[][2] = {{"gcc", "g++"}, {"clang", "clang++"}};

START_TEST(the_overlay_is_seen_first)
{
    if (!wire(compilers[_i][0], compilers[_i][1], "manylinux_2_17_x86_64", NULL))
        return;
    put("x.c", "#include <stdio.h>\nint seen = OVERLAY, glibc = __GLIBC__;\n");
    AUTO(strbuf) struct strbuf out = {0};
    ck_assert_msg(SAYS(&out, "cc", "-Werror", "-c", "x.c", "-o", "x.o") == 0, "%s", out.ptr);
    ck_assert_msg(SAYS(&out, "c++", "-Werror", "-x", "c++", "-c", "x.c", "-o", "x.o") == 0, "%s", out.ptr);
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

/* Where a word stands in the linker's command line that -### shows; 0: not there. */
static size_t place_of(const char *text, const char *word)
{
    const char *at = strstr(text, word);
    return at ? (size_t)(at - text) + 1 : 0;
}

START_TEST(the_kits_libraries_come_before_the_users)
{
    if (!wire(compilers[_i][0], compilers[_i][1], "manylinux_2_17_x86_64", NULL))
        return;
    put("x.c", "int f(void) { return 0; }\n");
    AUTO(strbuf) struct strbuf out = {0};
    ck_assert_int_eq(SAYS(&out, "cc", "-c", "-fPIC", "x.c", "-o", "x.o"), 0);
    ck_assert_int_eq(SAYS(&out, "cc", "-###", "-L/users", "-shared", "x.o", "-o", "x.so"), 0);
    AUTO_FREE char *own = xstrf("-L%s/lib", kit);
    const char *linker = strstr(out.ptr, "crtbeginS.o");
    ck_assert_msg(linker != NULL, "%s", out.ptr);
    while (linker > out.ptr && linker[-1] != '\n')
        linker--;
    size_t first = place_of(linker, own), users = place_of(linker, "-L/users");
    ck_assert_msg(first && users && first < users, "%s", linker);
    ck_assert_msg(place_of(linker, "nodelete") && place_of(linker, "libstdc++.a:"), "%s", linker);

    strbuf_clear(&out);
    ck_assert_int_eq(SAYS(&out, "cc", "-###", "-r", "x.o", "-o", "y.o"), 0);
    ck_assert_msg(!place_of(out.ptr, "libstdc++.a:") && !place_of(out.ptr, "nodelete"), "%s", out.ptr);
}
END_TEST

START_TEST(questions_are_answered_as_by_the_compiler)
{
    if (!wire(compilers[_i][0], compilers[_i][1], "manylinux_2_17_x86_64", NULL))
        return;
    static const char *const words[] = {"-v", "--version", "-dumpmachine", "-print-prog-name=ld"};
    for (size_t i = 0; i < COUNT(words); i++) {
        AUTO(strbuf) struct strbuf out = {0};
        ck_assert_msg(SAYS(&out, "cc", words[i]) == 0 && out.len, "%s: %s", words[i], strbuf_str(&out));
        ck_assert_msg(!strstr(out.ptr, "warning") && !strstr(out.ptr, "undefined"), "%s", out.ptr);
    }
    AUTO(strbuf) struct strbuf out = {0};
    ck_assert_msg(SAYS(&out, "cc", "-Werror", "-E", "-x", "c", "/dev/null") == 0, "%s", out.ptr);
}
END_TEST

START_TEST(pkg_config_knows_nothing_of_the_machine)
{
    if (!wire("gcc", NULL, "manylinux_2_17_x86_64", NULL))
        return;
    AUTO_FREE char *there = program_there("pkg-config");
    AUTO_FREE char *cxx = path_join(kit, "bin/c++");
    ck_assert(!there_is(cxx));
    if (!there)
        return;
    AUTO(strbuf) struct strbuf out = {0};
    unsetenv("PKG_CONFIG_LIBDIR");
    setenv("PKG_CONFIG_PATH", "/usr/lib/x86_64-linux-gnu/pkgconfig:/usr/share/pkgconfig", 1);
    ck_assert_int_eq(SAYS(&out, "pkg-config", "--list-all"), 0);
    ck_assert_str_eq(strbuf_str(&out), "");
}
END_TEST

static void expect_file(const char *name, const char *text, bool has)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf got = {0};
    AUTO_FREE char *path = path_join(kit, name);
    ck_assert_int_eq(file_read(&got, path, 1 << 16, &e), 0);
    ck_assert_msg((strstr(got.ptr, text) != NULL) == has, "%s", got.ptr);
    ck_assert_msg(!strstr(got.ptr, "{{"), "%s", got.ptr);
}

START_TEST(build_systems_are_told_of_another_processor)
{
    if (!wire("gcc", "g++", _i ? "manylinux_2_17_s390x" : "manylinux_2_17_x86_64", "/store/kit"))
        return;
    expect_file("meson.ini", "c = '/store/kit/bin/cc'", true);
    expect_file("toolchain.cmake", "bin/c++", true);
#ifdef __x86_64__
    expect_file("meson.ini", "cpu_family = 's390x'", _i);
    expect_file("meson.ini", "endian = 'big'", _i);
    expect_file("toolchain.cmake", "CMAKE_SYSTEM_NAME", _i);
#endif
}
END_TEST

START_TEST(a_path_that_meson_cannot_quote_is_refused)
{
    AUTO(err) struct err e = ERR_INIT;
    struct platform target;
    ck_assert(platform_find(&target, "manylinux_2_17_x86_64"));
    struct kit_request r = {
        .target = &target, .cc = "/bin/cc", .cxx = "", .ar = "ar", .templates = "templates", .home = "/it's"};
    ck_assert_int_eq(wiring_write(&r, kit, &e), -1);
    ck_assert_msg(strstr(e.text, "/it's") != NULL, "%s", e.text);
}
END_TEST

Suite *wiring_suite(void);
Suite *wiring_suite(void)
{
    Suite *s = suite_create("wiring");
    TCase *t = tcase_create("wiring");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, the_overlay_is_seen_first, 0, 2);
    tcase_add_loop_test(t, the_kits_libraries_come_before_the_users, 0, 2);
    tcase_add_loop_test(t, questions_are_answered_as_by_the_compiler, 0, 2);
    tcase_add_test(t, pkg_config_knows_nothing_of_the_machine);
    tcase_add_loop_test(t, build_systems_are_told_of_another_processor, 0, 2);
    tcase_add_test(t, a_path_that_meson_cannot_quote_is_refused);
    suite_add_tcase(s, t);
    return s;
}
