#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"

#include "python/pep440.h"

static struct pep440_version version(const char *text)
{
    struct err e = ERR_INIT;
    struct pep440_version v;
    ck_assert_msg(pep440_parse(&v, text, &e) == 0, "%s", e.text);
    return v;
}

static const char *const normal[][2] = {
    {"1.0", "1.0"},
    {" v1.0 ", "1.0"},
    {"1.0-Alpha1", "1.0a1"},
    {"1.0.beta", "1.0b0"},
    {"1.0c2", "1.0rc2"},
    {"1.0-preview_3", "1.0rc3"},
    {"1.0-1", "1.0.post1"},
    {"1.0.rev4", "1.0.post4"},
    {"1.0r", "1.0.post0"},
    {"1.0.post.", "1.0.post0"},
    {"1.0dev", "1.0.dev0"},
    {"1!2.0.POST3-dev_4+Ubuntu-01_x", "1!2.0.post3.dev4+ubuntu.1.x"},
    {"01.002.0003", "1.2.3"},
    {"20240131", "20240131"},
    {"1.0a1.post2.dev3", "1.0a1.post2.dev3"},
    {"27.1.0", "27.1.0"},
};

START_TEST(versions_have_a_normal_form)
{
    struct pep440_version v = version(normal[_i][0]);
    char *text = pep440_format(&v);
    ck_assert_str_eq(text, normal[_i][1]);
    free(text);
}
END_TEST

static const char *const not_versions[] = {"", "x", "1.", ".1", "1..2", "1.0-", "1.0+", "1.0+a..b", "1.0+.a",
    "1.0 a1", "1.0a1a2", "1!", "1.0+a b", "99999999999999999999", "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17",
    "1.0+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "1.0.dev1.post2"};

START_TEST(what_is_not_a_version_is_refused)
{
    struct err e = ERR_INIT;
    struct pep440_version v;
    ck_assert_int_eq(pep440_parse(&v, not_versions[_i], &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "is not a version"));
    err_release(&e);
}
END_TEST

/* Strictly rising, from PEP 440 and packaging's own tests. */
static const char *const rising[] = {"1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12",
    "1.0b1.dev456", "1.0b2", "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0",
    "1.0+abc.5", "1.0+abc.7", "1.0+5", "1.0+10", "1.0.post456.dev34", "1.0.post456", "1.1.dev1", "1.2+123abc",
    "1.2+123abc456", "1.2+abc", "1.2+abc123", "1.2+abc123def", "1.2+1234.abc", "1.2+123456", "1.2.r32+123456",
    "1.2.rev33+123456", "1!0.1"};

START_TEST(versions_are_ordered)
{
    size_t n = COUNT(rising);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            struct pep440_version a = version(rising[i]), b = version(rising[j]);
            int c = pep440_compare(&a, &b), want = (i > j) - (i < j);
            ck_assert_msg((c > 0) - (c < 0) == want, "%s %s", rising[i], rising[j]);
        }
    struct pep440_version a = version("1"), b = version("1.0.0");
    ck_assert_int_eq(pep440_compare(&a, &b), 0);
}
END_TEST

static const struct {
    const char *set, *version;
    int in;
} sets[] = {
    {"", "3.11", 1},
    {">=3.8", "3.8.0", 1},
    {">=3.8", "3.7.16", 0},
    {">=3.8,!=3.9.*,~=3.10", "3.9.18", 0},
    {">=3.8,!=3.9.*,~=3.10", "3.13.0", 1},
    {">=3.8,!=3.9.*,~=3.10", "4.0", 0},
    {" >= 3.8 , < 4 ,", "3.12.1", 1},
    {"~=3.10.2", "3.10.13", 1},
    {"~=3.10.2", "3.11", 0},
    {"~=3.10.2", "3.10.1", 0},
    {"==3.11.*", "3.11.7", 1},
    {"==3.11.*", "3.11rc1", 1},
    {"==3.11", "3.11.0", 1},
    {"==3.11", "3.11.0+local", 1},
    {"==3.11+a", "3.11.0", 0},
    {"!=3.11", "3.11.0", 0},
    {"<3.14", "3.14.0rc1", 0},
    {"<3.14rc2", "3.14.0rc1", 1},
    {">3.8", "3.8.post1", 0},
    {">3.8", "3.8+local", 0},
    {">3.8.post1", "3.8.post2", 1},
    {"<=3.8", "3.8+local", 1},
    {"===3.8", "3.8", 1},
    {"===3.8", "3.8.0", 0},
    {">=1!0", "3.8", 0},
    {">=3.8", "x", -1},
    {">= 3.8 3.9", "3.8", -1},
    {"~=3", "3.8", -1},
    {"3.8", "3.8", -1},
    {">=3.*", "3.8", -1},
    {">=3.8+local", "3.8", -1},
    {"==3.8a1.*", "3.8", -1},
    {",", "3.8", -1},
    {">=3.8,,<4", "3.8", -1},
    {">=", "3.8", -1},
};

START_TEST(specifiers_choose_versions)
{
    struct err e = ERR_INIT;
    int in = pep440_satisfies(sets[_i].version, sets[_i].set, &e);
    ck_assert_msg(in == sets[_i].in, "%s in %s: %d", sets[_i].version, sets[_i].set, in);
    ck_assert_int_eq(e.text != NULL, in < 0);
    err_release(&e);
}
END_TEST

START_TEST(prereleases_must_be_asked_for)
{
    struct err e = ERR_INIT;
    struct pep440_version v = version("2.0b1");
    static const struct {
        const char *set;
        bool in;
    } cases[] = {{">=1.0", false}, {">=2.0a1", true}, {"!=2.0a1", false}};
    for (size_t i = 0; i < 3; i++) {
        struct pep440_specifiers s;
        ck_assert_int_eq(pep440_specifiers_parse(&s, cases[i].set, &e), 0);
        ck_assert_int_eq(pep440_specifiers_match(&s, &v, false), cases[i].in);
        pep440_specifiers_release(&s);
    }
}
END_TEST

Suite *pep440_suite(void)
{
    Suite *s = suite_create("pep440");
    TCase *t = tcase_create("versions");
    tcase_add_loop_test(t, versions_have_a_normal_form, 0, COUNT(normal));
    tcase_add_loop_test(t, what_is_not_a_version_is_refused, 0, COUNT(not_versions));
    tcase_add_test(t, versions_are_ordered);
    tcase_add_loop_test(t, specifiers_choose_versions, 0, COUNT(sets));
    tcase_add_test(t, prereleases_must_be_asked_for);
    suite_add_tcase(s, t);
    return s;
}
