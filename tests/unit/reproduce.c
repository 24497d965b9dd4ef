/* Where two files differ, in words. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "reproduce/reproduce.h"

#define AR "!<arch>\n"
#define MEMBER(name, data) name "/              0           0     0     644     4         `\n" data

static struct slice bytes_of(const char *text, size_t len)
{
    return (struct slice){text, len};
}

static const struct {
    const char *first, *second, *said; /* NULL: they are the same */
} cases[] = {
    {"abc", "abc", NULL},
    {"", "", NULL},
    {"abc", "abd", "from byte 2 on"},
    {"abc", "abcd", "from byte 3 on, 3 bytes and 4"},
    {AR MEMBER("a", "1234"), AR MEMBER("a", "1294"), "member a, from byte 2 on"},
    {AR MEMBER("a", "1234"), AR MEMBER("b", "1234"), "another order: member a"},
    {AR MEMBER("a", "1234") MEMBER("b", "1234"), AR MEMBER("a", "1234"), "the second has no member b"},
    {AR MEMBER("a", "1234"), AR MEMBER("a", "1234") MEMBER("b", "1234"), "the first has no member b"},
    {AR "damaged", AR "damagee", "from byte 14 on"},
    {"PK\3\4damaged", "PK\3\4damagee", "from byte 10 on"},
    {"\177ELFdamaged", "\177ELFdamagee", "from byte 10 on"},
    {AR MEMBER("a", "1234"), "PK\3\4", "from byte 0 on, 72 bytes and 4"},
};

START_TEST(the_first_difference_is_named)
{
    AUTO(arena) struct arena a = {0};
    const char *said = bytes_difference(&a, bytes_of(cases[_i].first, strlen(cases[_i].first)),
        bytes_of(cases[_i].second, strlen(cases[_i].second)));
    if (cases[_i].said)
        ck_assert_str_eq(said, cases[_i].said);
    else
        ck_assert_ptr_null(said);
}
END_TEST

Suite *reproduce_suite(void);
Suite *reproduce_suite(void)
{
    Suite *s = suite_create("reproduce");
    TCase *t = tcase_create("reproduce");
    tcase_add_loop_test(t, the_first_difference_is_named, 0, (int)COUNT(cases));
    suite_add_tcase(s, t);
    return s;
}
