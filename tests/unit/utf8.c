/* What of text from outside is UTF-8, and what of it is shown. */
#include <check.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "template/template.h"
#include "ui/text/layout.h"

static const struct {
    const char *text;
    size_t length; /* of its first character */
} characters[] = {
    {"a", 1},
    {"\x7f", 1},
    {"\xc3\xa9", 2},
    {"\xe2\x82\xac", 3},
    {"\xf0\x9f\x98\x80", 4},
    {"\xf4\x8f\xbf\xbf", 4},
    {"\x80", 0},
    {"\xc0\xaf", 0},         /* longer than it need be */
    {"\xe0\x9f\xbf", 0},     /* too */
    {"\xed\xa0\x80", 0},     /* a surrogate */
    {"\xf4\x90\x80\x80", 0}, /* above U+10FFFF */
    {"\xf5\x80\x80\x80", 0},
    {"\xe2\x82", 0}, /* cut */
    {"\xc3(", 0},
};

START_TEST(characters_are_whole_or_none)
{
    ck_assert_uint_eq(utf8_length(characters[_i].text, strlen(characters[_i].text)), characters[_i].length);
}
END_TEST

static const struct {
    const char *text, *shown;
} rows[] = {
    {"", ""},
    {"libz.so.1", "libz.so.1"},
    {"\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9"},
    {"\x1b]0;title\a\x1b[31m", "?]0;title??[31m"},
    {"a\nb\tc\x7f", "a?b?c?"},
    {"\xc2\x9b"
     "31m\xc2\xa0",
        "?31m\xc2\xa0"},
    {"a\xe2\x80\xae"
     "fed\xe2\x81\xa6\xd8\x9c",
        "a?fed??"},
    {"\xe2\x80\x93\xe2\x81\xa5", "\xe2\x80\x93\xe2\x81\xa5"}, /* a dash, and the one before the isolates */
    {"EV\xd4LFN\xe2\x80", "EV" UTF8_REPLACEMENT "LFN" UTF8_REPLACEMENT UTF8_REPLACEMENT},
};

START_TEST(names_are_made_harmless)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf toned = {0};
    AUTO(strbuf) struct strbuf page = {0};
    text_add_safe(&text, rows[_i].text, 0);
    ck_assert_str_eq(strbuf_str(&text), rows[_i].shown);
    text_add_safe(&toned, rows[_i].text, 100);
    ck_assert_str_eq(strbuf_str(&toned), rows[_i].shown);
    ck_assert_uint_eq(text_columns(rows[_i].text), text_columns(rows[_i].shown));
    template_escape(&page, rows[_i].text, TEMPLATE_HTML);
    for (size_t i = 0; i < page.len; i++)
        ck_assert_uint_ne(
            utf8_length(page.ptr + i, page.len - i) || ((unsigned char)page.ptr[i] & 0xc0) == 0x80, 0);
    ck_assert(!page.len || (!strchr(page.ptr, 0x1b) && !strstr(page.ptr, "\xe2\x80\xae")));
}
END_TEST

/* The last gate: our own colours pass, and JSON as it is. */
START_TEST(what_was_overlooked_is_not_written)
{
    static const struct {
        const char *text, *written; /* NULL: as it is */
    } cases[] = {
        {"plain\n\ttext \xc3\xa9", NULL},
        {"\x1b[1m\x1b[0mbold\x1b[36m", NULL},
        {"{\"name\": \"\xe2\x80\xae\"}\n", NULL},
        {"\x1b[5m", "?[5m"},
        {"\x1b]0;t\a\x1b[1m", "?]0;t?\x1b[1m"},
        {"\xff\x1b", UTF8_REPLACEMENT "?"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf text = {0};
        AUTO(strbuf) struct strbuf out = {0};
        strbuf_adds(&text, cases[i].text);
        ck_assert_int_eq(style_keep_own(&text, &out), cases[i].written == NULL);
        if (cases[i].written)
            ck_assert_str_eq(strbuf_str(&out), cases[i].written);
    }
}
END_TEST

START_TEST(text_is_cut_between_characters)
{
    AUTO(strbuf) struct strbuf out = {0};
    text_add_safe(&out, "\xc3\xa9\xc3\xa9\xc3\xa9\xff\xff", 4);
    ck_assert_str_eq(strbuf_str(&out), "\xc3\xa9...");
}
END_TEST

Suite *utf8_suite(void);

Suite *utf8_suite(void)
{
    Suite *s = suite_create("utf8");
    TCase *t = tcase_create("utf8");
    tcase_add_loop_test(t, characters_are_whole_or_none, 0, COUNT(characters));
    tcase_add_loop_test(t, names_are_made_harmless, 0, COUNT(rows));
    tcase_add_test(t, what_was_overlooked_is_not_written);
    tcase_add_test(t, text_is_cut_between_characters);
    suite_add_tcase(s, t);
    return s;
}
