/* Whether what is called a difference is one. */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/count.h"

#include "footprint/statistics.h"

START_TEST(spreads)
{
    static const struct {
        double values[6];
        size_t count;
        double median, low, high, least, most;
    } cases[] = {
        {{3}, 1, 3, 3, 3, 3, 3},
        {{4, 1, 3, 2}, 4, 2.5, 1.75, 3.25, 1, 4},
        {{5, 1, 4, 2, 3}, 5, 3, 2, 4, 1, 5},
        {{7, 7, 7, 7, 7, 1000}, 6, 7, 7, 7, 7, 1000},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct spread s = spread_of(cases[i].values, cases[i].count);
        ck_assert_double_eq_tol(s.median, cases[i].median, 1e-12);
        ck_assert_double_eq_tol(s.low, cases[i].low, 1e-12);
        ck_assert_double_eq_tol(s.high, cases[i].high, 1e-12);
        ck_assert_double_eq_tol(s.least, cases[i].least, 1e-12);
        ck_assert_double_eq_tol(s.most, cases[i].most, 1e-12);
    }
    ck_assert(isnan(spread_of(NULL, 0).median));
}
END_TEST

/* Critical values of the Mann-Whitney test, two-sided 1 %, as in its tables; -1: too few values. */
START_TEST(limits_of_the_test)
{
    static const struct {
        size_t n, m;
        long cut;
    } cases[] = {{5, 5, 0}, {4, 4, -1}, {3, 15, 2}, {5, 7, 1}, {10, 10, 16}, {15, 15, 51}, {8, 20, 30},
        {40, 40, 533}, {2, 40, 2}, {0, 5, -1}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_int_eq(difference_cut(cases[i].n, cases[i].m), cases[i].cut);
        ck_assert_int_eq(difference_cut(cases[i].m, cases[i].n), cases[i].cut);
    }
    long normal = difference_cut(41, 41), exact = 533; /* of 40: the approximation goes on from there */
    ck_assert_int_gt(normal, exact);
    ck_assert_int_lt(normal, exact + 60);
}
END_TEST

START_TEST(differences)
{
    static const struct {
        double a[7], b[7];
        size_t count;
        enum difference_verdict verdict;
        double shift;
    } cases[] = {
        {{1, 2, 3, 4, 5}, {11, 12, 13, 14, 15}, 5, DIFFERENCE_LESS, -10},
        {{11, 12, 13, 14, 15}, {1, 2, 3, 4, 5}, 5, DIFFERENCE_MORE, 10},
        {{1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}, 5, DIFFERENCE_NONE, 0},
        {{7, 7, 7, 7, 7}, {7, 7, 7, 7, 7}, 5, DIFFERENCE_NONE, 0},
        {{7, 7, 7, 7, 7}, {8, 8, 8, 8, 8}, 5, DIFFERENCE_LESS, -1},
        {{1, 2, 3, 4, 100}, {5, 6, 7, 8, 9}, 5, DIFFERENCE_NONE,
            -4}, /* one that stands out decides nothing */
        {{1, 2, 3, 4}, {11, 12, 13, 14}, 4, DIFFERENCE_UNKNOWN, -10},
        {{1}, {2}, 1, DIFFERENCE_UNKNOWN, -1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct difference d = difference_of(cases[i].a, cases[i].count, cases[i].b, cases[i].count);
        ck_assert_msg(d.verdict == cases[i].verdict, "case %zu: %d", i, d.verdict);
        ck_assert_double_eq_tol(d.shift, cases[i].shift, 1e-9);
    }
    const double zero[5] = {0}, some[5] = {1, 2, 3, 4, 5};
    struct difference d = difference_of(some, 5, zero, 5);
    ck_assert(isnan(d.ratio) && isnan(d.ratio_low));
    ck_assert_int_eq(d.verdict, DIFFERENCE_MORE);
    d = difference_of(some, 5, some, 0);
    ck_assert_int_eq(d.verdict, DIFFERENCE_UNKNOWN);
    const double twice[5] = {2, 4, 6, 8, 10};
    d = difference_of(twice, 5, some, 5);
    ck_assert_double_eq_tol(d.ratio, 2, 1e-9);
    ck_assert(d.ratio_low <= 2 && d.ratio_high >= 2);
}
END_TEST

static double chance(uint64_t *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(*state >> 11) / 9007199254740992.0;
}

/* A long tail to the right, as times on a busy machine have. */
static double noisy(uint64_t *state)
{
    double u = chance(state);
    return 100 + 3 * chance(state) + (u > 0.8 ? 60 * (u - 0.8) : 0);
}

/* Two of one kind are called different in one case of a hundred; a true difference is seen. */
START_TEST(false_alarms)
{
    enum { TRIALS = 3000, RUNS = 15 };
    uint64_t state = 42;
    size_t alarms = 0, found = 0, covered = 0;
    for (int t = 0; t < TRIALS; t++) {
        double a[RUNS], b[RUNS], c[RUNS];
        for (int i = 0; i < RUNS; i++) {
            a[i] = noisy(&state);
            b[i] = noisy(&state);
            c[i] = noisy(&state) + 4;
        }
        struct difference same = difference_of(a, RUNS, b, RUNS), other = difference_of(c, RUNS, a, RUNS);
        alarms += same.verdict != DIFFERENCE_NONE;
        found += other.verdict == DIFFERENCE_MORE;
        covered += other.shift_low <= 4 && other.shift_high >= 4;
    }
    ck_assert_msg(alarms * 1000 < TRIALS * 15, "%zu of %d alarms", alarms, TRIALS);
    ck_assert_msg(found * 100 > TRIALS * 80, "%zu of %d found", found, TRIALS);
    ck_assert_msg(covered * 1000 > TRIALS * 985, "%zu of %d hold the truth", covered, TRIALS);
}
END_TEST

Suite *footprint_statistics_suite(void)
{
    Suite *s = suite_create("footprint_statistics");
    TCase *t = tcase_create("footprint_statistics");
    tcase_add_test(t, spreads);
    tcase_add_test(t, limits_of_the_test);
    tcase_add_test(t, differences);
    tcase_add_test(t, false_alarms);
    suite_add_tcase(s, t);
    return s;
}
