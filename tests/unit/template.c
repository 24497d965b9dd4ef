#include <check.h>
#include <string.h>

#include "base/cleanup.h"
#include "template/template.h"

static void values(struct map *m)
{
    template_set(m, "name", "zmq");
    template_set(m, "a.b-c_2", "dotted");
    template_set(m, "sharp", "<a href='x'>\"&\\\n\x01");
    template_set(m, "empty", "");
}

static const struct {
    enum template_escape escape;
    const char *text, *want;
} fills[] = {
    {TEMPLATE_PLAIN, "", ""},
    {TEMPLATE_PLAIN, "no places { here } }}", "no places { here } }}"},
    {TEMPLATE_PLAIN, "{{name}}-{{a.b-c_2}}{{empty}}!", "zmq-dotted!"},
    {TEMPLATE_PLAIN, "${{ matrix.python }} {{", "${{ matrix.python }} {{"},
    {TEMPLATE_PLAIN, "{{sharp}}", "<a href='x'>\"&\\\n\x01"},
    {TEMPLATE_HTML, "<b>{{sharp}}</b>", "<b>&lt;a href=&#39;x&#39;&gt;&quot;&amp;\\\n?</b>"},
    {TEMPLATE_HTML, "{{{sharp}}}", "<a href='x'>\"&\\\n\x01"},
    {TEMPLATE_JSON, "\"{{sharp}}\"", "\"\\u003ca href='x'\\u003e\\\"\\u0026\\\\\\n\\u0001\""},
};

START_TEST(places_are_filled)
{
    AUTO(map) struct map m = {0};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(err) struct err e = ERR_INIT;
    values(&m);
    int rc = template_fill(&out, "t", slice_of(fills[_i].text), &m, fills[_i].escape, &e);
    ck_assert_int_eq(rc, 0);
    ck_assert_str_eq(strbuf_str(&out), fills[_i].want);
}
END_TEST

static const struct {
    const char *text, *want;
} bad[] = {
    {"one\n{{nmae}}", "t:2: nothing is known to fill in for {{nmae}}"},
    {"{{name}", "t:1: {{name is not closed with 2 braces"},
    {"{{{name}}", "t:1: {{name is not closed with 3 braces"},
    {"\n\n{{name", "t:3: {{name is not closed with 2 braces"},
};

START_TEST(mistakes_name_template_and_line)
{
    AUTO(map) struct map m = {0};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(err) struct err e = ERR_INIT;
    values(&m);
    int rc = template_fill(&out, "t", slice_of(bad[_i].text), &m, TEMPLATE_PLAIN, &e);
    ck_assert_int_eq(rc, -1);
    ck_assert_str_eq(e.text, bad[_i].want);
}
END_TEST

/* The text is a slice: what follows it in memory is somebody else's. */
START_TEST(the_end_of_the_slice_holds)
{
    AUTO(map) struct map m = {0};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(err) struct err e = ERR_INIT;
    values(&m);
    struct slice cut = {"{{name}}", 7};
    ck_assert_int_eq(template_fill(&out, "t", cut, &m, TEMPLATE_PLAIN, &e), -1);
    cut.len = 2;
    err_release(&e);
    ck_assert_int_eq(template_fill(&out, "t", cut, &m, TEMPLATE_PLAIN, &e), 0);
    ck_assert_str_eq(strbuf_str(&out), "{{");
}
END_TEST

Suite *template_suite(void)
{
    Suite *s = suite_create("template");
    TCase *t = tcase_create("template");
    tcase_add_loop_test(t, places_are_filled, 0, COUNT(fills));
    tcase_add_loop_test(t, mistakes_name_template_and_line, 0, COUNT(bad));
    tcase_add_test(t, the_end_of_the_slice_holds);
    suite_add_tcase(s, t);
    return s;
}
