#include <check.h>

#include "recipe/version.h"

/* Each is older than the next. */
static const char *const ladder[] = {
    "0.9",
    "0.10",
    "1.0.dev3",
    "1.0a1",
    "1.0-alpha2",
    "1.0b1",
    "1.0-beta2",
    "1.0~rc1",
    "1.0rc2",
    "1.0",
    "1.0p1",
    "1.0.1",
    "1.1.0",
    "1.1.0a",
    "1.1.0b",
    "1.1.1",
    "1.1.1a",
    "1.1.1w",
    "1.1.2",
    "9e",
    "9f",
    "10",
    "2024a",
    "2024b",
    "20220623",
    "20220623.1",
    "99999999999999999999998",
    "99999999999999999999999",
};

START_TEST(versions_sort)
{
    size_t n = COUNT(ladder);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            int order = version_compare(ladder[i], ladder[k]);
            ck_assert_msg(i < k   ? order < 0
                          : i > k ? order > 0
                                  : order == 0,
                "%s against %s gives %d", ladder[i], ladder[k], order);
        }
}
END_TEST

static const char *const same[][2] = {
    {"1.2", "1.2.0"},
    {"1.2", "1.02.0.0"},
    {"1_87_0", "1.87.0"},
    {"74-2", "74.2"},
    {"1.0RC1", "1.0rc1"},
    {"1.0.rc1", "1.0-rc.1"},
    {"2.--", "2.--"}, /* signs with nothing behind them are no text at all: a sanitizer sees it */
    {"2.--", "2"},
};

START_TEST(spelling_does_not_count)
{
    ck_assert_int_eq(version_compare(same[_i][0], same[_i][1]), 0);
    ck_assert_int_eq(version_compare(same[_i][1], same[_i][0]), 0);
}
END_TEST

static const struct {
    const char *version, *constraint;
    bool want;
} constraints[] = {
    {"4.3.4", "", true},
    {"4.3.4", ">= 4.3.4", true},
    {"4.3.4", ">4.3.4", false},
    {"4.3.4", ">= 4, < 5", true},
    {"5.0", ">= 4, < 5", false},
    {"5.0rc1", "< 5", true},
    {"1.2.7", "== 1.2.*", true},
    {"1.2", "== 1.2.*", true},
    {"1.20", "== 1.2.*", false},
    {"1.3", "!= 1.2.*", true},
    {"1.2.7", "!= 1.2.*", false},
    {"1.2.0", "== 1.2", true},
    {"1.2.1", "== 1.2", false},
    {"1.1.1w", ">= 1.1.1, < 1.1.2", true},
    {"1.5", "~= 1.4", true},
    {"2.0", "~= 1.4", false},
    {"1.3", "~= 1.4", false},
    {"1.4.9", "~= 1.4.2", true},
    {"1.5.0", "~= 1.4.2", false},
    {"3", "<=3.0", true},
};

START_TEST(constraints_hold)
{
    ck_assert_ptr_null(constraint_problem(constraints[_i].constraint));
    ck_assert_msg(
        version_satisfies(constraints[_i].version, constraints[_i].constraint) == constraints[_i].want,
        "%s against %s", constraints[_i].version, constraints[_i].constraint);
}
END_TEST

static const char *const bad[] = {
    "1.2",
    "=> 1.2",
    ">=",
    ">= x",
    ">= 1.*",
    ">= 1,",
    ", < 2",
    "== *",
    "~= 1",
    ">= 1 < 2",
    "= 1",
    "== 1.2/3",
};

START_TEST(bad_constraints_are_told)
{
    ck_assert_msg(constraint_problem(bad[_i]) != NULL, "%s", bad[_i]);
}
END_TEST

START_TEST(valid_versions)
{
    ck_assert(version_is_valid(slice_of("1.1.1w")));
    ck_assert(version_is_valid(slice_of("20220623.1+git~3-4_5")));
    ck_assert(!version_is_valid(slice_of("")));
    ck_assert(!version_is_valid(slice_of("v1.2")));
    ck_assert(!version_is_valid(slice_of("1/2")));
    ck_assert(!version_is_valid(slice_of("1 2")));
}
END_TEST

Suite *version_suite(void)
{
    Suite *s = suite_create("version");
    TCase *t = tcase_create("version");
    tcase_add_test(t, versions_sort);
    tcase_add_loop_test(t, spelling_does_not_count, 0, COUNT(same));
    tcase_add_loop_test(t, constraints_hold, 0, COUNT(constraints));
    tcase_add_loop_test(t, bad_constraints_are_told, 0, COUNT(bad));
    tcase_add_test(t, valid_versions);
    suite_add_tcase(s, t);
    return s;
}
