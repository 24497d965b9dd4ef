/* What a library's .pc file asks of who compiles against it. */
#include <check.h>

#include "base/cleanup.h"
#include "build/internal.h"
#include "build/pc.h"

static const struct {
    const char *text, *want; /* NULL: an error */
} rows[] = {
    {"", ""},
    {"Name: x\nLibs: -lx\n", ""},
    {"Cflags: -I/a -DX=1", "-I/a -DX=1 "},
    {"p=${pcfiledir}/../..\nincludedir=${p}/include\nCflags: -I${includedir}/sub -I${includedir}\n",
        "-I/t/include/sub -I/t/include "},
    {"CFLAGS: -I /a/../b -pthread -isystem/c -UX\n", "-I/b -isystem/c -UX "},
    {"Cflags: -DA='x y' -DB=\\\"t\\\" \\\n -DC # -DD\n", "-DA=x y -DB=\"t\" -DC "},
    {"Cflags: -DX -DX -I${unknown}\n", "-DX "},
    {"a=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
     "a=${a}${a}${a}${a}${a}${a}${a}${a}\na=${a}${a}${a}${a}${a}${a}${a}${a}\n"
     "a=${a}${a}${a}${a}${a}${a}${a}${a}\na=${a}${a}${a}${a}${a}${a}${a}${a}\nCflags: ${a}\n",
        NULL},
};

START_TEST(cflags_are_read)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec flags = {0};
    AUTO(strbuf) struct strbuf all = {0};
    int status = pc_cflags(&flags, slice_of(rows[_i].text), "/t/lib/pkgconfig", &e);
    ck_assert_int_eq(status, rows[_i].want ? 0 : -1);
    for (size_t i = 0; i < flags.len; i++)
        strbuf_addf(&all, "%s ", flags.items[i]);
    if (rows[_i].want)
        ck_assert_str_eq(strbuf_str(&all), rows[_i].want);
}
END_TEST

static const struct {
    const char *text, *made;
} rewritten[] = {
    {"Libs: -lx\nLibs.private: -lm\n", "Libs: -lx -lm\n"},
    {"Libs: -L/p/lib -lx -l/s/trees/z-1/lib/libz.a -ldl\n",
        "Libs: -L${here}/lib -lx /s/trees/z-1/lib/libz.a -ldl\n"},
    {"Libs: -l${pcfiledir}/../z-1/lib/libz.a -l${name} -ldl\n",
        "Libs: ${pcfiledir}/../z-1/lib/libz.a -l${name} -ldl\n"},
    {"Libs: -l/a/libz.a\nCflags: -I/b\n", "Cflags: -I/b\nLibs: /a/libz.a\n"},
    {"Libs: -Wl,-l/a/libz.a x-l/b\n", "Libs: -Wl,-l/a/libz.a x-l/b\n"},
};

START_TEST(a_path_is_no_name_of_a_library)
{
    AUTO(strbuf) struct strbuf out = {0};
    pc_rewrite(&out, slice_of(rewritten[_i].text), "/p", "${here}");
    ck_assert_str_eq(strbuf_str(&out), rewritten[_i].made);
}
END_TEST

static const struct {
    const char *text, *made; /* NULL: nothing was found */
} named[] = {
    {"LIBS \"/s/trees/kit-manylinux_2_17_x86_64-1a2b/lib/libm.so\")", "LIBS \"m\")"},
    {"a;/s/trees/kit-x-1/lib/libpthread.so;/s/trees/kit-x-1/lib/libdl.so", "a;pthread;dl"},
    {"/s/trees/kit-x-1/lib/libstdc++.so", "stdc++"},
    {"/s/trees/kit-x-1/lib/libm.so.6 /s/trees/kit-x-1/include /s/trees/kit-x-1/lib/libm.so/x", NULL},
    {"echo '/s/trees/kit-x-1/bin/cc' /s/trees/kit-x-1/bin/c++", "echo 'cc' c++"},
    {"/s/trees/kit-x-1/bin/cc/x /s/trees/kit-x-1/bin/", NULL},
    {"/s/trees/zlib-1/lib/libz.a /usr/lib/libm.so /s/trees/kit-", NULL},
    {"", NULL},
};

START_TEST(what_is_of_a_kit_has_a_name)
{
    AUTO(strbuf) struct strbuf out = {0};
    bool found = text_name_kit(&out, slice_of(named[_i].text), "/s/trees/kit-", "");
    ck_assert_int_eq(found, named[_i].made != NULL);
    ck_assert_str_eq(strbuf_str(&out), named[_i].made ? named[_i].made : named[_i].text);
}
END_TEST

Suite *pc_suite(void);

Suite *pc_suite(void)
{
    Suite *s = suite_create("pc");
    TCase *t = tcase_create("pc");
    tcase_add_loop_test(t, cflags_are_read, 0, COUNT(rows));
    tcase_add_loop_test(t, a_path_is_no_name_of_a_library, 0, COUNT(rewritten));
    tcase_add_loop_test(t, what_is_of_a_kit_has_a_name, 0, COUNT(named));
    suite_add_tcase(s, t);
    return s;
}
