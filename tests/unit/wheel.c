#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/pack.h"
#include "wheel/wheel.h"
#include "zip/writer.h"
#include "there.h"

static const struct {
    const char *in[4];
    const char *joined; /* NULL: refused */
} licenses[] = {
    {{"MIT"}, "MIT"},
    {{NULL}, ""},
    {{"MIT", "ISC"}, "MIT AND ISC"},
    {{"MIT", "mit", "(MIT)"}, "MIT"},
    {{"BSD-3-Clause AND MIT", "MIT AND ISC"}, "BSD-3-Clause AND MIT AND ISC"},
    {{"MIT OR Apache-2.0"}, "MIT OR Apache-2.0"},
    {{"(MIT OR Apache-2.0)"}, "MIT OR Apache-2.0"},
    {{"MIT OR Apache-2.0", "ISC"}, "(MIT OR Apache-2.0) AND ISC"},
    {{"(MIT OR Apache-2.0) AND (ISC)", "ISC"}, "(MIT OR Apache-2.0) AND (ISC) AND ISC"},
    {{"MIT AND (A OR B)", "A OR B"}, "MIT AND (A OR B)"},
    {{"ISC", "GPL-3.0-or-later WITH GCC-exception-3.1", "LicenseRef-X"},
        "ISC AND GPL-3.0-or-later WITH GCC-exception-3.1 AND LicenseRef-X"},
    {{"MIT AND ISC OR A"}, "MIT AND ISC OR A"},
    {{"MIT AND ISC OR A", "B"}, "(MIT AND ISC OR A) AND B"},
    {{"GPL-2.0+"}, "GPL-2.0+"},
    {{""}, NULL},
    {{"MIT AND"}, NULL},
    {{"MIT ISC"}, NULL},
    {{"(MIT"}, NULL},
    {{"MIT)"}, NULL},
    {{"()"}, NULL},
    {{"MIT / ISC"}, NULL},
    {{"OR MIT"}, NULL},
    {{"(MIT) WITH X"}, NULL},
    {{"MIT WITH (X)"}, NULL},
};

START_TEST(licences_are_joined)
{
    AUTO(err) struct err e = ERR_INIT;
    size_t len = 0;
    while (len < 4 && licenses[_i].in[len])
        len++;
    AUTO_FREE char *joined = license_join(licenses[_i].in, len, &e);
    if (licenses[_i].joined) {
        ck_assert_msg(joined != NULL, "%s", e.text);
        ck_assert_str_eq(joined, licenses[_i].joined);
    } else {
        ck_assert_ptr_null(joined);
        ck_assert_int_eq(e.kind, ERR_RECIPE);
    }
}
END_TEST

/* Nobody nests deeper than that, but who attacks a parser. */
START_TEST(parentheses_have_a_depth)
{
    static const char open[] = "((((((((((((((((((((((((((((((((",
                      shut[] = "))))))))))))))))))))))))))))))))";
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *deep = xstrf("C AND %sA OR B%s", open, shut),
                   *deeper = xstrf("C AND (%sA OR B%s)", open, shut);
    const char *in[] = {deep};
    AUTO_FREE char *joined = license_join(in, 1, &e);
    ck_assert_msg(strlen(open) == 32 && joined != NULL, "%s", e.text);
    in[0] = deeper;
    ck_assert_ptr_null(license_join(in, 1, &e));
}
END_TEST

/* A source tree, made anew for each test. */
static char *top, *src, *dist;
static struct arena arena;
static struct err e;

static void put(const char *name, const char *text)
{
    AUTO_FREE char *path = path_join(src, name);
    AUTO_FREE char *folder = path_dir(path);
    ck_assert_int_eq(folder_make(folder, &e), 0);
    ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
}

static void set_up(void)
{
    e = (struct err)ERR_INIT;
    top = folder_make_temporary("/tmp", "wheel-", &e);
    ck_assert_ptr_nonnull(top);
    src = path_join(top, "src");
    dist = path_join(top, "dist");
    ck_assert_int_eq(folder_make(src, &e), 0);
    ck_assert_int_eq(folder_make(dist, &e), 0);
    put("demo/__init__.py", "from . import _core\n");
    put("demo/data, \"x\".txt", "data\n");
    put("demo/py.typed", "");
    put("demo/sub/a.pyi", "");
    put("demo/_core.c", "int x;\n");
    put("demo/_core.so", "stale\n");
    put("demo/__pycache__/x.cpython-311.pyc", "cache\n");
    put("demo/.gitignore", "*\n");
    put("demo/tests/test_x.py", "");
    put("LICENSE", "the licence\n");
    put("built/demo/_core.abi3.so", "\177ELF, so to say\n");
    put("lib/COPYING", "the library's licence\n");
    put("sboms/old.cdx.json", "{}\n");
    put("PKG-INFO",
        "Metadata-Version: 2.1\nName: Demo.Pkg\nVersion: 1.0\nSummary: short\nLicense: BSD\n"
        "Classifier: License :: OSI Approved :: BSD License\nClassifier: Programming Language :: C\n"
        "Requires-Python: >=3.8\nRequires-Dist: foo\n\nLong text\n");
}

static void tear_down(void)
{
    err_release(&e);
    tree_remove(top, &e);
    err_release(&e);
    arena_release(&arena);
    free(top);
    free(src);
    free(dist);
}

static struct wheel_package packages[] = {{.from = "demo"}};
static const char *excludes[] = {"demo/tests"};
static const char *license_files[] = {"LICENSE"};
static const char *copying[] = {"COPYING"};
static struct pair entry_points[] = {{"console_scripts:demo", "demo:main"}};

static struct recipe recipe(void)
{
    return (struct recipe){.name = "demo_pkg",
        .version = "1.0",
        .summary = "not used",
        .license = "BSD-3-Clause",
        .license_files = {license_files, 1},
        .file = "demo.toml",
        .wheel = {.packages = packages,
            .package_count = 1,
            .exclude = {excludes, 1},
            .entry_points = {entry_points, 1}}};
}

/* Packs the tree above and gives the path of the wheel, or NULL with e set. */
static char *pack(const struct recipe *r)
{
    AUTO(wheel_metadata) struct wheel_metadata m = {0};
    AUTO(wheel_files) struct wheel_files files = {0};
    AUTO_FREE char *built = path_join(src, "built");
    AUTO_FREE char *lib = path_join(src, "lib");
    struct component library = {
        .name = "libdemo", .license = "MIT OR ISC", .license_folder = lib, .license_files = {copying, 1}};
    if (wheel_metadata_gather(&m, &arena, src, r, &e) < 0 ||
        wheel_files_add_packages(&files, src, r, &e) < 0 || wheel_files_add_tree(&files, built, "", &e) < 0)
        return NULL;
    struct wheel_request request = {.metadata = &m,
        .src = src,
        .license = r->license,
        .files = &files,
        .components = &library,
        .component_count = 1,
        .python_tag = "cp312",
        .abi_tag = "abi3",
        .platform_tags = "manylinux_2_17_x86_64.manylinux2014_x86_64",
        .sbom = "{}\n",
        .sbom_len = 3,
        .source_date_epoch = 1706702400,
        .folder = dist};
    return wheel_pack(&request, &e);
}

static char *member(const struct wheel *w, const char *name)
{
    AUTO(zip_scratch) struct zip_scratch s = {0};
    struct slice text;
    const struct zip_member *m = wheel_dist_info_member(w, name);
    ck_assert_msg(m && zip_read(m, 100000, &s, &text, &e) == 0, "%s", name);
    return xstrndup(text.ptr, text.len);
}

START_TEST(a_packed_wheel_holds_what_it_should)
{
    struct recipe r = recipe();
    AUTO_FREE char *path = pack(&r);
    ck_assert_msg(path != NULL, "%s", e.text);
    ck_assert_str_eq(
        path_base(path), "demo_pkg-1.0-cp312-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl");
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(wheel_open(&w, path, 0, &e), 0);
    wheel_verify(&w);
    ck_assert_msg(w.problem_count == 0, "%s: %s", w.problems[0].subject, w.problems[0].message);
    ck_assert_uint_eq(w.zip.facts | w.zip.all_facts, 0);
    static const char *const names[] = {"demo/__init__.py", "demo/_core.abi3.so", "demo/data, \"x\".txt",
        "demo/py.typed", "demo/sub/a.pyi", "demo_pkg-1.0.dist-info/METADATA", "demo_pkg-1.0.dist-info/WHEEL",
        "demo_pkg-1.0.dist-info/entry_points.txt", "demo_pkg-1.0.dist-info/licenses/LICENSE",
        "demo_pkg-1.0.dist-info/licenses/libdemo/COPYING", "demo_pkg-1.0.dist-info/sboms/old.cdx.json",
        "demo_pkg-1.0.dist-info/sboms/staticbuild.cdx.json", "demo_pkg-1.0.dist-info/RECORD"};
    ck_assert_uint_eq(w.zip.len, COUNT(names));
    for (size_t i = 0; i < w.zip.len; i++)
        ck_assert_str_eq(w.zip.members[i].name, names[i]);
    ck_assert_uint_eq(w.zip.members[0].mode, 0100644);
    ck_assert_uint_eq(w.zip.members[1].mode, 0100755);
    AUTO_FREE char *metadata = member(&w, "METADATA");
    ck_assert_str_eq(metadata,
        "Metadata-Version: 2.4\nName: Demo.Pkg\nVersion: 1.0\nSummary: short\n"
        "License-Expression: BSD-3-Clause AND (MIT OR ISC)\nLicense-File: LICENSE\nLicense-File: "
        "libdemo/COPYING\n"
        "Classifier: Programming Language :: C\nRequires-Python: >=3.8\nRequires-Dist: foo\n\nLong text\n");
    AUTO_FREE char *wheel = member(&w, "WHEEL");
    ck_assert_str_eq(wheel, "Wheel-Version: 1.0\nGenerator: staticbuild " STATICBUILD_VERSION "\n"
                            "Root-Is-Purelib: false\nTag: cp312-abi3-manylinux2014_x86_64\n"
                            "Tag: cp312-abi3-manylinux_2_17_x86_64\n");
    AUTO_FREE char *entries = member(&w, "entry_points.txt");
    ck_assert_str_eq(entries, "[console_scripts]\ndemo = demo:main\n");
    AUTO_FREE char *record = member(&w, "RECORD");
    ck_assert_ptr_nonnull(strstr(record, "\"demo/data, \"\"x\"\".txt\",sha256="));
    ck_assert(str_ends(record, "demo_pkg-1.0.dist-info/RECORD,,\n"));
    ck_assert_ptr_nonnull(
        strstr(record, "demo/py.typed,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"));
}
END_TEST

/* What a compiler reads and leaves stays out, unless the recipe says that the package has it for its users.
 */
START_TEST(what_usually_stays_out_may_be_wanted)
{
    struct recipe r = recipe();
    static const char *wanted[] = {"demo/*.c"}, *wrong[] = {"demo/*.c", "demo/*.cu"};
    r.wheel.include = (struct texts){wanted, 1};
    AUTO_FREE char *path = pack(&r);
    ck_assert_msg(path != NULL, "%s", e.text);
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(wheel_open(&w, path, 0, &e), 0);
    ck_assert_ptr_nonnull(zip_find(&w.zip, "demo/_core.c"));
    ck_assert_ptr_null(zip_find(&w.zip, "demo/_core.so"));
    r.wheel.include = (struct texts){wrong, 2};
    ck_assert_ptr_null(pack(&r));
    ck_assert_ptr_nonnull(strstr(e.text, "wheel.include: no file of the packages fits \"demo/*.cu\""));
    err_release(&e);
}
END_TEST

START_TEST(a_package_may_have_another_name)
{
    struct recipe r = recipe();
    static struct wheel_package renamed[] = {{"demo/sub", "other/name"}, {"demo/sub", NULL}};
    r.wheel.packages = renamed;
    r.wheel.package_count = 2;
    AUTO_FREE char *path = pack(&r);
    ck_assert_msg(path != NULL, "%s", e.text);
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(wheel_open(&w, path, 0, &e), 0);
    ck_assert_str_eq(w.zip.members[1].name, "demo/sub/a.pyi");
    ck_assert_str_eq(w.zip.members[2].name, "other/name/a.pyi");
}
END_TEST

START_TEST(the_same_inputs_give_the_same_bytes)
{
    struct recipe r = recipe();
    AUTO_FREE char *path = pack(&r);
    AUTO(strbuf) struct strbuf one = {0};
    AUTO(strbuf) struct strbuf two = {0};
    ck_assert_int_eq(file_read(&one, path, 1 << 20, &e), 0);
    mode_t before = umask(0077);
    put("demo/__init__.py", "from . import _core\n"); /* another time, another inode */
    AUTO_FREE char *again = pack(&r);
    umask(before);
    ck_assert_int_eq(file_read(&two, again, 1 << 20, &e), 0);
    ck_assert_uint_eq(one.len, two.len);
    ck_assert_mem_eq(one.ptr, two.ptr, one.len);
    AUTO(strvec) struct strvec left = {0};
    ck_assert_int_eq(tree_list(dist, NULL, NULL, &left, &e), 0);
    ck_assert_uint_eq(left.len, 1);
}
END_TEST

START_TEST(what_is_not_taken_from_the_source_is_told)
{
    struct recipe r = recipe();
    static struct pair over[] = {{"Summary", "longer"}, {"Classifier", "A"}, {"Classifier", "B"}};
    r.wheel.metadata = (struct pairs){over, 3};
    AUTO(wheel_metadata) struct wheel_metadata m;
    ck_assert_int_eq(wheel_metadata_gather(&m, &arena, src, &r, &e), 0);
    ck_assert_str_eq(metadata_get(&m.core, "Summary"), "longer");
    AUTO(strbuf) struct strbuf notes = {0};
    for (size_t i = 0; i < m.notes.len; i++)
        strbuf_addf(&notes, "%s\n", m.notes.items[i]);
    ck_assert_ptr_nonnull(strstr(notes.ptr, "Summary: \"short\" of PKG-INFO is replaced"));
    ck_assert_ptr_nonnull(strstr(notes.ptr, "License: \"BSD\""));
    size_t classifiers = 0;
    for (size_t i = 0; i < m.core.len; i++)
        classifiers += strcmp(m.core.fields[i].name, "Classifier") == 0;
    ck_assert_uint_eq(classifiers, 2);
    ck_assert_ptr_null(strstr(notes.ptr, "Classifier: \"A\""));
}
END_TEST

START_TEST(a_source_that_is_not_what_the_recipe_says_is_refused)
{
    struct recipe r = recipe();
    AUTO(wheel_metadata) struct wheel_metadata m;
    r.version = "1.1";
    ck_assert_int_eq(wheel_metadata_gather(&m, &arena, src, &r, &e), -1);
    ck_assert_str_eq(e.text, "demo.toml: recipe.version is 1.1, but PKG-INFO of its source says 1.0");
    ck_assert_int_eq(e.kind, ERR_RECIPE);
    err_release(&e);
    r = recipe();
    r.name = "other";
    ck_assert_int_eq(wheel_metadata_gather(&m, &arena, src, &r, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "recipe.name is \"other\""));
}
END_TEST

START_TEST(without_metadata_the_recipe_speaks)
{
    struct recipe r = recipe();
    r.python.requires = ">=3.9";
    r.homepage = "https://example.org";
    AUTO_FREE char *pkg_info = path_join(src, "PKG-INFO");
    unlink(pkg_info);
    AUTO(wheel_metadata) struct wheel_metadata m;
    ck_assert_int_eq(wheel_metadata_gather(&m, &arena, src, &r, &e), 0);
    ck_assert_str_eq(metadata_get(&m.core, "Name"), "demo_pkg");
    ck_assert_str_eq(metadata_get(&m.core, "Summary"), "not used");
    ck_assert_str_eq(metadata_get(&m.core, "Requires-Python"), ">=3.9");
    ck_assert_str_eq(metadata_get(&m.core, "Project-URL"), "Homepage, https://example.org");
    ck_assert_str_eq(m.license_files.items[0], "LICENSE");
    ck_assert_uint_eq(m.notes.len, 0);
}
END_TEST

START_TEST(what_cannot_be_packed_says_so)
{
    struct recipe r = recipe();
    static const char *missing[] = {"nothing"};
    static struct wheel_package no_package[] = {{.from = "nothing"}}, outside[] = {{.from = "../x"}};
    struct {
        struct recipe r;
        const char *says;
    } cases[] = {{r, "has no folder \"nothing\""}, {r, "must lie below"}, {r, "no file \"nothing\""},
        {r, "not an entry point"}, {r, "cannot be set here"}, {r, "cannot be set here"}};
    static struct pair bad_version[] = {{"Metadata-Version", "9.9"}};
    static struct pair bad_entry[] = {{"console_scripts:x", "a b"}}, bad_field[] = {{"Colour", "red"}};
    cases[0].r.wheel.packages = no_package;
    cases[1].r.wheel.packages = outside;
    cases[2].r.license_files = (struct texts){missing, 1};
    cases[3].r.wheel.entry_points = (struct pairs){bad_entry, 1};
    cases[4].r.wheel.metadata = (struct pairs){bad_field, 1};
    cases[5].r.wheel.metadata = (struct pairs){bad_version, 1};
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_ptr_null(pack(&cases[i].r));
        ck_assert_int_eq(e.kind, ERR_RECIPE);
        ck_assert_msg(strstr(e.text, cases[i].says) != NULL, "%s", e.text);
        err_release(&e);
    }
    AUTO(strvec) struct strvec left = {0};
    ck_assert_int_eq(tree_list(dist, NULL, NULL, &left, &e), 0);
    ck_assert_uint_eq(left.len, 0);
}
END_TEST

START_TEST(licence_texts_are_known_by_their_names)
{
    static const char *const texts[] = {
        "LICENSE", "licence.txt", "Copying.LESSER", "COPYRIGHT", "NOTICE", "UNLICENSE", "license-mit"};
    static const char *const others[] = {"README", "LICEN", "my-license", "license.rs", "NOTE", ""};
    for (size_t i = 0; i < COUNT(texts); i++)
        ck_assert_msg(license_is_text(texts[i]), "%s", texts[i]);
    for (size_t i = 0; i < COUNT(others); i++)
        ck_assert_msg(!license_is_text(others[i]), "%s", others[i]);
}
END_TEST

/* The recipe's entry points take the place of the project's of the same name, and of no others. */
START_TEST(a_project_has_entry_points_too)
{
    struct recipe r = recipe();
    put("pyproject.toml",
        "[project]\nname = \"Demo.Pkg\"\nversion = \"1.0\"\n[project.scripts]\n"
        "tool = \"demo:tool\"\ndemo = \"demo:other\"\n[project.gui-scripts]\ndemo = \"demo:window\"\n");
    AUTO(wheel_metadata) struct wheel_metadata m;
    ck_assert_msg(wheel_metadata_gather(&m, &arena, src, &r, &e) == 0, "%s", e.text);
    AUTO(strbuf) struct strbuf all = {0};
    for (size_t i = 0; i < m.entry_point_count; i++)
        strbuf_addf(
            &all, "%s %s %s\n", m.entry_points[i].group, m.entry_points[i].name, m.entry_points[i].value);
    ck_assert_str_eq(strbuf_str(&all),
        "console_scripts demo demo:main\nconsole_scripts tool demo:tool\ngui_scripts demo demo:window\n");
    AUTO_FREE char *path = pack(&r);
    ck_assert_msg(path != NULL, "%s", e.text);
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(wheel_open(&w, path, 0, &e), 0);
    AUTO_FREE char *text = member(&w, "entry_points.txt");
    ck_assert_str_eq(
        text, "[console_scripts]\ndemo = demo:main\ntool = demo:tool\n\n[gui_scripts]\ndemo = demo:window\n");
}
END_TEST

static void expect_licences(const char *expected)
{
    struct recipe r = recipe();
    r.license_files = (struct texts){0};
    AUTO(wheel_metadata) struct wheel_metadata m;
    AUTO(strbuf) struct strbuf all = {0};
    ck_assert_msg(wheel_metadata_gather(&m, &arena, src, &r, &e) == 0, "%s", e.text);
    for (size_t i = 0; i < m.license_files.len; i++)
        strbuf_addf(&all, "%s\n", m.license_files.items[i]);
    ck_assert_str_eq(strbuf_str(&all), expected);
}

START_TEST(licences_are_taken_from_the_source)
{
    put("LICENCE.txt", "");
    put("AUTHORS", "");
    put("README", "");
    put("texts/a.txt", "");
    put("texts/deep/b.txt", "");
    put("texts/deep/c.md", "");
    expect_licences("AUTHORS\nLICENCE.txt\nLICENSE\n"); /* what is at the top */
    put("pyproject.toml",
        "[project]\nname = \"Demo.Pkg\"\nversion = \"1.0\"\nlicense-files = [\"texts/**/*.txt\"]\n");
    expect_licences("texts/deep/b.txt\n");
    put("pyproject.toml",
        "[project]\nname = \"Demo.Pkg\"\nversion = \"1.0\"\nlicense-files = [\"texts/*\"]\n");
    expect_licences("texts/a.txt\n"); /* a star does not cross folders */
}
END_TEST

START_TEST(a_package_may_end_with_a_slash)
{
    struct recipe r = recipe();
    static struct wheel_package with_slash[] = {{.from = "demo/sub/"}};
    r.wheel.packages = with_slash;
    AUTO_FREE char *path = pack(&r);
    ck_assert_msg(path != NULL, "%s", e.text);
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(wheel_open(&w, path, 0, &e), 0);
    ck_assert_str_eq(w.zip.members[1].name, "demo/sub/a.pyi");
}
END_TEST

START_TEST(a_folder_is_left_out_with_or_without_a_slash)
{
    struct recipe r = recipe();
    static const char *with_slash[] = {"demo/tests/", "demo/sub/"};
    r.wheel.exclude = (struct texts){with_slash, 2};
    AUTO_FREE char *path = pack(&r);
    ck_assert_msg(path != NULL, "%s", e.text);
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(wheel_open(&w, path, 0, &e), 0);
    ck_assert(!zip_find(&w.zip, "demo/tests/test_x.py") && !zip_find(&w.zip, "demo/sub/a.pyi") &&
              zip_find(&w.zip, "demo/py.typed"));
}
END_TEST

START_TEST(modules_of_one_file)
{
    struct recipe r = recipe();
    static const char *modules[] = {"single.py"}, *missing[] = {"nothing.py"};
    r.wheel.packages = NULL;
    r.wheel.package_count = 0;
    r.wheel.modules = (struct texts){modules, 1};
    put("single.py", "value = 1\n");
    AUTO_FREE char *path = pack(&r);
    ck_assert_msg(path != NULL, "%s", e.text);
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(wheel_open(&w, path, 0, &e), 0);
    ck_assert_ptr_nonnull(zip_find(&w.zip, "single.py"));
    r.wheel.modules = (struct texts){missing, 1};
    ck_assert_ptr_null(pack(&r));
    ck_assert_msg(strstr(e.text, "nothing.py") != NULL, "%s", e.text);
}
END_TEST

/* What this program says takes the place of what it said when the source was a wheel of its own. */
START_TEST(an_older_bill_of_ours_is_replaced)
{
    struct recipe r = recipe();
    put("sboms/staticbuild.cdx.json", "{\"older\": true}\n");
    AUTO_FREE char *path = pack(&r);
    ck_assert_msg(path != NULL, "%s", e.text);
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(wheel_open(&w, path, 0, &e), 0);
    AUTO_FREE char *text = member(&w, "sboms/staticbuild.cdx.json");
    ck_assert_str_eq(text, "{}\n");
    ck_assert_uint_eq(w.zip.all_facts & ZIP_DUPLICATE, 0);
}
END_TEST

START_TEST(links_that_leave_the_source_are_not_shipped)
{
    struct recipe r = recipe();
    AUTO_FREE char *inside = path_join(src, "demo/inside.txt");
    AUTO_FREE char *outside = path_join(src, "demo/outside.txt");
    ck_assert_int_eq(symlink("py.typed", inside), 0);
    AUTO_FREE char *path = pack(&r);
    ck_assert_msg(path != NULL, "%s", e.text);
    ck_assert_int_eq(symlink("../LICENSE", outside), 0); /* below the source, outside the package */
    unlink(outside);
    ck_assert_int_eq(symlink("/etc/passwd", outside), 0);
    ck_assert_ptr_null(pack(&r));
    ck_assert_ptr_nonnull(strstr(e.text, "leads out of"));
}
END_TEST

START_TEST(two_files_for_one_place_are_an_error)
{
    AUTO(wheel_files) struct wheel_files files = {0};
    AUTO_FREE char *a = path_join(src, "LICENSE");
    AUTO_FREE char *b = path_join(src, "PKG-INFO");
    ck_assert_int_eq(wheel_files_add(&files, "x", a, &e), 0);
    ck_assert_int_eq(wheel_files_add(&files, "x", b, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "LICENSE"));
    ck_assert_ptr_nonnull(strstr(e.text, "PKG-INFO"));
}
END_TEST

START_TEST(an_installed_wheel_lies_where_it_should)
{
    struct recipe r = recipe();
    AUTO_FREE char *path = pack(&r);
    AUTO_FREE char *to = path_join(top, "site");
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(wheel_open(&w, path, 0, &e), 0);
    ck_assert_msg(wheel_install(&w, to, NULL, &e) == 0, "%s", e.text);
    AUTO_FREE char *module = path_join(to, "demo/_core.abi3.so");
    struct stat st;
    ck_assert_int_eq(stat(module, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0755);
    ck_assert_int_eq(wheel_install(&w, to, NULL, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "is not empty"));
}
END_TEST

/* A wheel written by hand: texts by name, "@" standing for the dist-info folder. */
struct text {
    const char *name, *text;
};

static const char good_metadata[] = "Metadata-Version: 2.1\nName: w\nVersion: 1\n";
static const char good_wheel[] =
    "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n";

static int open_texts(struct wheel *w, const char *file_name, const struct text *texts, size_t len)
{
    AUTO_CLOSE int fd = memfd_create("wheel", MFD_CLOEXEC);
    struct zip_writer *z = zip_writer_new(fd, "t", 0, 1);
    for (size_t i = 0; i < len && texts[i].name; i++) {
        AUTO_FREE char *name =
            texts[i].name[0] == '@' ? xstrf("w-1.dist-info/%s", texts[i].name + 1) : xstrdup(texts[i].name);
        ck_assert_int_eq(zip_writer_add(z, name, false, texts[i].text, strlen(texts[i].text), &e), 0);
    }
    ck_assert_int_eq(zip_writer_finish(z, &e), 0);
    zip_writer_free(z);
    static char bytes[65536];
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    ssize_t n = read(fd, bytes, sizeof bytes);
    ck_assert_int_gt(n, 0);
    return wheel_open_bytes(w, file_name, bytes, (size_t)n, 0, &e);
}

#define EMPTY "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"
static const struct {
    const char *file_name;
    struct text texts[6];
    enum wheel_problem_kind kind;
    const char *subject;
} broken[] = {
    {"w-1-py3-none-any.whl",
        {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", ""}, {"a", ""}},
        WHEEL_NOT_IN_RECORD, "a"},
    {"w-1-py3-none-any.whl",
        {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", "a,,\n"}, {"a", ""}},
        WHEEL_NOT_IN_RECORD, "a"},
    {"w-1-py3-none-any.whl",
        {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", "a," EMPTY "a," EMPTY}, {"a", ""}},
        WHEEL_RECORD_TWICE, "a"},
    {"w-1-py3-none-any.whl", {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", "b," EMPTY}},
        WHEEL_RECORD_ABSENT, "b"},
    {"w-1-py3-none-any.whl",
        {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", "a," EMPTY}, {"a", "x"}},
        WHEEL_RECORD_HASH, "a"},
    {"w-1-py3-none-any.whl", /* the first member, too */
        {{"a", "x"}, {"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", "a," EMPTY}},
        WHEEL_RECORD_HASH, "a"},
    {"w-1-py3-none-any.whl", /* the hash of something else */
        {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel},
            {"@RECORD", "a,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,1\n"}, {"a", "x"}},
        WHEEL_RECORD_HASH, "a"},
    {"w-1-py3-none-any.whl",
        {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", "a,md5=x,0\n"}, {"a", ""}},
        WHEEL_RECORD_ALGORITHM, "a"},
    {"w-1-py3-none-any.whl",
        {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", "\"a," EMPTY}, {"a", ""}},
        WHEEL_RECORD, "w-1.dist-info"},
    {"w-1-py3-none-any.whl",
        {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", "a,sha256=x,y\n"}, {"a", ""}},
        WHEEL_RECORD, "w-1.dist-info"},
    {"w-1-py3-none-any.whl", {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}}, WHEEL_FILE_MISSING,
        "w-1.dist-info"},
    {"w-1-py3-none-any.whl", {{"@METADATA", "Name: w\n"}, {"@WHEEL", good_wheel}, {"@RECORD", ""}},
        WHEEL_METADATA, "w-1.dist-info"},
    {"w-1-py3-none-any.whl",
        {{"@METADATA", "Name: v\nVersion: 1\n"}, {"@WHEEL", good_wheel}, {"@RECORD", ""}}, WHEEL_METADATA,
        "w-1.dist-info"},
    {"w-2-py3-none-any.whl", {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", ""}},
        WHEEL_DIST_INFO_NAME, "w-1.dist-info"},
    {"w-1-cp38-none-any.whl", {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", ""}},
        WHEEL_TAGS, "cp38-none-any"},
    {"w-1-py3-none-any.whl",
        {{"@METADATA", good_metadata},
            {"@WHEEL", "Wheel-Version: 2.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}, {"@RECORD", ""}},
        WHEEL_VERSION, "w-1.dist-info"},
    {"w.whl", {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", ""}}, WHEEL_FILE_NAME,
        "w.whl"},
    {"w-1-py3-none-any.whl", {{"a", ""}}, WHEEL_NO_DIST_INFO, "w-1-py3-none-any.whl"},
    {"w-1-py3-none-any.whl",
        {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", ""},
            {"v-1.dist-info/METADATA", ""}},
        WHEEL_NO_DIST_INFO, "v-1.dist-info/METADATA"},
};

START_TEST(what_contradicts_itself_is_a_problem)
{
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(open_texts(&w, broken[_i].file_name, broken[_i].texts, 6), 0);
    wheel_verify(&w);
    for (size_t i = 0; i < w.problem_count; i++)
        if (w.problems[i].kind == broken[_i].kind && strcmp(w.problems[i].subject, broken[_i].subject) == 0)
            return;
    ck_abort_msg("not told; the first problem: %s", w.problem_count ? w.problems[0].message : "none");
}
END_TEST

/* A wheel whose RECORD is right, for members other than those of dist-info. */
static int open_right(struct wheel *w, const struct text *extra, size_t len)
{
    AUTO(strbuf) struct strbuf record = {0};
    struct text texts[8] = {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel}};
    for (size_t i = 0; i < len; i++)
        texts[i + 2] = extra[i];
    for (size_t i = 0; i < len + 2; i++) {
        struct digest d;
        char base64[44];
        digest_bytes(&d, texts[i].text, strlen(texts[i].text));
        digest_base64url(&d, base64);
        bool info = texts[i].name[0] == '@';
        strbuf_addf(&record, "%s%s,sha256=%s,%zu\n", info ? "w-1.dist-info/" : "", texts[i].name + info,
            base64, strlen(texts[i].text));
    }
    strbuf_adds(&record, "w-1.dist-info/RECORD,,\n");
    texts[len + 2] = (struct text){"@RECORD", record.ptr};
    return open_texts(w, "w-1-py3-none-any.whl", texts, len + 3);
}

START_TEST(data_goes_to_its_places)
{
    static const struct text extra[] = {{"w-1.data/platlib/p.py", "p"},
        {"w-1.data/scripts/run", "#!python\nx"}, {"w-1.data/headers/h.h", "h"},
        {"w-1.data/data/share/d", "d"}, {"w-1.data/scripts/plain", "plain"}};
    static const char *const places[][2] = {{"p.py", "p"}, {"bin/run", "#!/usr/bin/python3\nx"},
        {"include/w/h.h", "h"}, {"share/d", "d"}, {"bin/plain", "plain"}};
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(open_right(&w, extra, COUNT(extra)), 0);
    ck_assert_uint_eq(w.problem_count, 0);
    AUTO_FREE char *to = path_join(top, "site");
    ck_assert_msg(wheel_install(&w, to, "/usr/bin/python3", &e) == 0, "%s", e.text);
    for (size_t i = 0; i < COUNT(places); i++) {
        AUTO(strbuf) struct strbuf text = {0};
        AUTO_FREE char *path = path_join(to, places[i][0]);
        ck_assert_int_eq(file_read(&text, path, 1000, &e), 0);
        ck_assert_str_eq(text.ptr, places[i][1]);
    }
    struct stat st;
    AUTO_FREE char *script = path_join(to, "bin/plain");
    ck_assert_int_eq(stat(script, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0755);
}
END_TEST

/* As it lies in the wheel, nothing moved, and whatever RECORD says. */
START_TEST(a_wheel_is_taken_apart)
{
    static const char *const names[] = {
        "a.py", "w-1.data/scripts/run", "w-1.dist-info/METADATA", "w-1.dist-info/RECORD"};
    static const struct text texts[] = {{"a.py", "a"}, {"w-1.data/scripts/run", "#!python\n"},
        {"@METADATA", good_metadata}, {"@WHEEL", good_wheel}, {"@RECORD", "a.py,sha256=wrong,1\n"}};
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(open_texts(&w, "w-1-py3-none-any.whl", texts, COUNT(texts)), 0);
    AUTO_FREE char *to = path_join(top, "apart");
    ck_assert_msg(wheel_take_apart(&w, to, &e) == 0, "%s", e.text);
    AUTO(strvec) struct strvec files = {0};
    ck_assert_int_eq(tree_list(to, NULL, NULL, &files, &e), 0);
    ck_assert_uint_eq(files.len, COUNT(texts));
    for (size_t i = 0; i < COUNT(names); i++)
        ck_assert_msg(strvec_has(&files, names[i]), "%s", names[i]);
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = path_join(to, "w-1.data/scripts/run");
    ck_assert_int_eq(file_read(&text, path, 1000, &e), 0);
    ck_assert_str_eq(text.ptr, "#!python\n");
    ck_assert_int_eq(wheel_take_apart(&w, to, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "is not empty"));
}
END_TEST

START_TEST(what_wheel_says_of_its_root)
{
    static const struct {
        const char *says;
        bool pure;
    } cases[] = {{"true", true}, {"True", true}, {"false", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *text =
            xstrf("Wheel-Version: 1.0\nRoot-Is-Purelib: %s\nTag: py3-none-any\n", cases[i].says);
        const struct text texts[] = {{"@METADATA", good_metadata}, {"@WHEEL", text}, {"@RECORD", ""}};
        AUTO(wheel) struct wheel w;
        ck_assert_int_eq(open_texts(&w, "w-1-py3-none-any.whl", texts, COUNT(texts)), 0);
        ck_assert_int_eq(w.root_is_purelib, cases[i].pure);
    }
}
END_TEST

START_TEST(metadata_of_another_distribution_is_told)
{
    static const struct text texts[] = {{"@METADATA", "Metadata-Version: 2.1\nName: v\nVersion: 2\n"},
        {"@WHEEL", good_wheel}, {"@RECORD", ""}};
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(open_texts(&w, "w-1-py3-none-any.whl", texts, COUNT(texts)), 0);
    bool told = false;
    for (size_t i = 0; i < w.problem_count; i++)
        told |= strstr(w.problems[i].message, "METADATA is that of v 2, the file name says w 1") != NULL;
    ck_assert(told);
}
END_TEST

/* "1" and "1.0" are one version. */
START_TEST(a_version_may_be_written_otherwise)
{
    static const struct text texts[] = {{"@METADATA", "Metadata-Version: 2.1\nName: W\nVersion: 1.0\n"},
        {"@WHEEL", good_wheel}, {"@RECORD", ""}};
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(open_texts(&w, "w-1-py3-none-any.whl", texts, COUNT(texts)), 0);
    for (size_t i = 0; i < w.problem_count; i++)
        ck_assert_msg(w.problems[i].kind == WHEEL_NOT_IN_RECORD, "%s", w.problems[i].message);
}
END_TEST

/* Sizes of any digits, and lines as Windows ends them. */
START_TEST(a_record_is_read_as_it_is_written)
{
    static const struct text nine[] = {{"a", "123456789"}};
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(open_right(&w, nine, 1), 0);
    wheel_verify(&w);
    ck_assert_uint_eq(w.problem_count, 0);
    static const struct text texts[] = {{"@METADATA", good_metadata}, {"@WHEEL", good_wheel},
        {"@RECORD", "a,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\r\n\"b\",,\"\"\r\n"}, {"a", ""},
        {"b", ""}};
    AUTO(wheel) struct wheel crlf;
    ck_assert_int_eq(open_texts(&crlf, "w-1-py3-none-any.whl", texts, COUNT(texts)), 0);
    wheel_verify(&crlf);
    for (size_t i = 0; i < crlf.problem_count; i++)
        ck_assert_msg(
            crlf.problems[i].kind == WHEEL_NOT_IN_RECORD && strcmp(crlf.problems[i].subject, "a") != 0,
            "%s: %s", crlf.problems[i].subject, crlf.problems[i].message);
}
END_TEST

/* Some tools write them. */
START_TEST(folders_of_the_archive_are_passed_over)
{
    static const struct text extra[] = {{"x/y", "y"}, {"z", "z"}};
    AUTO(wheel) struct wheel w;
    ck_assert_int_eq(open_right(&w, extra, COUNT(extra)), 0);
    for (size_t i = 0; i < w.zip.len; i++)
        if (strcmp(w.zip.members[i].name, "x/y") == 0)
            w.zip.members[i].facts |= ZIP_FOLDER;
    AUTO_FREE char *to = path_join(top, "site"), *apart = path_join(top, "apart");
    AUTO_FREE char *file = path_join(to, "z"), *none = path_join(to, "x/y"), *other = path_join(apart, "z");
    ck_assert_msg(wheel_install(&w, to, NULL, &e) == 0, "%s", e.text);
    ck_assert_msg(wheel_take_apart(&w, apart, &e) == 0, "%s", e.text);
    ck_assert(there_is(file) && there_is(other) && !there_is(none));
}
END_TEST

START_TEST(a_wheel_that_tricks_is_not_installed)
{
    static const struct {
        struct text extra[2];
        const char *says;
    } tricks[] = {
        {{{"w-1.data/elsewhere/x", "x"}}, "is not one of purelib"},
        {{{"a", "x"}, {"w-1.data/purelib/a", "y"}}, "the same place"},
        {{{"w-1.data/data/a", "x"}, {"a/b", "y"}}, "a"},
    };
    for (size_t i = 0; i < COUNT(tricks); i++) {
        AUTO(wheel) struct wheel w;
        AUTO_FREE char *to = xstrf("%s/site%zu", top, i);
        ck_assert_int_eq(open_right(&w, tricks[i].extra, tricks[i].extra[1].name ? 2 : 1), 0);
        ck_assert_int_eq(wheel_install(&w, to, NULL, &e), -1);
        ck_assert_msg(strstr(e.text, tricks[i].says) != NULL, "%s", e.text);
        err_release(&e);
    }
}
END_TEST

START_TEST(names_that_leave_the_folder_are_not_installed)
{
    AUTO(wheel) struct wheel w;
    static const struct text extra[] = {{"xx/evil", "x"}};
    ck_assert_int_eq(open_right(&w, extra, 1), 0);
    for (size_t i = 0; i < w.zip.len; i++) /* as an archive with such a name would have been read */
        if (strcmp(w.zip.members[i].name, "xx/evil") == 0) {
            w.zip.members[i].name = "../evil";
            w.zip.members[i].facts = ZIP_PARENT;
        }
    AUTO_FREE char *to = path_join(top, "site");
    ck_assert_int_eq(wheel_install(&w, to, NULL, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "\"..\" in the name"));
    err_release(&e);
    ck_assert_int_eq(wheel_take_apart(&w, to, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "\"..\" in the name"));
    AUTO_FREE char *evil = path_join(top, "evil");
    ck_assert(!there_is(evil));
}
END_TEST

Suite *wheel_suite(void)
{
    Suite *s = suite_create("wheel");
    TCase *t = tcase_create("licences");
    tcase_add_loop_test(t, licences_are_joined, 0, COUNT(licenses));
    tcase_add_test(t, parentheses_have_a_depth);
    suite_add_tcase(s, t);
    t = tcase_create("wheel");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, a_packed_wheel_holds_what_it_should);
    tcase_add_test(t, what_usually_stays_out_may_be_wanted);
    tcase_add_test(t, a_package_may_have_another_name);
    tcase_add_test(t, the_same_inputs_give_the_same_bytes);
    tcase_add_test(t, what_is_not_taken_from_the_source_is_told);
    tcase_add_test(t, a_source_that_is_not_what_the_recipe_says_is_refused);
    tcase_add_test(t, without_metadata_the_recipe_speaks);
    tcase_add_test(t, what_cannot_be_packed_says_so);
    tcase_add_test(t, links_that_leave_the_source_are_not_shipped);
    tcase_add_test(t, two_files_for_one_place_are_an_error);
    tcase_add_test(t, an_installed_wheel_lies_where_it_should);
    tcase_add_loop_test(t, what_contradicts_itself_is_a_problem, 0, COUNT(broken));
    tcase_add_test(t, data_goes_to_its_places);
    tcase_add_test(t, licence_texts_are_known_by_their_names);
    tcase_add_test(t, a_project_has_entry_points_too);
    tcase_add_test(t, licences_are_taken_from_the_source);
    tcase_add_test(t, a_package_may_end_with_a_slash);
    tcase_add_test(t, a_folder_is_left_out_with_or_without_a_slash);
    tcase_add_test(t, modules_of_one_file);
    tcase_add_test(t, an_older_bill_of_ours_is_replaced);
    tcase_add_test(t, a_wheel_is_taken_apart);
    tcase_add_test(t, what_wheel_says_of_its_root);
    tcase_add_test(t, metadata_of_another_distribution_is_told);
    tcase_add_test(t, a_record_is_read_as_it_is_written);
    tcase_add_test(t, a_version_may_be_written_otherwise);
    tcase_add_test(t, folders_of_the_archive_are_passed_over);
    tcase_add_test(t, a_wheel_that_tricks_is_not_installed);
    tcase_add_test(t, names_that_leave_the_folder_are_not_installed);
    suite_add_tcase(s, t);
    return s;
}
