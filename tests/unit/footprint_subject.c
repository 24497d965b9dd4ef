/* What a wheel brings and for whom it is; what the loader told. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "footprint/loader_statistics.h"
#include "footprint/subject.h"
#include "python/fits.h"

START_TEST(what_the_loader_told)
{
    static const char text[] = "     18039:\t\n     18039:\truntime linker statistics:\n"
                               "     18039:\t  total startup time in dynamic loader: 136583 cycles\n"
                               "     18039:\t                 number of relocations: 123\n"
                               "     18039:\t           final number of relocations: 625\n"
                               "     18039:\tfinal number of relocations from cache: 94\n";
    struct loader_statistics s;
    ck_assert(loader_statistics_parse(&s, slice_of(text)));
    ck_assert_uint_eq(s.startup_cycles, 136583);
    ck_assert_uint_eq(s.lookups, 625);
    ck_assert(!loader_statistics_parse(&s, slice_of("total startup time in dynamic loader: 1\n")));
    ck_assert(
        !loader_statistics_parse(&s, slice_of("final number of relocations: x\ntotal startup time: 1")));
    ck_assert(!loader_statistics_parse(&s, slice_of("")));
    ck_assert(!loader_statistics_read(&s, "/nonexistent"));
}
END_TEST

START_TEST(what_a_wheel_brings)
{
    static const struct {
        const char *members, *names;
    } cases[] = {
        {"zmq/__init__.py zmq/backend/_zmq.so zmq-1.dist-info/METADATA", "zmq"},
        {"a/__init__.py b/__init__.py b/x.so", "b"},
        {"a/__init__.py b/__init__.py", "a b"},
        {"one.cpython-311-x86_64-linux-gnu.so x-1.dist-info/RECORD", "one"},
        {"one.py two.abi3.so", "two"},
        {"t.libs/libx.so t/__init__.py t/m.so", "t"},
        {"9bad/__init__.py a-b.py", ""},
        {"namespace/x.so", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strvec) struct strvec members = {0};
        AUTO(strvec) struct strvec names = {0};
        AUTO(strbuf) struct strbuf joined = {0};
        struct slice rest = slice_of(cases[i].members);
        while (rest.ptr) {
            struct slice word = slice_cut(&rest, ' ');
            strvec_pushn(&members, word.ptr, word.len);
        }
        subject_names(&names, (const char *const *)members.items, members.len);
        for (size_t k = 0; k < names.len; k++)
            strbuf_addf(&joined, "%s%s", k ? " " : "", names.items[k]);
        ck_assert_str_eq(strbuf_str(&joined), cases[i].names);
    }
}
END_TEST

START_TEST(wheels_that_fit)
{
    static const struct interpreter py311 = {.abi.minor = 11, .python_tag = "cp311", .abi_tag = "cp311"};
    static const struct interpreter py313t = {
        .abi = {.minor = 13, .free_threaded = true}, .python_tag = "cp313", .abi_tag = "cp313t"};
    static const struct {
        const char *wheel;
        bool fits_311, fits_313t;
    } cases[] = {
        {"a-1-cp311-cp311-manylinux_2_17_x86_64.whl", true, false},
        {"a-1-cp39-abi3-manylinux_2_17_x86_64.whl", true, false},
        {"a-1-cp312-abi3-manylinux_2_17_x86_64.whl", false, false},
        {"a-1-cp313-cp313t-manylinux_2_17_x86_64.whl", false, true},
        {"a-1-cp311-abi3t-manylinux_2_17_x86_64.whl", true, true},
        {"a-1-cp312-abi3.abi3t-manylinux_2_17_x86_64.whl", false, true},
        {"a-1-cp314-abi3t-manylinux_2_17_x86_64.whl", false, false},
        {"a-1-py3-none-any.whl", true, true},
        {"a-1-py2.py3-none-any.whl", true, true},
        {"a-1-cp310-cp310-linux_x86_64.whl", false, false},
        {"a.whl", false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_msg(wheel_file_fits(cases[i].wheel, &py311) == cases[i].fits_311, "%s", cases[i].wheel);
        ck_assert_msg(wheel_file_fits(cases[i].wheel, &py313t) == cases[i].fits_313t, "%s", cases[i].wheel);
    }
}
END_TEST

Suite *footprint_subject_suite(void)
{
    Suite *s = suite_create("footprint_subject");
    TCase *t = tcase_create("footprint_subject");
    tcase_add_test(t, what_the_loader_told);
    tcase_add_test(t, what_a_wheel_brings);
    tcase_add_test(t, wheels_that_fit);
    suite_add_tcase(s, t);
    return s;
}
