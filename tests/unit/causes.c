/* What failures are said to mean, by logs that the real tools wrote (tests/fixtures/causes). */
#include <check.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/causes.h"
#include "sys/fs.h"

static void read_log(struct strbuf *out, const char *name)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = xstrf("tests/fixtures/causes/%s.log", name);
    ck_assert_msg(file_read(out, path, 1 << 20, &e) == 0, "%s", e.text);
}

/* How the first sentence begins; "": there is none. */
static const struct {
    const char *log, *says;
    bool is_header;
} cases[] = {
    {.log = "header_gcc", .says = "the header uuid/nothere.h is not there", .is_header = true},
    {.log = "header_clang", .says = "the header uuid/nothere.h is not there", .is_header = true},
    {.log = "pic", .says = "objects that are not position-independent"},
    {.log = "pic_gold", .says = "objects that are not position-independent"},
    {.log = "pic_lld", .says = "objects that are not position-independent"},
    {.log = "cmake_policy",
        .says = "the project asks for the policies of a CMake that this one no longer knows"},
    {.log = "cmake_old", .says = "the project needs CMake 3.99 or later, and the one here is older"},
    {.log = "autoreconf_missing", .says = "make wants to make the build files anew with aclocal-1.15"},
    {.log = "autoreconf_macro", .says = "autoreconf did not find the macro AC_FOO_BAR"},
    {.log = "no_configure", .says = "the source has no configure script"},
    {.log = "configure_aux",
        .says = "the source lacks files that autoreconf brings (config.guess config.sub)"},
    {.log = "memory_gcc", .says = "a compiler had no memory left for 6000 bytes"},
    {.log = "memory_killed", .says = "cc1 was killed, as the kernel does when memory is short"},
    {.log = "configure_concludes", .says = ""},
    {.log = "cmake_package", .says = ""},
};

START_TEST(logs_of_real_tools_are_understood)
{
    AUTO(strbuf) struct strbuf log = {0};
    AUTO(strbuf) struct strbuf said = {0};
    struct causes causes = {.len = 0};
    read_log(&log, cases[_i].log);
    causes_find(&causes, (struct slice){log.ptr, log.len});
    ck_assert_uint_eq(causes.len, *cases[_i].says ? 1 : 0);
    if (causes.len)
        cause_write(&said, &causes.items[0]);
    ck_assert_msg(str_starts(strbuf_str(&said), cases[_i].says), "%s: %s", cases[_i].log, strbuf_str(&said));
    ck_assert(!causes.len || causes.items[0].is_header == cases[_i].is_header);
}
END_TEST

START_TEST(each_header_is_told_and_once)
{
    static const char log[] = "a.c:1:1: fatal error: a.h: No such file or directory\n"
                              "b.c:1:1: fatal error: a.h: No such file or directory\n"
                              "c.c:1:1: fatal error: c.h: No such file or directory\n"
                              "recompile with -fPIC\nLLVM ERROR: out of memory\n";
    struct causes causes = {.len = 0};
    causes_find(&causes, slice_of(log));
    ck_assert_uint_eq(causes.len, CAUSES_MAX);
    ck_assert(slice_is(causes.items[0].name, "a.h") && slice_is(causes.items[1].name, "c.h"));
}
END_TEST

static const struct {
    const char *log, *says;
    bool (*read)(struct strbuf *out, struct slice log);
} conclusions[] = {
    {"configure_concludes.config",
        "configure gave up: libnothere is needed; the test that failed last said: /usr/bin/ld: cannot find "
        "-lnothere: No such file or directory",
        causes_configure},
    {"configure_compiler.config",
        "configure gave up: C compiler cannot create executables; the test that failed last said: gcc: "
        "error: unrecognized command-line option '--nonsense'; did you mean '--no-see'?",
        causes_configure},
    {"cmake_compiler.CMakeError",
        "CMake's test that failed last said: cc: error: unrecognized command-line option '--nonsense'",
        causes_cmake},
    {"header_gcc", "", causes_configure},
    {"pic", "", causes_configure},
};

START_TEST(what_configure_and_cmake_concluded)
{
    AUTO(strbuf) struct strbuf log = {0};
    AUTO(strbuf) struct strbuf said = {0};
    read_log(&log, conclusions[_i].log);
    bool is_told = conclusions[_i].read(&said, (struct slice){log.ptr, log.len});
    ck_assert_int_eq(is_told, *conclusions[_i].says != '\0');
    ck_assert_msg(str_starts(strbuf_str(&said), conclusions[_i].says), "%s", strbuf_str(&said));
}
END_TEST

Suite *causes_suite(void)
{
    Suite *s = suite_create("causes");
    TCase *t = tcase_create("causes");
    tcase_add_loop_test(t, logs_of_real_tools_are_understood, 0, COUNT(cases));
    tcase_add_test(t, each_header_is_told_and_once);
    tcase_add_loop_test(t, what_configure_and_cmake_concluded, 0, COUNT(conclusions));
    suite_add_tcase(s, t);
    return s;
}
