/* What lists of the platforms' tables have, and numbers at their edges. */
#include <check.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "target/target.h"

static struct platform platform(const char *tag)
{
    struct platform p;
    ck_assert_msg(platform_find(&p, tag), "%s", tag);
    return p;
}

/* The list and the question are two ways into one table. */
START_TEST(promised_libraries_are_listed)
{
    static const char *const tags[] = {
        "manylinux_2_5_x86_64", "manylinux_2_17_x86_64", "manylinux_2_39_aarch64", "musllinux_1_1_x86_64"};
    struct platform p = platform(tags[_i]);
    AUTO(strvec) struct strvec seen = {0};
    const char *soname;
    for (size_t i = 0; (soname = platform_library_at(&p, i)); i++) {
        ck_assert_msg(platform_has_library(&p, soname), "%s", soname);
        ck_assert_msg(!strvec_has(&seen, soname), "%s: twice", soname);
        strvec_push(&seen, soname);
    }
    ck_assert_ptr_null(platform_library_at(&p, seen.len + 1));
    ck_assert(strvec_has(&seen, p.libc == LIBC_GLIBC ? "libm.so.6" : "libz.so.1"));
    static const char *const others[] = {"libm.so.6", "libc.so.6", "libz.so.1", "libX11.so.6",
        "libstdc++.so.6", "libglib-2.0.so.0", "libnone.so.1"};
    for (int i = 0; i < (int)COUNT(others); i++)
        ck_assert_msg(platform_has_library(&p, others[i]) == strvec_has(&seen, others[i]), "%s", others[i]);
}
END_TEST

START_TEST(what_promises_nothing_lists_nothing)
{
    struct platform p = platform("linux_x86_64");
    ck_assert_ptr_null(platform_library_at(&p, 0));
}
END_TEST

START_TEST(some_symbols_are_forbidden_somewhere)
{
    ck_assert(platform_may_forbid("libz.so.1", "_dist_code"));
    ck_assert(platform_may_forbid("libc.so.6", "__issignaling"));
    ck_assert(!platform_may_forbid("libz.so.1", "__issignaling"));
    ck_assert(!platform_may_forbid("libc.so.6", "printf"));
    ck_assert(!platform_may_forbid("libnone.so.1", "_dist_code"));
}
END_TEST

/* Tags of a promise, and its minor; -1 for what is none. */
static const struct {
    const char *tag;
    int minor;
} numbers[] = {
    {"manylinux_2_0_x86_64", 0},
    {"manylinux_2_4_x86_64", 4},
    {"manylinux_2_5_x86_64", 5},
    {"manylinux_2_10_x86_64", 10},
    {"manylinux_2_999_x86_64", 999},
    {"manylinux_2_1000_x86_64", -1},
    {"manylinux_2_00_x86_64", -1},
    {"manylinux_2_05_x86_64", -1},
    {"manylinux_2_x86_64", -1},
    {"manylinux_2__x86_64", -1},
    {"manylinux_2_17x86_64", -1},
    {"manylinux_2_17_", -1},
    {"musllinux_1_0_x86_64", 0},
    {"musllinux_1_2_x86_64", 2},
};

START_TEST(numbers_of_tags_are_small_and_plain)
{
    struct platform p;
    bool is_platform = platform_read_tag(&p, numbers[_i].tag) == TAG_PLATFORM;
    ck_assert_msg(is_platform == (numbers[_i].minor >= 0), "%s", numbers[_i].tag);
    if (!is_platform)
        return;
    ck_assert_int_eq(p.minor, numbers[_i].minor);
    ck_assert_str_eq(p.name, numbers[_i].tag);
}
END_TEST

/* An alias belongs to its own policy, and to none that is older or newer. */
START_TEST(aliases_belong_to_one_policy)
{
    static const struct {
        const char *tag, *alias;
    } cases[] = {
        {"manylinux_2_5_x86_64", "manylinux1_x86_64"},
        {"manylinux_2_6_x86_64", ""},
        {"manylinux_2_12_x86_64", "manylinux2010_x86_64"},
        {"manylinux_2_17_s390x", "manylinux2014_s390x"},
        {"manylinux_2_18_x86_64", ""},
        {"manylinux_2_4_x86_64", ""},
    };
    for (int i = 0; i < (int)COUNT(cases); i++) {
        struct platform p;
        ck_assert_int_eq(platform_read_tag(&p, cases[i].tag), TAG_PLATFORM);
        ck_assert_str_eq(p.alias, cases[i].alias);
    }
}
END_TEST

START_TEST(one_that_promises_nothing_is_one)
{
    const struct arch *arch = arch_find("x86_64");
    struct platform p;
    ck_assert(platform_at(&p, LIBC_ANY, arch, 0));
    ck_assert_str_eq(p.name, "linux_x86_64");
    ck_assert(!platform_at(&p, LIBC_ANY, arch, 1));
}
END_TEST

/* Past the end of what is written down a version of glibc needs the glibc that it is called by. */
START_TEST(versions_newer_than_the_tables)
{
    struct platform newest = {0}, p;
    for (size_t i = 0; platform_at(&p, LIBC_GLIBC, arch_find("x86_64"), i); i++)
        newest = p;
    AUTO(strbuf) struct strbuf version = {0};
    strbuf_addf(&version, "GLIBC_2.%d", newest.minor + 1);
    ck_assert_int_eq(platform_judge_version(&newest, strbuf_str(&version)), VERSION_TOO_NEW);
    AUTO(strbuf) struct strbuf tag = {0};
    strbuf_addf(&tag, "manylinux_2_%d_x86_64", newest.minor + 1);
    p = platform(strbuf_str(&tag));
    ck_assert_int_eq(platform_judge_version(&p, strbuf_str(&version)), VERSION_ALLOWED);
    strbuf_clear(&version);
    strbuf_addf(&version, "GLIBC_2.%d", newest.minor + 2);
    ck_assert_int_eq(platform_judge_version(&p, strbuf_str(&version)), VERSION_TOO_NEW);
    ck_assert_int_eq(platform_judge_version(&p, "GLIBC_3.1"), VERSION_UNKNOWN);
    ck_assert_int_eq(platform_judge_version(&p, "OPENSSL_3.0.0"), VERSION_FOREIGN);
}
END_TEST

/* Every name of the table is found, in the library that it stands for, and no other. */
START_TEST(names_of_glibc_are_known)
{
    static const struct {
        const char *name;
        enum glibc_library library;
    } names[] = {
#define LIBC(name) {#name, GLIBC_LIBC},
#define LIBM(name) {#name, GLIBC_LIBM},
#include "target/glibc_names.def"
#undef LIBC
#undef LIBM
    };
    for (int i = 0; i < (int)COUNT(names); i++) {
        enum glibc_library want = names[i].library; /* what both have is libc's, which is always there */
        for (int k = 0; k < (int)COUNT(names) && want == GLIBC_LIBM; k++)
            if (names[k].library == GLIBC_LIBC && strcmp(names[k].name, names[i].name) == 0)
                want = GLIBC_LIBC;
        ck_assert_msg(glibc_library_of_name(names[i].name) == want, "%s", names[i].name);
    }
    ck_assert_uint_eq(glibc_library_of_name("sqlite3_open"), 0);
    ck_assert_uint_eq(glibc_library_of_name(""), 0);
    ck_assert_uint_eq(glibc_symbol_homes("dlopen"), GLIBC_LIBDL | GLIBC_LIBC);
    ck_assert_uint_eq(glibc_symbol_homes("sqlite3_open"), 0);
}
END_TEST

START_TEST(loaders_are_libraries_of_glibc)
{
    const struct arch *a;
    for (size_t i = 0; (a = arch_at(i)); i++) {
        ck_assert_uint_eq(glibc_library_find(a->glibc_loader), GLIBC_LD);
        ck_assert_str_eq(glibc_library_soname(GLIBC_LD, a), a->glibc_loader);
        ck_assert_str_eq(glibc_library_soname(GLIBC_LIBM, a), "libm.so.6");
    }
    ck_assert_uint_eq(glibc_library_find("libm.so.6"), GLIBC_LIBM);
    static const char *const others[] = {"ld-none.so.1", "libm.so.7", "libnone.so.1", "m.so", ""};
    for (int i = 0; i < (int)COUNT(others); i++)
        ck_assert_msg(glibc_library_find(others[i]) == 0, "%s", others[i]);
}
END_TEST

START_TEST(the_first_version_of_glibc_is_one)
{
    ck_assert_int_eq(glibc_version_order("GLIBC_2.0"), 0);
    ck_assert_int_eq(glibc_version_order("GLIBC_2.1"), 1000);
    ck_assert_int_eq(glibc_version_order("GLIBC_2.1.3"), 1003);
    ck_assert_int_eq(glibc_version_order("GLIBC_2."), -1);
    ck_assert_int_eq(glibc_version_order("GLIBC_2.1x"), -1);
}
END_TEST

Suite *target_edges_suite(void)
{
    Suite *s = suite_create("target_edges");
    TCase *t = tcase_create("edges");
    tcase_add_loop_test(t, promised_libraries_are_listed, 0, 4);
    tcase_add_test(t, what_promises_nothing_lists_nothing);
    tcase_add_test(t, some_symbols_are_forbidden_somewhere);
    tcase_add_loop_test(t, numbers_of_tags_are_small_and_plain, 0, COUNT(numbers));
    tcase_add_test(t, aliases_belong_to_one_policy);
    tcase_add_test(t, one_that_promises_nothing_is_one);
    tcase_add_test(t, versions_newer_than_the_tables);
    tcase_add_test(t, names_of_glibc_are_known);
    tcase_add_test(t, loaders_are_libraries_of_glibc);
    tcase_add_test(t, the_first_version_of_glibc_is_one);
    suite_add_tcase(s, t);
    return s;
}
