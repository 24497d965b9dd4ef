#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "json/stream.h"

static struct json *parse(const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    struct json *j = json_parse("t.json", text, strlen(text), &e);
    ck_assert_msg(j != NULL, "%s", e.text ? e.text : "");
    return j;
}

static void assert_writes(const struct json *j, enum json_style style, const char *want)
{
    AUTO(strbuf) struct strbuf out = {0};
    json_write(j, style, &out);
    ck_assert_str_eq(strbuf_str(&out), want);
}

START_TEST(what_is_built_is_written_in_order)
{
    AUTO_JSON struct json *j = json_new_object();
    json_set_text(j, "zeta", "a\"b\n");
    json_set_int(j, "big", INT64_MAX);
    json_set_bool(j, "yes", true);
    json_set_text(j, "nothing", NULL);
    struct json *list = json_set_array(j, "alpha");
    json_add_text(list, "x");
    json_add_int(list, -1);
    json_set_bool(json_add_object(list), "in", false);
    json_add_array(list);
    json_set_int(json_set_object(j, "o"), "k", 0);
    json_set_int(j, "zeta", 2); /* replaced where it stands */
    assert_writes(j, JSON_ONE_LINE,
        "{\"zeta\":2,\"big\":9223372036854775807,\"yes\":true,\"nothing\":null,"
        "\"alpha\":[\"x\",-1,{\"in\":false},[]],\"o\":{\"k\":0}}");
}
END_TEST

START_TEST(indented_is_two_spaces)
{
    AUTO_JSON struct json *j = parse("{\"b\":[1],\"a\":{}}");
    assert_writes(j, JSON_INDENTED, "{\n  \"b\": [\n    1\n  ],\n  \"a\": {}\n}");
}
END_TEST

START_TEST(real_numbers_stay_valid)
{
    AUTO_JSON struct json *j = json_new_object();
    json_set_real(j, "half", 0.5);
    json_set_real(j, "nan", NAN);
    json_set_real(j, "inf", INFINITY);
    assert_writes(j, JSON_ONE_LINE, "{\"half\":0.5,\"nan\":null,\"inf\":null}");
}
END_TEST

static const struct {
    const char *bytes, *want;
} utf8[] = {
    {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x8d", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x8d"},
    {"a\xff"
     "b",
        "a\xef\xbf\xbd"
        "b"},
    {"\xc3", "\xef\xbf\xbd"},
    {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
};

START_TEST(text_that_is_not_utf8_is_replaced)
{
    AUTO_JSON struct json *j = json_new_object();
    json_set_text(j, "t", utf8[_i].bytes);
    ck_assert_str_eq(json_get_text(j, "t"), utf8[_i].want);
    json_set_int(j, utf8[_i].bytes, 7);
    ck_assert_int_eq(json_get_int(j, utf8[_i].want, 0), 7);
}
END_TEST

START_TEST(reading_never_trips_over_the_shape)
{
    AUTO_JSON struct json *j = parse("{\"s\":\"x\",\"i\":5,\"f\":2.5,\"b\":true,\"a\":[1,2],\"n\":null}");
    ck_assert_str_eq(json_get_text(j, "s"), "x");
    ck_assert_ptr_null(json_get_text(j, "i"));
    ck_assert_ptr_null(json_get_text(json_get(j, "a"), "i"));
    ck_assert_ptr_null(json_get(NULL, "i"));
    ck_assert_int_eq(json_get_int(j, "i", -1), 5);
    ck_assert_int_eq(json_get_int(j, "s", -1), -1);
    ck_assert(json_number(json_get(j, "f"), 0) == 2.5);
    ck_assert(json_number(json_get(j, "i"), 0) == 5);
    ck_assert(json_get_bool(j, "b", false));
    ck_assert(json_get_bool(j, "s", true));
    ck_assert_uint_eq(json_len(json_get(j, "a")), 2);
    ck_assert_uint_eq(json_len(j), 6);
    ck_assert_uint_eq(json_len(NULL), 0);
    ck_assert_int_eq(json_int(json_at(json_get(j, "a"), 1), 0), 2);
    ck_assert_ptr_null(json_at(json_get(j, "a"), 2));
    ck_assert_int_eq(json_kind(json_get(j, "n")), JSON_IS_NULL);
    ck_assert_int_eq(json_kind(json_get(j, "f")), JSON_IS_REAL);
    ck_assert_int_eq(json_kind(NULL), JSON_IS_NULL);
}
END_TEST

START_TEST(members_are_walked_in_order)
{
    AUTO_JSON struct json *j = parse("{\"z\":1,\"a\":2,\"m\":3}");
    AUTO(strbuf) struct strbuf seen = {0};
    void *at = NULL;
    const char *key;
    struct json *value;
    while (json_next_member(j, &at, &key, &value))
        strbuf_addf(&seen, "%s%d", key, (int)json_int(value, 0));
    ck_assert_str_eq(strbuf_str(&seen), "z1a2m3");
}
END_TEST

static const struct {
    const char *text, *want;
} bad[] = {
    {"", "t.json:1:1: "},
    {"{\n  \"a\": tru\n}", "t.json:2:"},
    {"{\"a\":1,\"a\":2}", "t.json:1:"},
    {"{} x", "t.json:1:"},
    {"[\"\\u0000\"]", "t.json:1:"},
};

START_TEST(mistakes_name_the_place)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_ptr_null(json_parse("t.json", bad[_i].text, strlen(bad[_i].text), &e));
    ck_assert_msg(str_starts(e.text, bad[_i].want), "%s", e.text);
}
END_TEST

START_TEST(depth_is_limited)
{
    AUTO(strbuf) struct strbuf text = {0};
    for (int i = 0; i < 100000; i++)
        strbuf_addc(&text, '[');
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_ptr_null(json_parse("t.json", text.ptr, text.len, &e));
}
END_TEST

/* Writing piece by piece gives the bytes of writing the document at once, elements written elsewhere too. */
START_TEST(a_stream_writes_the_same_bytes)
{
    AUTO_JSON struct json *whole = json_new_object();
    AUTO_JSON struct json *head = json_new_object();
    AUTO_JSON struct json *element = parse("{\"a\": [1, {\"b\": \"x\\ny\"}], \"e\": []}");
    json_set_text(head, "format", "\"files\": []");
    json_set_array(head, "none");
    json_set_text(whole, "format", "\"files\": []");
    json_set_array(whole, "none");
    struct json *runs = json_set_array(whole, "a \"key\"");
    struct json *run = json_add_object(runs);
    json_set_object(run, "empty");
    struct json *list = json_set_array(run, "files");
    for (int i = 0; i < 2; i++)
        json_add(list, parse("{\"a\": [1, {\"b\": \"x\\ny\"}], \"e\": []}"));
    AUTO(strbuf) struct strbuf want = {0};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(strbuf) struct strbuf after = {0};
    json_write(whole, JSON_INDENTED, &want);
    struct json_stream s = json_stream_at(&out, 0);
    json_stream_object(&s, NULL);
    json_stream_put_members(&s, head);
    json_stream_array(&s, "a \"key\"");
    json_stream_object(&s, NULL);
    json_stream_object(&s, "empty");
    json_stream_end(&s);
    json_stream_array(&s, "files");
    unsigned depth = s.depth;
    json_stream_leave_elements(&s, &after);
    while (s.depth)
        json_stream_end(&s);
    for (int i = 0; i < 2; i++) {
        struct json_stream elsewhere = json_stream_at(&out, depth);
        json_stream_put(&elsewhere, NULL, element);
        strbuf_adds(&out, i ? "" : JSON_STREAM_BETWEEN);
    }
    strbuf_add(&out, after.ptr, after.len);
    ck_assert_str_eq(out.ptr, want.ptr);
}
END_TEST

Suite *json_suite(void)
{
    Suite *s = suite_create("json");
    TCase *t = tcase_create("json");
    tcase_add_test(t, what_is_built_is_written_in_order);
    tcase_add_test(t, indented_is_two_spaces);
    tcase_add_test(t, real_numbers_stay_valid);
    tcase_add_loop_test(t, text_that_is_not_utf8_is_replaced, 0, COUNT(utf8));
    tcase_add_test(t, reading_never_trips_over_the_shape);
    tcase_add_test(t, members_are_walked_in_order);
    tcase_add_loop_test(t, mistakes_name_the_place, 0, COUNT(bad));
    tcase_add_test(t, depth_is_limited);
    tcase_add_test(t, a_stream_writes_the_same_bytes);
    suite_add_tcase(s, t);
    return s;
}
