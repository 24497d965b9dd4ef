/* The environment of commands. */
#include "sys/environment.h"

#include <check.h>

#include "base/cleanup.h"

static void expect(const struct strvec *env, const char *want)
{
    AUTO(strbuf) struct strbuf text = {0};
    for (size_t i = 0; i < env->len; i++)
        strbuf_addf(&text, "%s%s", i ? "|" : "", env->items[i]);
    ck_assert_str_eq(strbuf_str(&text), want);
}

static const struct {
    const char *path;
    enum environment_locale locale;
    const char *home, *scratch, *want;
} cases[] = {
    {NULL, LOCALE_C, NULL, NULL, "PATH=/usr/local/bin:/usr/bin:/bin|LC_ALL=C|TZ=UTC"},
    {"/a:/b", LOCALE_UTF8, NULL, NULL, "PATH=/a:/b|LC_ALL=C.UTF-8|TZ=UTC"},
    {"/a", LOCALE_C, "/h", NULL, "PATH=/a|HOME=/h|LC_ALL=C|TZ=UTC"},
    {"/a", LOCALE_C, NULL, "/t", "PATH=/a|TMPDIR=/t|LC_ALL=C|TZ=UTC"},
    {"/a", LOCALE_UTF8, "/h", "/t", "PATH=/a|HOME=/h|TMPDIR=/t|LC_ALL=C.UTF-8|TZ=UTC"},
};

START_TEST(nothing_else_is_in_it)
{
    AUTO(strvec) struct strvec env = {0};
    environment_clean(&env, cases[_i].path, cases[_i].locale, cases[_i].home, cases[_i].scratch);
    expect(&env, cases[_i].want);
}
END_TEST

START_TEST(an_interpreter_keeps_to_itself)
{
    AUTO(strvec) struct strvec env = {0};
    environment_python(&env);
    expect(&env, "PYTHONDONTWRITEBYTECODE=1|PYTHONHASHSEED=0|PYTHONNOUSERSITE=1");
}
END_TEST

START_TEST(a_variable_stands_once)
{
    AUTO(strvec) struct strvec env = {0};
    environment_set(&env, "PATHS", "1");
    environment_set(&env, "PATH", "2");
    environment_set(&env, "PATHS", "3");
    environment_set(&env, "PATH", "");
    expect(&env, "PATHS=3|PATH=");
}
END_TEST

Suite *environment_suite(void);
Suite *environment_suite(void)
{
    Suite *s = suite_create("environment");
    TCase *t = tcase_create("environment");
    tcase_add_loop_test(t, nothing_else_is_in_it, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(t, an_interpreter_keeps_to_itself);
    tcase_add_test(t, a_variable_stands_once);
    suite_add_tcase(s, t);
    return s;
}
