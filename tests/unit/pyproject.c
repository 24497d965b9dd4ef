#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "python/pep508.h"
#include "python/pyproject.h"
#include "python/tags.h"
#include "sys/fs.h"
#include "sys/path.h"

static const struct {
    const char *text, *extra, *normal; /* NULL: refused */
} requirements[] = {
    {"foo", NULL, "foo"},
    {"foo>=1.0, <2", NULL, "foo>=1.0,<2"},
    {"Foo.Bar (>= 1.0)", NULL, "Foo.Bar>=1.0"},
    {"foo[a, b-c] ~=1.0", NULL, "foo[a,b-c]~=1.0"},
    {"foo[]", NULL, "foo"},
    {"foo; python_version < '3.12'", NULL, "foo; python_version < '3.12'"},
    {"foo;python_version<'3.12'", "x", "foo; python_version<'3.12' and extra == \"x\""},
    {"foo; os_name=='a' or os_name=='b'", "x", "foo; (os_name=='a' or os_name=='b') and extra == \"x\""},
    {"foo; (os_name=='a' or os_name=='b')", "x", "foo; (os_name=='a' or os_name=='b') and extra == \"x\""},
    {"foo; os_name == 'a or b'", "x", "foo; os_name == 'a or b' and extra == \"x\""},
    {"foo", "x", "foo; extra == \"x\""},
    {"cffi; implementation_name == \"pypy\"", NULL, "cffi; implementation_name == \"pypy\""},
    {"foo; 'linux' in sys_platform and platform_machine not in 'a b'", NULL,
        "foo; 'linux' in sys_platform and platform_machine not in 'a b'"},
    {"foo @ https://example.org/x.whl", NULL, "foo @ https://example.org/x.whl"},
    {"foo @ https://example.org/x.whl ; os_name == 'a'", NULL,
        "foo @ https://example.org/x.whl ; os_name == 'a'"},
    {"", NULL, NULL},
    {"-foo", NULL, NULL},
    {"foo bar", NULL, NULL},
    {"foo[a", NULL, NULL},
    {"foo[a b]", NULL, NULL},
    {"foo >", NULL, NULL},
    {"foo (>=1", NULL, NULL},
    {"foo @", NULL, NULL},
    {"foo @ u v", NULL, NULL},
    {"foo;", NULL, NULL},
    {"foo; colour == 'red'", NULL, NULL},
    {"foo; os_name = 'a'", NULL, NULL},
    {"foo; os_name == 'a", NULL, NULL},
    {"foo; (os_name == 'a'", NULL, NULL},
    {"foo; os_name == 'a')", NULL, NULL},
    {"foo; os_name == 'a' xor os_name == 'b'", NULL, NULL},
    {"foo; ((((((((((((((((((((((((((((((((((os_name == 'a'))))))))))))))))))))))))))))))))))", NULL, NULL},
};

START_TEST(requirements_are_read_and_written)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct pep508 r;
    int got = pep508_parse(&r, &a, requirements[_i].text, &e);
    ck_assert_int_eq(got, requirements[_i].normal ? 0 : -1);
    if (got == 0) {
        AUTO_FREE char *text = pep508_format(&r, requirements[_i].extra);
        ck_assert_str_eq(text, requirements[_i].normal);
    } else {
        ck_assert_ptr_nonnull(e.text);
    }
}
END_TEST

START_TEST(names_are_normalised_and_escaped)
{
    static const char *const cases[][3] = {
        {"PyZMQ", "pyzmq", "pyzmq"},
        {"ruamel.yaml", "ruamel-yaml", "ruamel_yaml"},
        {"A__.-b", "a-b", "a_b"},
    };
    for (size_t i = 0; i < 3; i++) {
        AUTO_FREE char *normal = python_name_normalise(cases[i][0]);
        AUTO_FREE char *escaped = wheel_name_escape(cases[i][0]);
        ck_assert_str_eq(normal, cases[i][1]);
        ck_assert_str_eq(escaped, cases[i][2]);
    }
    struct err e = ERR_INIT;
    AUTO_FREE char *version = wheel_version_escape("1.0-1+Ubuntu-2", &e);
    ck_assert_str_eq(version, "1.0.post1+ubuntu.2");
}
END_TEST

START_TEST(wheel_names_come_apart_and_together)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(wheel_name) struct wheel_name n;
    const char *path = "d-x/pyzmq-27.1.0-1-cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl";
    ck_assert_int_eq(wheel_name_parse(&n, path, &e), 0);
    ck_assert_str_eq(n.name, "pyzmq");
    ck_assert_str_eq(n.build, "1");
    AUTO_FREE char *text = wheel_name_format(&n);
    ck_assert_str_eq(text, "pyzmq-27.1.0-1-cp312-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl");
    AUTO(strvec) struct strvec tags = {0};
    wheel_name_expand(&n, &tags);
    ck_assert_uint_eq(tags.len, 2);
    ck_assert_str_eq(tags.items[0], "cp312-abi3-manylinux2014_x86_64");
    ck_assert_str_eq(tags.items[1], "cp312-abi3-manylinux_2_17_x86_64");
}
END_TEST

/* PEP 825, with and without a build tag. */
START_TEST(variants_have_labels)
{
    static const char *const names[] = {"a-1-cp313-cp313t-musllinux_1_2_x86_64-x86_64_v3.whl",
        "a-1-7-py2.py3-none-manylinux_2_28_x86_64-x86_64_v3.whl"};
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(err) struct err e = ERR_INIT;
        AUTO(wheel_name) struct wheel_name n;
        ck_assert_int_eq(wheel_name_parse(&n, names[i], &e), 0);
        ck_assert_str_eq(n.variant, "x86_64_v3");
        ck_assert_str_eq(n.build, i ? "7" : "");
        ck_assert_str_eq(n.platform.items[0], i ? "manylinux_2_28_x86_64" : "musllinux_1_2_x86_64");
        AUTO_FREE char *text = wheel_name_format(&n);
        ck_assert_str_eq(text, names[i]);
    }
}
END_TEST

static const char *const bad_names[] = {"a-1-cp38-cp38-any.zip", "a-1-cp38-cp38.whl",
    "a-1-2-3-cp38-cp38-any.whl", "a-1-x-cp38-cp38-any.whl", "-1-cp38-cp38-any.whl", "a--cp38-cp38-any.whl",
    "a-1-cp38--any.whl", "a-1-cp38-cp38-any..b.whl", "a-1-cp38-cp38-an y.whl", "a b-1-cp38-cp38-any.whl",
    "a-1-cp38-cp38-any-V3.whl", "a-1-cp38-cp38-any-.whl", "a-1-cp38-cp38-any-seventeen_letters.whl",
    "a-1-2-cp38-cp38-any-v3-v4.whl", ".whl", ""};

START_TEST(malformed_wheel_names_are_refused)
{
    AUTO(err) struct err e = ERR_INIT;
    struct wheel_name n;
    ck_assert_int_eq(wheel_name_parse(&n, bad_names[_i], &e), -1);
    wheel_name_release(&n);
}
END_TEST

static const char pkg_info[] = "Metadata-Version: 2.1\n"
                               "Name: demo\n"
                               "version: 1.0\r\n"
                               "Classifier: A\n"
                               "License: one\n"
                               "        two\n"
                               "Classifier: B\n"
                               "X-Own: kept\n"
                               "\n"
                               "# Demo\n\nText: not a field\n";

START_TEST(metadata_keeps_what_it_reads)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(metadata) struct metadata m;
    ck_assert_int_eq(metadata_parse(&m, &a, "PKG-INFO", pkg_info, sizeof pkg_info - 1, &e), 0);
    ck_assert_str_eq(metadata_get(&m, "Version"), "1.0");
    metadata_add(&m, &a, "Classifier", "C");
    metadata_set(&m, &a, "Summary", "short");
    ck_assert_int_eq(metadata_check(&m, "PKG-INFO", &e), 0);
    AUTO(strbuf) struct strbuf out = {0};
    metadata_format(&m, &out);
    ck_assert_str_eq(strbuf_str(&out),
        "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\nSummary: short\n"
        "License: one\n        two\nClassifier: A\nClassifier: B\nClassifier: C\n"
        "X-Own: kept\n\n# Demo\n\nText: not a field\n");
}
END_TEST

START_TEST(a_folded_description_becomes_the_body)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(metadata) struct metadata m;
    const char text[] = "Name: demo\nDescription: first\n        second\n       |third\nVersion: 1\n";
    ck_assert_int_eq(metadata_parse(&m, &a, "x", text, sizeof text - 1, &e), 0);
    ck_assert_str_eq(m.description, "first\nsecond\nthird");
    ck_assert_ptr_null(metadata_get(&m, "Description"));
    ck_assert_str_eq(metadata_get(&m, "Version"), "1");
}
END_TEST

/* What was written behind the text of an unfolded one shows under the sanitizers, or when the block is freed.
 */
START_TEST(a_description_of_one_line_stays_in_its_memory)
{
    for (size_t len = 1; len < 200000; len = len * 3 + 1) {
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err e = ERR_INIT;
        AUTO(metadata) struct metadata m;
        AUTO(strbuf) struct strbuf text = {0};
        strbuf_adds(&text, "Name: demo\nDescription: ");
        for (size_t i = 0; i < len; i++)
            strbuf_addc(&text, 'a');
        strbuf_addc(&text, '\n');
        ck_assert_int_eq(metadata_parse(&m, &a, "x", text.ptr, text.len, &e), 0);
        ck_assert_uint_eq(strlen(m.description), len);
    }
}
END_TEST

START_TEST(the_last_line_needs_no_newline)
{
    static const char *const texts[] = {
        "Name: demo\nRequires-Dist: requests",
        "Name: demo\r\nRequires-Dist: requests\r",
        "Requires-Dist:\n requests",
        "Requires-Dist: requests",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err e = ERR_INIT;
        AUTO(metadata) struct metadata m;
        ck_assert_int_eq(metadata_parse(&m, &a, "x", texts[i], strlen(texts[i]), &e), 0);
        const char *value = metadata_get(&m, "Requires-Dist");
        ck_assert_msg(value && strstr(value, "requests"), "%zu: %s", i, value ? value : "(none)");
    }
}
END_TEST

START_TEST(a_value_cannot_pass_for_a_field)
{
    AUTO(arena) struct arena a = {0};
    AUTO(metadata) struct metadata m = {0};
    metadata_set(&m, &a, "Name", "demo\nEvil: yes");
    AUTO(strbuf) struct strbuf out = {0};
    metadata_format(&m, &out);
    ck_assert_ptr_null(strstr(strbuf_str(&out), "\nEvil"));
}
END_TEST

START_TEST(import_names_need_a_later_version)
{
    AUTO(arena) struct arena a = {0};
    AUTO(metadata) struct metadata m = {0};
    metadata_set(&m, &a, "Import-Name", "demo");
    AUTO(strbuf) struct strbuf out = {0};
    metadata_format(&m, &out);
    ck_assert(str_starts(strbuf_str(&out), "Metadata-Version: 2.5\n"));
}
END_TEST

START_TEST(bad_metadata_is_reported_at_once)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(metadata) struct metadata m;
    const char text[] = "Name: -\nVersion: x\nRequires-Dist: a >\nRequires-Python: 3\nProvides-Extra: !\n";
    ck_assert_int_eq(metadata_parse(&m, &a, "M", text, sizeof text - 1, &e), 0);
    ck_assert_int_eq(metadata_check(&m, "M", &e), -1);
    int lines = 1;
    for (const char *p = e.text; *p; p++)
        lines += *p == '\n';
    ck_assert_int_eq(lines, 5);
}
END_TEST

START_TEST(text_that_is_not_metadata_is_refused)
{
    static const struct {
        const char *text;
        size_t len;
    } cases[] = {{"Name demo\n", 10}, {" Name: demo\n", 12}, {"Name: de\0mo\n", 12}, {"Na me: x\n", 9}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err e = ERR_INIT;
        struct metadata m;
        ck_assert_int_eq(metadata_parse(&m, &a, "M", cases[i].text, cases[i].len, &e), -1);
        ck_assert(str_starts(e.text, "M:"));
    }
}
END_TEST

/* A project folder with this pyproject.toml and a README.md; the caller frees and removes it. */
static char *project(const char *toml)
{
    AUTO(err) struct err e = ERR_INIT;
    char *root = folder_make_temporary("/tmp", "pyproject-", &e);
    ck_assert_ptr_nonnull(root);
    AUTO_FREE char *file = path_join(root, "pyproject.toml");
    AUTO_FREE char *readme = path_join(root, "README.md");
    ck_assert_int_eq(file_write(file, toml, strlen(toml), 0644, &e), 0);
    ck_assert_int_eq(file_write(readme, "# Hi\n", 5, 0644, &e), 0);
    return root;
}

static int read_project(struct pyproject *p, struct arena *a, const char *toml, struct err *e)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_FREE char *root = project(toml);
    int got = pyproject_read(p, a, root, e);
    tree_remove(root, &ignored);
    return got;
}

START_TEST(a_project_table_becomes_metadata)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(pyproject) struct pyproject p;
    const char *toml =
        "[build-system]\nrequires = []\n"
        "[project]\nname = 'Demo'\nversion = '1.0'\ndescription = 'short'\nreadme = 'README.md'\n"
        "requires-python = '>=3.8'\nlicense = 'MIT'\nlicense-files = ['LICEN[CS]E*']\n"
        "authors = [{name = 'A, B', email = 'a@b'}, {name = 'C'}]\nkeywords = ['x', 'y']\n"
        "classifiers = ['Programming Language :: C']\n"
        "dependencies = ['foo>=1 ; os_name == \"posix\"']\ndynamic = ['import-names']\n"
        "[project.urls]\nHome = 'https://example.org'\n"
        "[project.optional-dependencies]\n'Fast_er' = ['bar']\n"
        "[project.scripts]\ndemo = 'demo:main'\n"
        "[project.entry-points.'demo.plug']\none = 'demo.one'\n";
    ck_assert_msg(read_project(&p, &a, toml, &e) == 0, "%s", e.text);
    ck_assert(p.has_project && p.has_license_files);
    AUTO(strbuf) struct strbuf out = {0};
    metadata_format(&p.metadata, &out);
    ck_assert_str_eq(strbuf_str(&out),
        "Metadata-Version: 2.4\nName: Demo\nVersion: 1.0\nSummary: short\n"
        "Description-Content-Type: text/markdown\nKeywords: x,y\nAuthor: C\nAuthor-email: \"A, B\" <a@b>\n"
        "License-Expression: MIT\nClassifier: Programming Language :: C\nProject-URL: Home, "
        "https://example.org\n"
        "Requires-Python: >=3.8\nRequires-Dist: foo>=1; os_name == \"posix\"\nRequires-Dist: bar; extra == "
        "\"fast-er\"\nProvides-Extra: fast-er\n\n# Hi\n");
    ck_assert_uint_eq(p.entry_point_count, 2);
    ck_assert_str_eq(p.entry_points[0].group, "console_scripts");
    ck_assert_str_eq(p.entry_points[1].group, "demo.plug");
    ck_assert_str_eq(p.license_files.items[0], "LICEN[CS]E*");
    ck_assert_str_eq(p.dynamic.items[0], "import-names");
}
END_TEST

START_TEST(mistakes_in_a_project_are_reported_at_once_with_their_place)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct pyproject p;
    ck_assert_int_eq(read_project(&p, &a,
                         "[project]\nname = 3\nreadme = '../x'\nclassifiers = 'x'\ncolour = 'red'\n"
                         "dependencies = ['-']\nscripts = {a = 'b c'}\nauthors = [{}]\nlicense = {}\n",
                         &e),
        -1);
    static const char *const says[] = {"toml:2:8: project.name: a string", "toml:3:10: project.readme",
        ":4:", "colour: is not a key", ":6:", ":7:", ":8:", ":9:"};
    for (size_t i = 0; i < COUNT(says); i++)
        ck_assert_msg(strstr(e.text, says[i]) != NULL, "%s\n%s", says[i], e.text);
}
END_TEST

/* PEP 621: a table has one of file and text, and says what it is. */
START_TEST(a_readme_is_a_file_or_a_text)
{
    static const struct {
        const char *readme;
        bool fine;
    } cases[] = {
        {"{file = 'README.md', content-type = 'text/markdown'}", true},
        {"{text = '# Hi', content-type = 'text/markdown'}", true},
        {"{file = 'README.md', text = '# Hi', content-type = 'text/markdown'}", false},
        {"{content-type = 'text/markdown'}", false},
        {"{file = 'README.md'}", false},
        {"{text = '# Hi', content-type = 3}", false},
    };
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *toml = xstrf("[project]\nname = 'demo'\nversion = '1'\nreadme = %s\n", cases[_i].readme);
    struct pyproject p;
    int got = read_project(&p, &a, toml, &e);
    ck_assert_msg((got == 0) == cases[_i].fine, "%s: %s", cases[_i].readme, e.text ? e.text : "fine");
    if (got == 0)
        pyproject_release(&p);
    else
        ck_assert_ptr_nonnull(
            strstr(e.text, "toml:4:10: project.readme: content-type and one of file and text"));
}
END_TEST

START_TEST(no_project_table_is_fine)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(pyproject) struct pyproject p;
    ck_assert_int_eq(read_project(&p, &a, "[build-system]\nrequires = ['setuptools']\n", &e), 0);
    ck_assert(!p.has_project);
    AUTO(pyproject) struct pyproject none;
    ck_assert_int_eq(pyproject_read(&none, &a, "/nonexistent", &e), 0);
    ck_assert(!none.has_project);
}
END_TEST

START_TEST(entry_points_are_checked)
{
    static const struct {
        struct entry_point ep;
        bool good;
    } cases[] = {
        {{"console_scripts", "demo", "demo:main"}, true},
        {{"a.b", "x y", "demo.sub : obj.attr [extra]"}, true},
        {{"a", "x", "demo"}, true},
        {{"a", "x", "demo:"}, false},
        {{"a", "x", "demo:1"}, false},
        {{"a", "x", "de mo:x"}, false},
        {{"a", "x=y", "demo:x"}, false},
        {{"a\n", "x", "demo:x"}, false},
        {{"a", "x\ny", "demo:x"}, false},
        {{"a", "[x", "demo:x"}, false},
        {{"a", "x", "demo:x [y]\n[z]"}, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        ck_assert_msg(entry_point_is_valid(&cases[i].ep) == cases[i].good, "%zu", i);
}
END_TEST

static const struct {
    const char *marker;
    bool holds; /* for CPython 3.11.2 on x86-64 Linux */
} markers[] = {
    {"python_version < '3.12'", true},
    {"python_version < '3.9'", false}, /* as text it would be */
    {"'3.9' <= python_version", true},
    {"python_version in '3.10 3.11'", true},
    {"python_version not in '3.10 3.11'", false},
    {"python_version == '3.*'", true},
    {"python_version ~= '3.10'", true},
    {"python_full_version == '3.11.2'", true},
    {"python_full_version > '3.11.2'", false},
    {"sys_platform == 'linux'", true},
    {"sys_platform != \"linux\"", false},
    {"platform_system == 'Windows' or os_name == 'posix'", true},
    {"platform_system == 'Windows' or os_name == 'posix' and python_version > '3.11'", false},
    {"(platform_system == 'Linux' or os_name == 'nt') and python_version > '3.10'", true},
    {"(platform_system == 'Linux' and (os_name == 'nt' or implementation_name == 'cpython'))", true},
    {"platform_machine == 'x86_64' and platform_python_implementation == 'CPython'", true},
    {"platform_machine == 'aarch64'", false},
    {"extra == 'test'", false},
};

START_TEST(a_marker_holds_for_an_interpreter)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct pep508 r;
    AUTO_FREE char *text = xstrf("x ; %s", markers[_i].marker);
    ck_assert_int_eq(pep508_parse(&r, &a, text, &e), 0);
    bool holds = pep508_marker_holds(r.marker, &(struct marker_environment){"3.11.2", "x86_64"});
    ck_assert_msg(holds == markers[_i].holds, "%s", markers[_i].marker);
}
END_TEST

Suite *pyproject_suite(void)
{
    Suite *s = suite_create("pyproject");
    TCase *t = tcase_create("metadata");
    tcase_add_loop_test(t, requirements_are_read_and_written, 0, COUNT(requirements));
    tcase_add_loop_test(t, a_marker_holds_for_an_interpreter, 0, COUNT(markers));
    tcase_add_test(t, names_are_normalised_and_escaped);
    tcase_add_test(t, wheel_names_come_apart_and_together);
    tcase_add_test(t, variants_have_labels);
    tcase_add_loop_test(t, malformed_wheel_names_are_refused, 0, COUNT(bad_names));
    tcase_add_test(t, metadata_keeps_what_it_reads);
    tcase_add_test(t, a_folded_description_becomes_the_body);
    tcase_add_test(t, a_value_cannot_pass_for_a_field);
    tcase_add_test(t, import_names_need_a_later_version);
    tcase_add_test(t, a_description_of_one_line_stays_in_its_memory);
    tcase_add_test(t, the_last_line_needs_no_newline);
    tcase_add_test(t, bad_metadata_is_reported_at_once);
    tcase_add_test(t, text_that_is_not_metadata_is_refused);
    tcase_add_test(t, a_project_table_becomes_metadata);
    tcase_add_test(t, mistakes_in_a_project_are_reported_at_once_with_their_place);
    tcase_add_test(t, no_project_table_is_fine);
    tcase_add_loop_test(t, a_readme_is_a_file_or_a_text, 0, 6);
    tcase_add_test(t, entry_points_are_checked);
    suite_add_tcase(s, t);
    return s;
}
