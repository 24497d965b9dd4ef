/* Lists of facts: as text and back, and what tells two of them apart. */
#include <check.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/key.h"

static struct arena arena;

static void teardown(void)
{
    arena_release(&arena);
}

/* "name=value|name=value" */
static struct fact_list facts(const char *text)
{
    struct fact_list list = {0};
    struct slice rest = slice_of(text);
    while (rest.len) {
        struct slice value = slice_cut(&rest, '|'), name = slice_cut(&value, '=');
        AUTO_FREE char *n = xstrf("%.*s", (int)name.len, name.ptr);
        AUTO_FREE char *v = xstrf("%.*s", (int)value.len, value.ptr);
        fact_add(&list, &arena, n, v);
    }
    return list;
}

static const char *text_of(const struct fact_list *list)
{
    struct key k = {.facts = *list};
    key_seal(&k, &arena);
    return k.text;
}

static const struct {
    const char *facts, *text;
} texts[] = {
    {"a=1", "a: 1\n"},
    {"a=1|b=", "a: 1\nb: \n"},
    {"a=1|a=1", "a: 1\na: 1\n"},
    {"a=one: two", "a: one: two\n"},
    {"a\nb=1\n2", "a\\nb: 1\\n2\n"},
    {"a: b=1", "a\\: b: 1\n"},
    {"a\\=\\n", "a\\\\: \\\\n\n"},
    {"source[x y]=/", "source[x y]: /\n"},
    {"a= ", "a:  \n"},
};

START_TEST(a_list_is_a_text_and_a_text_is_that_list)
{
    struct fact_list list = facts(texts[_i].facts), again;
    ck_assert_str_eq(text_of(&list), texts[_i].text);
    ck_assert_int_eq(fact_list_read(&again, &arena, texts[_i].text), 0);
    ck_assert_uint_eq(again.count, list.count);
    for (size_t i = 0; i < list.count; i++) {
        ck_assert_str_eq(again.items[i].name, list.items[i].name);
        ck_assert_str_eq(again.items[i].value, list.items[i].value);
    }
    for (int i = 0; i < (int)COUNT(texts); i++)
        ck_assert((strcmp(texts[i].text, texts[_i].text) == 0) == (i == _i));
}
END_TEST

/* Among them what the first version of the store had. */
static const char *const no_lists[] = {
    "",
    "\n",
    "a: 1",
    "a\n",
    "a:\n",
    "a:1\n",
    ": 1\n",
    "a: 1\n\n",
    "a: \\\n",
    "a: \\x\n",
    "a\\: 1\n",
    "a\\",
    "step build, rules 1\nrecipe b 1.2\n",
    "a: 1\nlimited-api 3.12\n",
};

START_TEST(what_is_no_list_is_not_read)
{
    struct fact_list list;
    ck_assert_int_eq(fact_list_read(&list, &arena, no_lists[_i]), -1);
}
END_TEST

START_TEST(the_hash_is_that_of_the_text)
{
    struct key k = {.facts = facts("a=1|b=2")};
    struct digest d;
    key_seal(&k, &arena);
    digest_bytes(&d, "a: 1\nb: 2\n", 10);
    ck_assert_str_eq(k.digest.hex, d.hex);
    ck_assert_str_eq(fact_value(&k.facts, "b"), "2");
    ck_assert_ptr_null(fact_value(&k.facts, "c"));
}
END_TEST

START_TEST(a_long_list_keeps_its_order)
{
    struct fact_list list = {0};
    for (int i = 0; i < 100; i++) {
        AUTO_FREE char *name = xstrf("%d", i);
        fact_add(&list, &arena, name, "x");
    }
    ck_assert_uint_eq(list.count, 100);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(atoi(list.items[i].name), i);
}
END_TEST

START_TEST(lines_are_facts)
{
    struct fact_list list = {0};
    fact_add_lines(&list, &arena, "cc", "target x\n\nld GNU ld 2.40\nbare\n");
    ck_assert_str_eq(text_of(&list), "cc.target: x\ncc.ld: GNU ld 2.40\ncc.bare: \n");
}
END_TEST

/* Changes as "name:before>now", "-" for none. */
static const struct {
    const char *before, *now, *changes;
} changes[] = {
    {"a=1|b=2", "a=1|b=2", ""},
    {"a=1|b=2", "b=2|a=1", ""},
    {"a=1|b=2", "a=1|b=3", "b:2>3 "},
    {"a=1", "a=1|b=3", "b:->3 "},
    {"a=1|b=3", "a=1", "b:3>- "},
    {"a=1|a=2", "a=1|a=3", "a:2>3 "},
    {"a=1|a=2|a=3", "a=1", "a:2>- a:3>- "},
    {"a=1", "a=1|a=1", "a:->1 "},
    {"", "a=1", "a:->1 "},
    {"a=1|b=1", "b=2|c=1", "b:1>2 c:->1 a:1>- "},
};

START_TEST(changes_are_told_by_name)
{
    struct fact_list before = facts(changes[_i].before), now = facts(changes[_i].now);
    struct fact_changes c = fact_changes_between(&arena, &before, &now);
    AUTO(strbuf) struct strbuf out = {0};
    for (size_t i = 0; i < c.count; i++)
        strbuf_addf(&out, "%s:%s>%s ", c.items[i].name, c.items[i].before ? c.items[i].before : "-",
            c.items[i].now ? c.items[i].now : "-");
    ck_assert_str_eq(strbuf_str(&out), changes[_i].changes);
}
END_TEST

Suite *key_suite(void)
{
    Suite *s = suite_create("key");
    TCase *t = tcase_create("facts");
    tcase_add_checked_fixture(t, NULL, teardown);
    tcase_add_loop_test(t, a_list_is_a_text_and_a_text_is_that_list, 0, COUNT(texts));
    tcase_add_loop_test(t, what_is_no_list_is_not_read, 0, COUNT(no_lists));
    tcase_add_test(t, the_hash_is_that_of_the_text);
    tcase_add_test(t, a_long_list_keeps_its_order);
    tcase_add_test(t, lines_are_facts);
    tcase_add_loop_test(t, changes_are_told_by_name, 0, COUNT(changes));
    suite_add_tcase(s, t);
    return s;
}
