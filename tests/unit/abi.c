/* How builds of CPython are spelt, and what is none of its spellings. */
#include "python/abi/abi.h"

#include <check.h>
#include <string.h>

#include "base/cleanup.h"

enum how { TEXT, TAG, FILE_NAME };

static const struct {
    enum how how;
    const char *text;
    bool known;
    struct python_abi abi;
} cases[] = {
    {TEXT, "3.12", true, {.minor = 12}},
    {TEXT, "3.9", true, {.minor = 9}},
    {TEXT, "3.13t", true, {.minor = 13, .free_threaded = true}},
    {TEXT, "3.0", true, {.minor = 0}},
    {TEXT, "3.", false, {0}},
    {TEXT, "3.09", false, {0}},
    {TEXT, "3.123", false, {0}},
    {TEXT, "3.12.1", false, {0}},
    {TEXT, "3.12 ", false, {0}},
    {TEXT, " 3.12", false, {0}},
    {TEXT, "3.12d", false, {0}},
    {TEXT, "3.-1", false, {0}},
    {TEXT, "2.7", false, {0}},
    {TEXT, "", false, {0}},
    {TAG, "cp311", true, {.minor = 11}},
    {TAG, "cp37m", true, {.minor = 7}},
    {TAG, "cp37dm", true, {.minor = 7, .debug = true}},
    {TAG, "cp313t", true, {.minor = 13, .free_threaded = true}},
    {TAG, "cp314td", true, {.minor = 14, .free_threaded = true, .debug = true}},
    {TAG, "abi3", true, {.kind = PYTHON_ABI_STABLE, .minor = 12}},
    {TAG, "abi3t", true, {.kind = PYTHON_ABI_STABLE_T, .minor = 12, .free_threaded = true}},
    {TAG, "abi4", false, {0}},
    {TAG, "none", false, {0}},
    {TAG, "cp3", false, {0}},
    {TAG, "cp311x", false, {0}},
    {TAG, "cp27mu", false, {0}},
    {TAG, "pp310", false, {0}},
    {TAG, "pypy310_pp73", false, {0}},
    {FILE_NAME, "a/_zmq.cpython-311-x86_64-linux-gnu.so", true, {.minor = 11}},
    {FILE_NAME, "_zmq.cpython-313t-x86_64-linux-musl.so", true, {.minor = 13, .free_threaded = true}},
    {FILE_NAME, "_zmq.cpython-37m.so", true, {.minor = 7}},
    {FILE_NAME, "_zmq.cpython-311d-x86_64-linux-gnu.so", true, {.minor = 11, .debug = true}},
    {FILE_NAME, "a/_zmq.abi3.so", true, {.kind = PYTHON_ABI_STABLE}},
    {FILE_NAME, "_zmq.abi3t.so", true, {.kind = PYTHON_ABI_STABLE_T, .free_threaded = true}},
    {FILE_NAME, "_zmq.so", false, {0}},
    {FILE_NAME, "a.cpython-311-x/_zmq.so", false, {0}},
    {FILE_NAME, "_zmq.cpython-3.so", false, {0}},
    {FILE_NAME, "_zmq.pypy310-pp73-x86_64-linux-gnu.so", false, {0}},
};

START_TEST(spellings_are_read)
{
    struct python_abi abi = {.minor = -7};
    const char *text = cases[_i].text;
    bool known = cases[_i].how == TEXT  ? python_abi_parse(&abi, slice_of(text))
                 : cases[_i].how == TAG ? python_abi_of_tag(&abi, "cp312", text)
                                        : python_abi_of_file(&abi, text);
    ck_assert_msg(known == cases[_i].known, "%s", text);
    if (!known) {
        ck_assert_int_eq(abi.minor, -7);
        return;
    }
    ck_assert_int_eq(abi.kind, cases[_i].abi.kind);
    ck_assert_int_eq(abi.minor, cases[_i].abi.minor);
    ck_assert_int_eq(abi.free_threaded, cases[_i].abi.free_threaded);
    ck_assert_int_eq(abi.debug, cases[_i].abi.debug);
    AUTO_FREE char *tag = python_abi_tag(&abi);
    ck_assert_msg(cases[_i].how != TAG || strcmp(tag, text) == 0, "%s became %s", text, tag);
}
END_TEST

START_TEST(versions_have_a_number)
{
    ck_assert_uint_eq(python_abi_hex(&(struct python_abi){.minor = 12}), 0x030c0000);
    ck_assert_uint_eq(python_abi_hex(&(struct python_abi){.minor = 8}), 0x03080000);
    ck_assert_int_eq(python_abi_minor_of_tag("cp311"), 11);
    ck_assert_int_eq(python_abi_minor_of_tag("py3"), 0);
    ck_assert_int_eq(python_abi_minor_of_tag("cp3"), 0);
}
END_TEST

START_TEST(stable_abis_serve_builds)
{
    static const struct {
        struct python_abi stable, build;
        bool serves;
    } served[] = {
        {{.kind = PYTHON_ABI_STABLE, .minor = 12}, {.minor = 12}, true},
        {{.kind = PYTHON_ABI_STABLE, .minor = 12}, {.minor = 15}, true},
        {{.kind = PYTHON_ABI_STABLE, .minor = 12}, {.minor = 11}, false},
        {{.kind = PYTHON_ABI_STABLE, .minor = 12}, {.minor = 13, .free_threaded = true}, false},
        {{.kind = PYTHON_ABI_STABLE_T, .minor = 15}, {.minor = 15, .free_threaded = true}, true},
        {{.kind = PYTHON_ABI_STABLE_T, .minor = 15}, {.minor = 16}, true},
        {{.kind = PYTHON_ABI_STABLE_T, .minor = 15}, {.minor = 14}, false},
        {{.minor = 12}, {.minor = 12}, false},
    };
    for (size_t i = 0; i < COUNT(served); i++)
        ck_assert_msg(
            python_abi_serves(&served[i].stable, &served[i].build) == served[i].serves, "case %zu", i);
    ck_assert_str_eq(python_abi_wheel_tag(&served[0].stable), "abi3");
    ck_assert_str_eq(python_abi_wheel_tag(&served[4].stable), "abi3.abi3t");
    ck_assert_str_eq(python_abi_suffix(&served[0].stable), ".abi3.so");
    ck_assert_str_eq(python_abi_suffix(&served[4].stable), ".abi3t.so");
}
END_TEST

Suite *abi_suite(void)
{
    Suite *s = suite_create("abi");
    TCase *t = tcase_create("abi");
    tcase_add_loop_test(t, spellings_are_read, 0, COUNT(cases));
    tcase_add_test(t, versions_have_a_number);
    tcase_add_test(t, stable_abis_serve_builds);
    suite_add_tcase(s, t);
    return s;
}
