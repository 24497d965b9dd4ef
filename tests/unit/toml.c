#include <check.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "toml/toml.h"

static struct toml_node *parse(struct arena *a, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    struct toml_node *root = toml_parse(a, "t.toml", text, strlen(text), &e);
    ck_assert_msg(root != NULL, "%s", e.text ? e.text : "");
    return root;
}

START_TEST(every_type_arrives_with_its_value)
{
    AUTO(arena) struct arena a = {0};
    struct toml_node *root = parse(&a, "s = \"t\\u00e9xt\"\nm = \"\"\"x\\\n  \xc3\xa9!\"\"\"\ni = -7\nf "
                                       "= 1.5\nb = true\nd = 1979-05-27\na = [1, [2]]\nt = {x = 1}\n");
    ck_assert_int_eq(root->type, TOML_TABLE);
    ck_assert_uint_eq(root->list.len, 8);
    ck_assert_str_eq(toml_get(root, "m")->string, "x\xc3\xa9!");
    ck_assert_str_eq(toml_get(root, "s")->string, "t\xc3\xa9xt");
    ck_assert_int_eq(toml_get(root, "i")->integer, -7);
    ck_assert(toml_get(root, "f")->real == 1.5);
    ck_assert(toml_get(root, "b")->boolean);
    ck_assert_int_eq(toml_get(root, "d")->type, TOML_DATETIME);
    struct toml_node *array = toml_get(root, "a");
    ck_assert_uint_eq(array->list.len, 2);
    ck_assert_int_eq(array->list.first->next->list.first->integer, 2);
    ck_assert_int_eq(toml_get(toml_get(root, "t"), "x")->integer, 1);
    ck_assert_ptr_null(toml_get(root, "nothing"));
}
END_TEST

/* Keys are named so that the order of the file is neither the alphabet's nor its reverse. */
START_TEST(members_keep_the_order_of_the_file)
{
    AUTO(arena) struct arena a = {0};
    struct toml_node *root = parse(&a, "[m]\nz = 1\na = 2\n[c]\n[x.y]\n[b]\nq.r = 1\nq.a = 2\n");
    AUTO(strbuf) struct strbuf order = {0};
    toml_each (root, it)
        strbuf_adds(&order, it->key);
    toml_each (toml_get(root, "m"), it)
        strbuf_adds(&order, it->key);
    toml_each (toml_get(toml_get(root, "b"), "q"), it)
        strbuf_adds(&order, it->key);
    ck_assert_str_eq(strbuf_str(&order), "mcxbzara");
}
END_TEST

START_TEST(positions_are_those_of_the_editor)
{
    AUTO(arena) struct arena a = {0};
    struct toml_node *root = parse(
        &a, "[recipe]\n  name = \"x\"\n[features.curve]\nbuild.options = [\n  1,\n  22]\n[[s]]\np = 1\n");
    struct toml_node *name = toml_get(toml_get(root, "recipe"), "name");
    ck_assert_uint_eq(name->key_pos.line, 2);
    ck_assert_uint_eq(name->key_pos.column, 3);
    ck_assert_uint_eq(name->pos.line, 2);
    ck_assert_uint_eq(name->pos.column, 10);
    struct toml_node *curve = toml_get(toml_get(root, "features"), "curve");
    ck_assert_uint_eq(curve->key_pos.line, 3);
    ck_assert_uint_eq(curve->key_pos.column, 11);
    struct toml_node *options = toml_get(toml_get(curve, "build"), "options");
    ck_assert_uint_eq(options->key_pos.line, 4);
    ck_assert_uint_eq(options->key_pos.column, 7);
    ck_assert_uint_eq(options->list.first->next->pos.line, 6);
    ck_assert_uint_eq(options->list.first->next->pos.column, 3);
    ck_assert_uint_eq(toml_get(root, "s")->list.first->pos.line, 7);
}
END_TEST

static const struct {
    const char *text, *want; /* want: the start of the message */
} bad[] = {
    {"a = \n", "t.toml:1:5: "},
    {"a = 1\n[b\n", "t.toml:2:3: "},
    {"a = 1\na = 2\n", "t.toml:2:5: "},
    {"a = \"\\u0000\"\n", "t.toml:1:5: a NUL character"},
    {"\"\\u0000\" = 1\n", "t.toml:1:1: a NUL character"},
    {"a = 1\n b\xe2\x80\xaf= 1", "t.toml:2:"},
    {"a = 1\"\xe2\x80\xaf\"", "t.toml:1:"},
    {"a = [\n1.\"\xe2\x80\xaf\"]", "t.toml:2:"},
    {"a = 1\n[[#]]", "t.toml:2:1: this line is not TOML"},
    {"a = \"\xff\"\n", "t.toml:1:"},
};

START_TEST(syntax_errors_name_the_place)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_ptr_null(toml_parse(&a, "t.toml", bad[_i].text, strlen(bad[_i].text), &e));
    ck_assert_int_eq(e.kind, ERR_RECIPE);
    ck_assert_msg(str_starts(e.text, bad[_i].want), "%s", e.text);
}
END_TEST

static void refuses(struct strbuf *text, const char *what)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_ptr_null(toml_parse(&a, "t.toml", text->ptr, text->len, &e));
    ck_assert_msg(strstr(e.text, what) != NULL, "%s", e.text);
}

/* What may be a date with a space in it is looked through up to its end, and past the point that leads back.
 */
START_TEST(underscores_are_limited)
{
    AUTO(strbuf) struct strbuf text = {0}, fine = {0};
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    strbuf_adds(&text, "a = 1\nb = 9-08-");
    strbuf_adds(&fine, "[c_d]\nk = 0b");
    for (int i = 0; i < 116; i++)
        strbuf_adds(&text, "_");
    for (int i = 0; i < 60; i++)
        strbuf_adds(&fine, "1_");
    strbuf_adds(&text, "6)-0 0 0\n");
    strbuf_adds(&fine, "1\ns = \"");
    for (int i = 0; i < 300; i++)
        strbuf_adds(&fine, "_");
    strbuf_adds(&fine, "\" # ");
    for (int i = 0; i < 300; i++)
        strbuf_adds(&fine, "_");
    refuses(&text, "t.toml:2:1: too many underscores");
    ck_assert_msg(toml_parse(&a, "t.toml", fine.ptr, fine.len, &e) != NULL, "%s", e.text);
}
END_TEST

/* Each of these would recurse once a level, and the text has room for hundreds of thousands of levels. */
START_TEST(depth_is_limited)
{
    AUTO(strbuf) struct strbuf dotted = {0}, header = {0}, arrays = {0}, hidden = {0};
    strbuf_adds(&header, "[");
    strbuf_adds(&arrays, "a=");
    strbuf_adds(&hidden, "s = \"\"\"\\\"\"\"\"\nk");
    for (int i = 0; i < 200000; i++) {
        strbuf_adds(&dotted, "a.");
        strbuf_adds(&header, "a.");
        strbuf_adds(&arrays, "[");
        strbuf_adds(&hidden, ".a");
    }
    strbuf_adds(&dotted, "a=1");
    strbuf_adds(&header, "a]");
    strbuf_adds(&hidden, "=1");
    refuses(&dotted, "too many parts");
    refuses(&header, "too many parts");
    refuses(&arrays, "nest");
    refuses(&hidden, "t.toml:2:1: a key with too many parts");
}
END_TEST

START_TEST(dots_in_text_and_between_values_are_free)
{
    AUTO(arena) struct arena a = {0};
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_adds(&text, "\xef\xbb\xbf# \xe2\x80\xaf");
    for (int i = 0; i < 100; i++)
        strbuf_addc(&text, '.');
    strbuf_adds(&text, "\na = [");
    for (int i = 0; i < 100; i++)
        strbuf_adds(&text, "1.5, ");
    strbuf_adds(&text, "]\nb = '''\n");
    for (int i = 0; i < 100; i++)
        strbuf_adds(&text, "..\"'.");
    strbuf_adds(&text, "'''\nc = \"\"\"x\"\"\"\"\"\nd.\"\xc3\xa9\"=[\"\xc3\xa9\",'\xc3\xa9']\n"
                       "e = [ {x.\"y\" = [[1],\n['2']], z = {\"q\"=1}}, {\"b\".'c'=\"d\"}]\n[f.\"g\"]\n[[ "
                       "\"h\" .'i' ]]\nj=0\n");
    struct toml_node *root = parse(&a, strbuf_str(&text));
    ck_assert_uint_eq(toml_get(root, "a")->list.len, 100);
    ck_assert_str_eq(toml_get(root, "c")->string, "x\"\"");
    ck_assert_uint_eq(toml_get(toml_get(root, "d"), "\xc3\xa9")->list.len, 2);
}
END_TEST

/* The fourth quote is text: a scan that takes it for an opening one sees the dots of the next string. */
START_TEST(long_strings_may_end_in_quotes)
{
    AUTO(arena) struct arena a = {0};
    struct toml_node *root =
        parse(&a, "a = [\"\"\"x\"\"\"\", \"........................................\"]\n");
    ck_assert_str_eq(toml_get(root, "a")->list.first->string, "x\"");
}
END_TEST

START_TEST(size_is_limited)
{
    AUTO(strbuf) struct strbuf text = {0};
    for (int i = 0; i <= TOML_MAX_SIZE; i++)
        strbuf_addc(&text, '\n');
    refuses(&text, "larger than 1 MiB");
}
END_TEST

Suite *toml_suite(void)
{
    Suite *s = suite_create("toml");
    TCase *t = tcase_create("toml");
    tcase_add_test(t, every_type_arrives_with_its_value);
    tcase_add_test(t, members_keep_the_order_of_the_file);
    tcase_add_test(t, positions_are_those_of_the_editor);
    tcase_add_loop_test(t, syntax_errors_name_the_place, 0, COUNT(bad));
    tcase_add_test(t, depth_is_limited);
    tcase_add_test(t, underscores_are_limited);
    tcase_add_test(t, dots_in_text_and_between_values_are_free);
    tcase_add_test(t, long_strings_may_end_in_quotes);
    tcase_add_test(t, size_is_limited);
    suite_add_tcase(s, t);
    return s;
}
