#include "audit/members.h"

#include <check.h>
#include <pthread.h>
#include <stdint.h>

#include "base/count.h"

#define MIB ((size_t)1 << 20)

START_TEST(small_ones_are_judged_beside_the_largest)
{
    static const size_t sizes[] = {100 * MIB, 90 * MIB, 3 * MIB, 2 * MIB};
    struct members *m = members_new(sizes, COUNT(sizes));
    ck_assert_uint_eq(members_take(m), 0);
    ck_assert_uint_eq(members_take(m), 3); /* there is no room for the 90 */
    ck_assert_uint_eq(members_take(m), 2);
    members_give(m, 0);
    ck_assert_uint_eq(members_take(m), 1);
    members_free(m);
}
END_TEST

START_TEST(what_fits_is_taken_by_size)
{
    static const size_t sizes[] = {10 * MIB, 5 * MIB, 2 * MIB, 1};
    struct members *m = members_new(sizes, COUNT(sizes));
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(members_take(m), i);
    members_free(m);
}
END_TEST

/* Whatever the archive says that a member has, one that is not read needs nothing. */
START_TEST(what_needs_nothing_keeps_nobody_waiting)
{
    static const size_t sizes[] = {0, 500 * MIB, 400 * MIB};
    struct members *m = members_new(sizes, COUNT(sizes));
    ck_assert_uint_eq(members_take(m), 0);
    ck_assert_uint_eq(members_take(m), 1);
    members_give(m, 1);
    ck_assert_uint_eq(members_take(m), 2);
    members_free(m);
}
END_TEST

static void *take_one(void *members)
{
    return (void *)(uintptr_t)members_take(members);
}

START_TEST(who_finds_no_room_waits_for_it)
{
    static const size_t sizes[] = {100 * MIB, 90 * MIB, 80 * MIB};
    struct members *m = members_new(sizes, COUNT(sizes));
    pthread_t other;
    void *taken;
    ck_assert_uint_eq(members_take(m), 0);
    ck_assert_int_eq(pthread_create(&other, NULL, take_one, m), 0);
    members_give(m, 0);
    ck_assert_int_eq(pthread_join(other, &taken), 0);
    ck_assert_uint_eq((uintptr_t)taken, 1);
    members_free(m);
}
END_TEST

Suite *audit_members_suite(void)
{
    Suite *s = suite_create("audit_members");
    TCase *t = tcase_create("audit_members");
    tcase_add_test(t, small_ones_are_judged_beside_the_largest);
    tcase_add_test(t, what_fits_is_taken_by_size);
    tcase_add_test(t, what_needs_nothing_keeps_nobody_waiting);
    tcase_add_test(t, who_finds_no_room_waits_for_it);
    suite_add_tcase(s, t);
    return s;
}
