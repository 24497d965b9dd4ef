/* Sizes and times as people write them. */
#include "base/quantity.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *text;
    uint64_t bytes;
} sizes[] = {{"0", 0}, {"500", 500}, {"500M", 500000000}, {"2 GB", 2000000000}, {"1.5GiB", 1610612736},
    {"1k", 1000}, {"2TB", 2000000000000}};

static const struct {
    const char *text;
    double seconds;
} times[] = {{"10", 10}, {"500ms", 0.5}, {"2m", 120}, {"12h", 43200}, {"30d", 2592000}, {"8w", 4838400}};

static const char *const wrong[] = {"", "M", "-1", "1Q", "1 M M", "nan", "inf", "1e400", "0x", "1,5G", " "};

START_TEST(sizes_are_read)
{
    uint64_t bytes = 1;
    ck_assert(size_parse(sizes[_i].text, &bytes));
    ck_assert_uint_eq(bytes, sizes[_i].bytes);
}
END_TEST

START_TEST(times_are_read)
{
    double seconds = 0;
    ck_assert(duration_parse(times[_i].text, &seconds));
    ck_assert_double_eq_tol(seconds, times[_i].seconds, 1e-9);
    ck_assert(!duration_parse("0", &seconds));
}
END_TEST

START_TEST(anything_else_is_refused)
{
    uint64_t bytes;
    double seconds;
    ck_assert_msg(!size_parse(wrong[_i], &bytes), "%s", wrong[_i]);
    ck_assert_msg(!duration_parse(wrong[_i], &seconds), "%s", wrong[_i]);
    ck_assert(!size_parse("10000000000T", &bytes));
}
END_TEST

Suite *quantity_suite(void)
{
    Suite *s = suite_create("quantity");
    TCase *t = tcase_create("quantity");
    tcase_add_loop_test(t, sizes_are_read, 0, sizeof sizes / sizeof *sizes);
    tcase_add_loop_test(t, times_are_read, 0, sizeof times / sizeof *times);
    tcase_add_loop_test(t, anything_else_is_refused, 0, sizeof wrong / sizeof *wrong);
    suite_add_tcase(s, t);
    return s;
}
