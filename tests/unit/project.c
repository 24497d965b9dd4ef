/* Projects that their own backends build: what is read, asked, locked and found, without running any of it.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "project/build_system.h"
#include "project/cmake_names.h"
#include "project/hook.h"
#include "project/links.h"
#include "project/lock.h"
#include "project/newer.h"
#include "project/pip.h"
#include "project/published.h"
#include "project/request.h"
#include "project/root.h"
#include "project/said.h"
#include "project/systems.h"
#include "project/unpacked.h"
#include "recipe/location.h"
#include "recipe/project_row.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "scratch.h"

static char *folder;

static void make_folder(void)
{
    folder = scratch_make();
}

static void remove_folder(void)
{
    scratch_remove(folder);
}

static void put(const char *name, const char *text, mode_t mode)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, name);
    AUTO_FREE char *parent = path_dir(path);
    ck_assert_int_eq(folder_make(parent, &e), 0);
    ck_assert_int_eq(file_write(path, text, strlen(text), mode, &e), 0);
}

static char *joined(const struct texts *t)
{
    struct strbuf out = {0};
    for (size_t i = 0; i < t->len; i++)
        strbuf_addf(&out, "%s%s", i ? " | " : "", t->items[i]);
    return strbuf_steal(&out);
}

/* The text of pyproject.toml (NULL: none), then backend, requires and path, or what is wrong. */
static const struct {
    const char *text, *backend, *requires, *path, *wrong;
} systems[] = {
    {NULL, "setuptools.build_meta:__legacy__", "setuptools>=40.8.0", "", NULL},
    {"[project]\nname = \"x\"\n", "setuptools.build_meta:__legacy__", "setuptools>=40.8.0", "", NULL},
    {"[build-system]\nrequires = [\"a\", \"b>=1\"]\nbuild-backend = \"a.b:c\"\n", "a.b:c", "a | b>=1", "",
        NULL},
    {"[build-system]\nrequires = [\"wheel\"]\n", "setuptools.build_meta:__legacy__", "wheel", "", NULL},
    {"[build-system]\nrequires = []\nbuild-backend = \"own\"\nbackend-path = [\".\", \"build_backend\"]\n",
        "own", "", ". | build_backend", NULL},
    {"[build-system]\nbuild-backend = \"a\"\n", NULL, NULL, NULL,
        "pyproject.toml:1:1: build-system.build-system: "},
    {"[build-system]\nrequires = [\"--index-url=x\"]\n", NULL, NULL, NULL, "2:12: build-system.requires: "},
    {"[build-system]\nrequires = [1]\n", NULL, NULL, NULL,
        "2:12: build-system.requires: an array of strings"},
    {"[build-system]\nrequires = []\nbuild-backend = 1\n", NULL, NULL, NULL,
        "3:17: build-system.build-backend: "},
    {"[build-system]\nrequires = []\nbuild-backend = \"a\"\nbackend-path = [\"../x\"]\n", NULL, NULL, NULL,
        "4:16: build-system.backend-path: the folder must lie below the project"},
    {"[build-system]\nrequires = []\nbackend-path = [\".\"]\n", NULL, NULL, NULL,
        "3:16: build-system.backend-path: goes with"},
    {"build-system = 1\n", NULL, NULL, NULL, "build-system.build-system: a table was expected"},
};

START_TEST(a_project_says_how_it_is_built)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct project_build b;
    if (systems[_i].text)
        put("pyproject.toml", systems[_i].text, 0644);
    int status = project_build_read(&b, &a, folder, &e);
    ck_assert_int_eq(status, systems[_i].wrong ? -1 : 0);
    if (systems[_i].wrong) {
        ck_assert_msg(strstr(e.text, systems[_i].wrong), "%s", e.text);
        return;
    }
    AUTO_FREE char *requires = joined(&b.requires);
    AUTO_FREE char *path = joined(&b.path);
    ck_assert_str_eq(b.backend, systems[_i].backend);
    ck_assert_str_eq(requires, systems[_i].requires);
    ck_assert_str_eq(path, systems[_i].path);
}
END_TEST

START_TEST(what_an_sdist_says_goes_before)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct project_identity id;
    ck_assert_int_eq(project_identity_read(&id, &a, folder, &e), 0);
    ck_assert_ptr_null(id.name);
    put("pyproject.toml", "[project]\nname = \"x\"\ndynamic = [\"version\"]\nrequires-python = \">=3.9\"\n",
        0644);
    ck_assert_int_eq(project_identity_read(&id, &a, folder, &e), 0);
    ck_assert_str_eq(id.name, "x");
    ck_assert_ptr_null(id.version);
    ck_assert_str_eq(id.requires_python, ">=3.9");
    put("PKG-INFO", "Metadata-Version: 2.1\nName: X\nVersion: 1.2\n", 0644);
    ck_assert_int_eq(project_identity_read(&id, &a, folder, &e), 0);
    ck_assert_str_eq(id.name, "X");
    ck_assert_str_eq(id.version, "1.2");
    ck_assert_ptr_null(id.requires_python);
}
END_TEST

static const struct {
    const char *text, *name, *version;
    int status;
} asked[] = {
    {"pypi:lxml", "lxml", NULL, 1},
    {"pypi:Foo.Bar==1.0.0-rc1", "Foo.Bar", "1.0.0rc1", 1},
    {"./pypi", NULL, NULL, 0},
    {"pypi:", NULL, NULL, -1},
    {"pypi:a/b.tar.gz", NULL, NULL, -1},
    {"pypi:a==x", NULL, NULL, -1},
    {"pypi:a>=1", NULL, NULL, -1},
};

START_TEST(a_request_is_taken_apart)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    const char *name = NULL, *version = NULL;
    ck_assert_int_eq(project_request_index(&name, &version, &a, asked[_i].text, &e), asked[_i].status);
    if (asked[_i].status < 0)
        ck_assert_int_eq(e.kind, ERR_USAGE);
    if (asked[_i].status <= 0)
        return;
    ck_assert_str_eq(name, asked[_i].name);
    ck_assert_int_eq(version != NULL, asked[_i].version != NULL);
    if (version)
        ck_assert_str_eq(version, asked[_i].version);
}
END_TEST

START_TEST(what_has_no_recipe_gets_one)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(project_said) struct project_said said = {.arena = &a};
    said_library(&said, "libyaml >= 0.2", "--library");
    ck_assert_int_eq(said_setting(&said, "--with-openssl=", "-C", &e), 0);
    ck_assert_int_eq(said_setting(&said, "args=-Dx={y} \"z\"", "-C", &e), 0);
    struct project_request request = {.name = "a-b",
        .version = "1.0",
        .url = "pypi:a-b/a_b-1.0.tar.gz",
        .sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        .requires_python = ">=3.8",
        .said = &said};
    project_request_recipe(&out, &request);
    struct recipe_file *file = recipe_parse(&a, "x/pyproject.toml", strbuf_str(&out), out.len, &e);
    ck_assert_msg(file != NULL, "%s", e.text);
    const struct recipe *r = recipe_variant(&a, file, "1.0", (struct texts){0}, "linux-x86_64", &e);
    ck_assert_msg(r != NULL, "%s", e.text);
    ck_assert_int_eq(r->build.system, BUILD_PEP517);
    ck_assert_uint_eq(r->build.option_count, 2);
    ck_assert_str_eq(r->build.options[0].key, "--with-openssl");
    ck_assert_str_eq(r->build.options[0].text, "");
    ck_assert_str_eq(r->python.requires, ">=3.8");
    ck_assert_str_eq(r->libraries.items[0].text, "libyaml >= 0.2");
    ck_assert_int_eq(said_setting(&said, "wrong", "-C", &e), -1);
    ck_assert_int_eq(e.kind, ERR_USAGE);
    err_release(&e);
}
END_TEST

static const char two_rows[] = "[other]\nlibraries = [\"x\"]\n"
                               "[a-b]\n"
                               "libraries = [\"libpq >= 10\", \"zlib\"]\n"
                               "abi3 = \"3.9\"\n"
                               "env = { X = \"{src}/x\", Y = \"row\" }\n"
                               "config-settings = { fast = true, level = 3, name = \"row\" }\n"
                               "[[a-b.patch]]\n"
                               "file = \"patches/a.patch\"\n"
                               "strip = 2\n"
                               "[a-b.test]\n"
                               "imports = [\"a\", \"b\"]\n";

static const struct project_row *row_of(struct arena *a, const char *name, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, "projects.toml");
    struct project_row *row = arena_new(a, struct project_row);
    put("projects.toml", text, 0644);
    ck_assert_msg(project_row_read(row, a, path, name, &e) == 0, "%s", e.text);
    return row;
}

/* As pip and build have it: what is said twice is a list, and the row's list is taken as a whole or not at
 * all. */
START_TEST(a_setting_may_have_several_values)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0}, text = {0};
    AUTO(project_said) struct project_said said = {.arena = &a};
    ck_assert_int_eq(said_setting(&said, "setup-args=-Da=1", "-C", &e), 0);
    ck_assert_int_eq(said_setting(&said, "fast=", "-C", &e), 0);
    ck_assert_int_eq(said_setting(&said, "setup-args=-Db=2", "-C", &e), 0);
    said_row(&said,
        row_of(&a, "x",
            "[x]\nconfig-settings = { setup-args = [\"-Dc\"], more = [\"1\", \"2\"], fast = true }\n"),
        "row");
    said_text(&text, &said);
    ck_assert_str_eq(strbuf_str(&text), "setting setup-args (-C), setting fast (-C), setting more (row)");
    struct project_request request = {.name = "x", .version = "1.0", .folder = "/x", .said = &said};
    project_request_recipe(&out, &request);
    ck_assert_ptr_nonnull(strstr(strbuf_str(&out),
        "\"setup-args\" = [\"-Da=1\", \"-Db=2\"]\n\"fast\" = \"\"\n\"more\" = [\"1\", \"2\"]\n"));
    struct recipe_file *file = recipe_parse(&a, "x/pyproject.toml", strbuf_str(&out), out.len, &e);
    ck_assert_msg(file != NULL, "%s", e.text);
    const struct recipe *r = recipe_variant(&a, file, "1.0", (struct texts){0}, "linux-x86_64", &e);
    ck_assert_msg(r != NULL, "%s", e.text);
    ck_assert_uint_eq(r->build.option_count, 5);
    ck_assert_str_eq(r->build.options[1].text, "-Db=2");
    ck_assert(r->build.options[4].is_listed && !r->build.options[2].is_listed);
}
END_TEST

/* The command line, the project, and a row: lists are joined, the first of the rest counts. */
START_TEST(all_who_speak_of_a_project_are_heard)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(project_said) struct project_said said = {.arena = &a};
    put("patches/a.patch", "--- a\n", 0644);
    said_library(&said, "zlib", "--library");
    ck_assert_int_eq(said_setting(&said, "name=mine", "--config-setting", &e), 0);
    struct project_row own =
        *row_of(&a, "mine", "[mine]\nenv = { Y = \"own\" }\ntest.imports = [\"c\", \"a\"]\n");
    said_row(&said, &own, "pyproject.toml:1");
    said_row(&said, row_of(&a, "a-b", two_rows), "projects.toml:3");
    said_row(&said, row_of(&a, "none", two_rows), "projects.toml:0");
    said_text(&text, &said);
    ck_assert_str_eq(strbuf_str(&text),
        "zlib (--library), libpq >= 10 (projects.toml:3), setting name (--config-setting), setting fast "
        "(projects.toml:3), setting level (projects.toml:3), variable Y (pyproject.toml:1), variable X "
        "(projects.toml:3), patch patches/a.patch, abi3 of 3.9 (projects.toml:3), test (pyproject.toml:1)");
    struct project_request request = {.name = "a-b",
        .version = "1.0",
        .url = "pypi:a-b/a_b-1.0.tar.gz",
        .sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        .said = &said};
    project_request_recipe(&out, &request);
    struct recipe_file *file = recipe_parse_in(&a, "pypi:a-b", folder, strbuf_str(&out), out.len, &e);
    ck_assert_msg(file != NULL, "%s", e.text);
    const struct recipe *r = recipe_variant(&a, file, "1.0", (struct texts){0}, "linux-x86_64", &e);
    ck_assert_msg(r != NULL, "%s", e.text);
    ck_assert_uint_eq(r->libraries.len, 2);
    ck_assert_str_eq(r->libraries.items[1].text, "libpq >= 10");
    ck_assert_uint_eq(r->build.option_count, 3);
    ck_assert_str_eq(r->build.options[0].text, "mine");
    ck_assert(r->build.options[1].type == OPTION_BOOL && r->build.options[1].yes);
    ck_assert_str_eq(r->build.options[2].text, "3");
    ck_assert_str_eq(r->build.env.items[0].value, "own");
    ck_assert_str_eq(r->build.env.items[1].value, "{src}/x");
    ck_assert_uint_eq(r->patch_count, 1);
    ck_assert_uint_eq(r->patches[0].strip, 2);
    ck_assert_str_eq(r->python.abi3, "3.9");
    AUTO_FREE char *imports = joined(&r->test.imports);
    ck_assert_str_eq(imports, "c | a | b");
}
END_TEST

/* What the wheel is tried with counts also where nobody says what is tried. */
START_TEST(a_test_may_say_what_it_needs_alone)
{
    AUTO(arena) struct arena a = {0};
    AUTO(strbuf) struct strbuf text = {0}, out = {0};
    AUTO(project_said) struct project_said said = {.arena = &a};
    said_row(&said, row_of(&a, "x", "[x]\ntest.requires = [\"y\"]\n"), "row");
    said_text(&text, &said);
    ck_assert_str_eq(strbuf_str(&text), "test (row)");
    struct project_request request = {.name = "x", .version = "1.0", .folder = "/x", .said = &said};
    project_request_recipe(&out, &request);
    ck_assert_ptr_nonnull(strstr(strbuf_str(&out), "[test]\nrequires = [\"y\"]\n"));
}
END_TEST

/* A file of rows, or NULL for a pyproject.toml, and what is wrong with it. */
static const struct {
    const char *text, *wrong;
} wrong_rows[] = {
    {"[a]\nlibrarys = [\"x\"]\n[b]\nenv = 1\n",
        "projects.toml:2:1: unknown key \"librarys\" in [a] (did you mean \"libraries\"?)\n"},
    {"[a]\nlibrarys = [\"x\"]\n[b]\nenv = 1\n", "projects.toml:4:7: \"env\" in [b] must be a table, found"},
    {"[A_b]\nlibraries = []\n", "projects.toml:1:2: \"A_b\" is not a project's name as the package index"},
    {"a = 1\n", "projects.toml:1:1: \"a\" must be a table, found"},
    {"[a]\nlibraries = [\"x >> 1\"]\n", "projects.toml:2:14: libraries \"x >> 1\""},
    {"[a]\nabi3 = \"3\"\n", "projects.toml:2:8: abi3 \"3\" is not a version of Python"},
    {"[[a.patch]]\nfile = \"../x\"\n", "projects.toml:2:8: file \"../x\""},
    {"[a]\nenv = { X = \"{nowhere}\" }\n", "projects.toml:2:13: unknown placeholder {nowhere}"},
};

START_TEST(mistakes_of_any_row_are_told)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, "projects.toml");
    struct project_row row;
    put("projects.toml", wrong_rows[_i].text, 0644);
    ck_assert_int_eq(project_row_read(&row, &a, path, "other", &e), -1);
    ck_assert_int_eq(e.kind, ERR_RECIPE);
    ck_assert_msg(strstr(e.text, wrong_rows[_i].wrong), "%s", e.text);
}
END_TEST

#define FILE_OF(name, more) \
    "{\"filename\": \"" name "\", \"hashes\": {\"sha256\": \"" HASH_OF_ALL "\"}" more "}"
#define HASH_OF_ALL "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char page[] =
    "{\"files\": [" FILE_OF("Foo.Bar-1.9.tar.gz", ", \"requires-python\": \">=3.7\"") ", " FILE_OF(
        "foo_bar-1.10.tar.gz", "") ", " FILE_OF("foo_bar-1.10-py3-none-any.whl",
        "") ", " FILE_OF("foo_bar-1.11.zip", ", \"yanked\": \"broken\"") ", " FILE_OF("foo_bar-2.0rc1.tar.gz",
        "") ", " FILE_OF("foo_bar_baz-3.0.tar.gz",
        "") ", {\"filename\": \"foo_bar-4.0.tar.gz\", \"hashes\": {}}]}";

static const struct {
    const char *version, *file, *python;
} chosen[] = {
    {NULL, "foo_bar-1.10.tar.gz", NULL},
    {"1.9", "Foo.Bar-1.9.tar.gz", ">=3.7"},
    {"1.11", "foo_bar-1.11.zip", NULL},
    {"2.0rc1", "foo_bar-2.0rc1.tar.gz", NULL},
    {"3.0", NULL, NULL},
    {"4.0", NULL, NULL},
};

START_TEST(an_index_lists_source_distributions)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct published p;
    int status = published_find(&p, &a, "foo-bar", chosen[_i].version, slice_of(page), &e);
    ck_assert_int_eq(status, chosen[_i].file ? 0 : -1);
    if (status < 0) {
        ck_assert_int_eq(e.kind, ERR_FETCH);
        return;
    }
    ck_assert_str_eq(p.file, chosen[_i].file);
    ck_assert_int_eq(p.requires_python != NULL, chosen[_i].python != NULL);
    struct slice html = slice_of("<html></html>");
    ck_assert_int_eq(published_find(&p, &a, "foo-bar", NULL, html, &e), -1);
}
END_TEST

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define PACKAGE(name, version, url, archive)                          \
    "{\"metadata\": {\"name\": \"" name "\", \"version\": \"" version \
    "\"}, \"download_info\": {\"url\": \"" url "\", \"archive_info\": " archive "}}"

static const struct {
    const char *packages, *lock, *wrong;
} reports[] = {
    {"", "", NULL},
    {PACKAGE("Foo_Bar", "1.0", "https://x/foo_bar-1.0-py3-none-any.whl#y",
         "{\"hashes\": {\"sha256\": \"" HASH_A "\"}}") ", " PACKAGE("abc", "2",
         "https://x/abc-2-py3-none-any.whl", "{\"hash\": \"sha256=" HASH_A "\"}"),
        "abc==2 --hash=sha256:" HASH_A "\nfoo-bar==1.0 --hash=sha256:" HASH_A "\n", NULL},
    {PACKAGE("a", "1", "https://x/a-1.tar.gz", "{\"hashes\": {\"sha256\": \"" HASH_A "\"}}"), NULL,
        "a 1: there is no wheel of this build requirement"},
    {PACKAGE("a", "1", "https://x/a-1-py3-none-any.whl", "{}"), NULL, "a 1: the index gives no SHA-256"},
    {PACKAGE("a", "1", "https://x/a-1-py3-none-any.whl", "{\"hashes\": {\"sha256\": \"aa\"}}"), NULL,
        "a 1: the index gives no SHA-256"},
    {PACKAGE("a", "1 -r x", "https://x/a-1-py3-none-any.whl", "{}"), NULL, "is not a report"},
    {"{}", NULL, "is not a report"},
};

START_TEST(a_report_becomes_a_lock)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0};
    AUTO_FREE char *text = xstrf("{\"install\": [%s]}", reports[_i].packages);
    int status = lock_from_report(&out, "report.json", slice_of(text), &e);
    ck_assert_int_eq(status, reports[_i].wrong ? -1 : 0);
    if (reports[_i].wrong) {
        ck_assert_msg(strstr(e.text, reports[_i].wrong), "%s", e.text);
        ck_assert_int_eq(e.kind, ERR_FETCH);
    } else {
        ck_assert_str_eq(strbuf_str(&out), reports[_i].lock);
    }
}
END_TEST

START_TEST(a_wheel_of_this_machine_is_hashed)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0};
    put("my wheels/a-1-py3-none-any.whl", "abc", 0644);
    AUTO_FREE char *text = xstrf(
        "{\"install\": [{\"metadata\": {\"name\": \"a\", \"version\": \"1\"}, \"download_info\": {\"url\": "
        "\"file://%s/my%%20wheels/a-1-py3-none-any.whl\"}}]}",
        folder);
    ck_assert_int_eq(lock_from_report(&out, "report.json", slice_of(text), &e), 0);
    ck_assert_str_eq(strbuf_str(&out),
        "a==1 --hash=sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
}
END_TEST

START_TEST(a_root_has_what_the_libraries_have)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf packages = {0};
    put("a-tree/include/a/a.h", "", 0644);
    put("a-tree/lib/liba.a", "", 0644);
    put("a-tree/lib/pkgconfig/a.pc",
        "prefix=${pcfiledir}/../..\nName: a\nLibs: -L${prefix}/lib -la -L${pcfiledir}/../../../b-tree/lib "
        "-L${pcfiledir}/../../../other-1/lib\n",
        0644);
    put("b-tree/include/b.h", "", 0644);
    put("b-tree/lib/sub/libb.a", "", 0644);
    put("b-tree/lib/libbb.a", "", 0644);
    const char *of_a[] = {"lib/liba.a"}, *of_b[] = {"lib/sub/libb.a", "lib/libbb.a"};
    const char *system[] = {"m", "pthread"}, *defines[] = {"B_STATIC"}, *has[] = {"a"};
    struct recipe a = {.name = "a",
        .version = "1",
        .provides = {.archives = {of_a, 1}, .system_libraries = {system, 1}, .pkg_config = {has, 1}}};
    struct recipe b = {.name = "b",
        .version = "2",
        .provides = {.archives = {of_b, 2}, .system_libraries = {system, 2}, .defines = {defines, 1}}};
    AUTO_FREE char *a_tree = path_join(folder, "a-tree");
    AUTO_FREE char *b_tree = path_join(folder, "b-tree");
    AUTO_FREE char *made = path_join(folder, "root");
    struct build_input inputs[] = {{"a", a_tree, &a, INPUT_LIBRARY}, {"t", "/nowhere", &b, INPUT_TOOL},
        {"b", b_tree, &b, INPUT_LIBRARY}};
    struct root root = {.folder = made, .inputs = inputs, .input_count = 3};
    ck_assert_int_eq(root_make(&root, &e), 0);
    static const char *const there[] = {"usr/include/a/a.h", "usr/include/b.h", "usr/lib/liba.a",
        "usr/lib/libb.a", "usr/lib/libb.so", "usr/lib/libbb.so", "usr/lib/pkgconfig/b.pc"};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
        AUTO_FREE char *path = path_join(made, there[i]);
        ck_assert_msg(access(path, R_OK) == 0, "%s", there[i]);
    }
    AUTO_FREE char *package = path_join(made, "usr/lib/pkgconfig/a.pc");
    AUTO_FREE char *joined_package =
        xstrf("prefix=%s/usr\nName: a\nLibs: -L${prefix}/lib -la -L%s/usr/lib -L%s/other-1/lib\n", made, made,
            folder);
    ck_assert_int_eq(file_read(&text, package, 4096, &e), 0);
    ck_assert_str_eq(strbuf_str(&text), joined_package);
    strbuf_clear(&text);
    root_script(&text, &root, 0, "liba.a");
    AUTO_FREE char *want = xstrf("GROUP ( \"%s/lib/liba.a\" \"%s/lib/sub/libb.a\" \"%s/lib/libbb.a\" )\n"
                                 "INPUT ( -lm )\nINPUT ( -lpthread )\n",
        a_tree, b_tree, b_tree);
    ck_assert_str_eq(strbuf_str(&text), want);
    strbuf_clear(&text);
    root_script(&text, &root, 2, "libbb.a");
    AUTO_FREE char *own_first = xstrf("GROUP ( \"%s/lib/libbb.a\" \"%s/lib/sub/libb.a\" )\n", b_tree, b_tree);
    ck_assert(str_starts(strbuf_str(&text), own_first));
    root_packages(&packages, &root);
    ck_assert(str_ends(strbuf_str(&packages), "root/usr/lib/pkgconfig"));
    strbuf_clear(&text);
    AUTO_FREE char *of_package = path_join(made, "usr/lib/pkgconfig/b.pc");
    ck_assert_int_eq(file_read(&text, of_package, 4096, &e), 0);
    ck_assert_ptr_nonnull(strstr(strbuf_str(&text), "-DB_STATIC\nLibs: -lb -lbb\n"));
}
END_TEST

/* A library that is built static alone is there under the name that its users ask for as well. */
START_TEST(a_static_package_has_the_names_of_a_shared_one)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *tree = path_join(folder, "tree");
    AUTO_FREE char *lib = path_join(folder, "lib");
    AUTO_FREE char *config = path_join(folder, "lib/cmake/z/zConfig.cmake");
    AUTO_FREE char *version = path_join(folder, "lib/cmake/z/zConfigVersion.cmake");
    put("tree/lib/cmake/z/zConfig.cmake", "include(zTargets.cmake)\n", 0644);
    put("tree/lib/cmake/z/zTargets.cmake",
        "add_library(libz-static STATIC IMPORTED)\nadd_library(z::y_static\n STATIC IMPORTED)\nadd_library(o "
        "x.c)",
        0644);
    ck_assert_int_eq(cmake_names_write(lib, tree, &e), 0);
    ck_assert_int_eq(file_read(&text, config, 4096, &e), 0);
    AUTO_FREE char *first = xstrf("include(\"%s/lib/cmake/z/zConfig.cmake\")\n", tree);
    ck_assert(str_starts(strbuf_str(&text), first));
    static const char *const names[] = {"TARGET libz-static AND NOT TARGET libz)",
        "add_library(libz INTERFACE", "add_library(libz-shared INTERFACE", "add_library(z::y INTERFACE",
        "add_library(z::y_shared INTERFACE"};
    for (size_t i = 0; i < COUNT(names); i++)
        ck_assert_msg(strstr(strbuf_str(&text), names[i]), "%s", strbuf_str(&text));
    ck_assert_ptr_null(strstr(strbuf_str(&text), "(o "));
    ck_assert_int_ne(access(version, R_OK), 0);
    put("tree/lib/cmake/z/zConfigVersion.cmake", "", 0644);
    ck_assert_int_eq(cmake_names_write(lib, tree, &e), 0);
    ck_assert_int_eq(access(version, R_OK), 0);
}
END_TEST

static const struct {
    const char *text, *libraries, *wrong;
} tools[] = {
    {"[tool.staticbuild]\nlibraries = [\"libyaml >= 0.2\", \"z\"]\n",
        "libyaml >= 0.2 (pyproject.toml:1), z (pyproject.toml:1)", NULL},
    {"[tool.other]\nlibraries = 1\n", "", NULL},
    {"[tool.staticbuild]\nlibraries = \"x\"\n", NULL,
        "pyproject.toml:2:13: \"libraries\" in [tool.staticbuild] must be an array"},
    {"[tool.staticbuild]\nlibraries = [1]\n", NULL, "2:14: each element of \"libraries\" must be a string"},
    {"[tool.staticbuild]\nlibrary = []\n", NULL, "2:1: unknown key \"library\" in [tool.staticbuild]"},
    {"[tool]\nstaticbuild = 1\n", NULL, "2:1: \"tool.staticbuild\" must be a table"},
    {"[[tool.staticbuild.patch]]\nfile = \"x\"\n", NULL, "1:1: tool.staticbuild.patch: "},
    {"[external]\nbuild-requires = [\"dep:virtual/compiler/c\"]\nhost-requires = [\"dep:generic/z\", "
     "\"dep:generic/xml2@>=2.9\", \"pkg:generic/none\", \"dep:pypi/z\"]\n",
        "z (pyproject.toml:1), libxml2 (pyproject.toml:1)", NULL},
};

static bool is_z_or_libxml2(void *arg, const char *name)
{
    (void)arg;
    return strcmp(name, "z") == 0 || strcmp(name, "libxml2") == 0;
}

START_TEST(a_project_says_which_libraries_it_links)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(project_said) struct project_said said = {.arena = &a};
    put("pyproject.toml", tools[_i].text, 0644);
    ck_assert_int_eq(project_said_read(&said, folder, is_z_or_libxml2, NULL, &e), tools[_i].wrong ? -1 : 0);
    if (tools[_i].wrong) {
        ck_assert_msg(strstr(e.text, tools[_i].wrong), "%s", e.text);
        return;
    }
    said_text(&text, &said);
    ck_assert_str_eq(strbuf_str(&text), tools[_i].libraries);
}
END_TEST

static bool has_words(const struct command *c, const char *text)
{
    AUTO(strbuf) struct strbuf all = {0};
    for (size_t i = 0; i < c->argv.len; i++)
        strbuf_addf(&all, "%s ", c->argv.items[i]);
    return strstr(strbuf_str(&all), text);
}

static const char *value_of(const struct command *c, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < c->env.len; i++)
        if (strncmp(c->env.items[i], name, len) == 0 && c->env.items[i][len] == '=')
            return c->env.items[i] + len + 1;
    return NULL;
}

START_TEST(pip_is_told_where_from_by_the_user_and_where_to_by_us)
{
    struct interpreter python = {.path = "/usr/bin/python3.11", .abi.minor = 11};
    struct pip pip = {.python = &python, .environment = "/e", .logs = "/l", .dir = "/d", .path = "/bin"};
    const char *requires[] = {"setuptools>=40"};
    struct texts texts = {requires, 1};
    struct commands out = {0};
    setenv("PIP_INDEX_URL", "https://own/simple", 1);
    setenv("PIP_TARGET", "/elsewhere", 1);
    setenv("PYTHONPATH", "/own", 1);
    pip_resolve(&pip, &texts, "/r.json", &out);
    pip_install(&pip, "/lock", &out);
    pip.offline = true;
    pip_install(&pip, "/lock", &out);
    ck_assert(has_words(&out.items[0], "--dry-run --ignore-installed --report /r.json -- setuptools>=40 "));
    ck_assert(has_words(&out.items[0], "--only-binary :all: "));
    ck_assert(has_words(&out.items[1], "--python /e/bin/python install "));
    ck_assert(has_words(&out.items[1], "--no-warn-script-location --no-deps --require-hashes -r /lock "));
    ck_assert(!has_words(&out.items[1], "--no-index"));
    ck_assert(has_words(&out.items[2], "--no-index "));
    ck_assert_str_eq(value_of(&out.items[0], "PIP_INDEX_URL"), "https://own/simple");
    ck_assert_ptr_null(value_of(&out.items[0], "PIP_TARGET"));
    ck_assert_ptr_null(value_of(&out.items[0], "PYTHONPATH"));
    ck_assert_str_eq(value_of(&out.items[0], "PATH"), "/bin");
    commands_release(&out);
    unsetenv("PIP_INDEX_URL");
    unsetenv("PIP_TARGET");
    unsetenv("PYTHONPATH");
}
END_TEST

START_TEST(scripts_follow_their_environment)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    put("bin/tool", "#!/old/stage/bin/python\nprint('/old/stage/x')\n", 0755);
    put("bin/other", "#!/bin/sh\n", 0755);
    AUTO_FREE char *tool = path_join(folder, "bin/tool");
    AUTO_FREE char *link = path_join(folder, "bin/python");
    ck_assert_int_eq(symlink("/usr/bin/true", link), 0);
    ck_assert_int_eq(environment_moved(folder, "/old/stage", "/new", &e), 0);
    ck_assert_int_eq(file_read(&text, tool, 4096, &e), 0);
    ck_assert_str_eq(strbuf_str(&text), "#!/new/bin/python\nprint('/new/x')\n");
    struct stat st;
    ck_assert_int_eq(stat(tool, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0755);
}
END_TEST

START_TEST(our_settings_stand_beside_the_projects)
{
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(strvec) struct strvec own = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct project_build build = {.backend = "mesonpy"};
    struct option options[] = {{.key = "setup-args", .text = "-Dx=1", .is_listed = true},
        {.key = "build-dir", .text = "theirs"}, {.key = "setup-args", .text = "-Dy=2", .is_listed = true},
        {.key = "targets", .text = "a", .is_listed = true}};
    strvec_push(&own, "setup-args=--native-file=/x");
    strvec_push(&own, "build-dir=/ours");
    strvec_push(&own, "more=a=b");
    hook_write(&out, &(struct hook){.build = &build,
                         .name = HOOK_BUILD,
                         .options = options,
                         .option_count = COUNT(options),
                         .own = &own});
    AUTO_JSON struct json *request = json_parse("request", strbuf_str(&out), out.len, &e);
    const struct json *settings = json_get(request, "settings");
    const struct json *both = json_get(settings, "setup-args");
    ck_assert_uint_eq(json_len(both), 3);
    ck_assert_str_eq(json_text(json_at(both, 0)), "--native-file=/x");
    ck_assert_str_eq(json_text(json_at(both, 1)), "-Dx=1");
    ck_assert_str_eq(json_text(json_at(both, 2)), "-Dy=2");
    ck_assert_uint_eq(json_len(json_get(settings, "targets")), 1);
    ck_assert_str_eq(json_get_text(settings, "build-dir"), "theirs");
    ck_assert_str_eq(json_get_text(settings, "more"), "a=b");
}
END_TEST

START_TEST(only_backends_that_know_them_get_settings)
{
    static const struct {
        const char *backend, *settings;
    } rows[] = {{"mesonpy", "setup-args=--native-file=/work/meson.ini build-dir=/work/build"},
        {"scikit_build_core.build", "build-dir=/work/build"}, {"setuptools.build_meta", ""},
        {"mesonpy_of_theirs", ""}};
    struct systems told = {.folder = "/work", .build = "/work/build"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(strvec) struct strvec settings = {0};
        systems_settings(&told, rows[i].backend, &settings);
        AUTO(strbuf) struct strbuf text = {0};
        for (size_t k = 0; k < settings.len; k++)
            strbuf_addf(&text, "%s%s", k ? " " : "", settings.items[k]);
        ck_assert_str_eq(strbuf_str(&text), rows[i].settings);
    }
}
END_TEST

START_TEST(a_hook_is_told_all_that_it_needs)
{
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(err) struct err e = ERR_INIT;
    const char *path[] = {"."};
    struct project_build build = {.backend = "a.b:c", .path = {path, 1}};
    struct option options[] = {{.key = "fast", .type = OPTION_BOOL, .yes = true},
        {.key = "--level", .type = OPTION_INT, .text = "3"}};
    hook_write(&out, &(struct hook){.build = &build,
                         .name = HOOK_BUILD,
                         .options = options,
                         .option_count = 2,
                         .folder = "/made",
                         .answer = "/answer"});
    AUTO_JSON struct json *request = json_parse("request", strbuf_str(&out), out.len, &e);
    ck_assert_str_eq(json_get_text(request, "backend"), "a.b:c");
    ck_assert_str_eq(json_text(json_at(json_get(request, "path"), 0)), ".");
    ck_assert_str_eq(json_get_text(request, "hook"), "build_wheel");
    ck_assert_str_eq(json_get_text(json_get(request, "settings"), "fast"), "true");
    ck_assert_str_eq(json_get_text(json_get(request, "settings"), "--level"), "3");
    ck_assert_str_eq(json_get_text(request, "folder"), "/made");
    ck_assert_str_eq(json_get_text(request, "answer"), "/answer");
}
END_TEST

static const struct {
    const char *answer;
    bool requires, wheel;
} answers[] = {
    {"{\"answer\": []}", true, false},
    {"{\"answer\": [\"cython>=3\", \"numpy\"]}", true, false},
    {"{\"answer\": [\"-r x\"]}", false, false},
    {"{\"answer\": \"x-1-py3-none-any.whl\"}", true, true},
    {"{\"answer\": \"../x-1-py3-none-any.whl\"}", true, false},
    {"{\"answer\": \"x.zip\"}", true, false},
    {"{\"answer\": ", false, false},
};

START_TEST(an_answer_is_not_trusted)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(err) struct err e2 = ERR_INIT;
    struct texts requires;
    const char *wheel;
    put("answer", answers[_i].answer, 0644);
    AUTO_FREE char *path = path_join(folder, "answer");
    ck_assert_int_eq(hook_read_requires(&requires, &a, path, &e), answers[_i].requires ? 0 : -1);
    ck_assert_int_eq(hook_read_wheel(&wheel, &a, path, &e2), answers[_i].wheel ? 0 : -1);
}
END_TEST

START_TEST(the_log_of_wrappers_is_read_once_each)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(links) struct links l = {0};
    put("log",
        "dropped\tcc\t-g\ndropped\tcc\t-g\ndropped\tc++\t-g\nmodule\tld\tab12\t/m/x.map\tx.so\t/r/ab12\n"
        "module\tld\t\t/m/y.map\ty.so\nasked\tpkg-config\t--libs z\nrefused\tld\t/usr/lib/libz.so\nrubbish\n",
        0644);
    AUTO_FREE char *path = path_join(folder, "log");
    AUTO_FREE char *none = path_join(folder, "none");
    ck_assert_int_eq(links_read(&l, &a, path, &e), 0);
    ck_assert_str_eq(map_get(&l.maps, "ab12"), "/m/x.map");
    ck_assert_uint_eq(l.maps.len, 1);
    ck_assert_str_eq(map_get(&l.relinks, "ab12"), "/r/ab12");
    ck_assert_uint_eq(l.relinks.len, 1);
    ck_assert_uint_eq(l.told.len, 3);
    ck_assert_str_eq(l.told.items[0], "dropped -g (cc)");
    ck_assert_str_eq(l.told.items[2], "refused /usr/lib/libz.so (ld)");
    ck_assert_uint_eq(l.asked.len, 1);
    ck_assert_str_eq(l.asked.items[0], "pkg-config --libs z");
    links_release(&l);
    ck_assert_int_eq(links_read(&l, &a, none, &e), 0);
    ck_assert_uint_eq(l.told.len, 0);
}
END_TEST

START_TEST(what_was_found_is_read_back)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct unpacked u = {"x-1-cp38-abi3-linux_x86_64.whl", "cp38", "abi3", false, NULL, 0}, back;
    AUTO_JSON struct json *object = json_new_object();
    unpacked_put(&u, object);
    ck_assert_int_eq(unpacked_get(&back, &a, object, &e), 0);
    ck_assert_str_eq(back.file_name, u.file_name);
    ck_assert_str_eq(back.python, "cp38");
    ck_assert_str_eq(back.abi, "abi3");
    ck_assert(!back.is_pure);
    AUTO_JSON struct json *empty = json_new_object();
    ck_assert_int_eq(unpacked_get(&back, &a, empty, &e), -1);
}
END_TEST

static const struct {
    const char *files, *imports;
} imports[] = {
    {"a/__init__.py a/b.py c.py", "a | c"},
    {"_x.abi3.so", "_x"},
    {"_x.abi3.so x.py", "x"},
    {"x/__init__.cpython-311-x86_64-linux-gnu.so", "x"},
    {"x/y/__init__.py", ""},
    {"tests/__init__.py x/__init__.py", "x"},
    {"x-1.dist-info/METADATA x-1.data/data/y.py x.libs/liby.so bin/run README.txt", ""},
    {"x.pth 1x.py", ""},
};

START_TEST(a_wheel_is_imported_by_what_is_at_its_top)
{
    AUTO(arena) struct arena a = {0};
    AUTO(strvec) struct strvec files = {0};
    struct slice rest = slice_of(imports[_i].files);
    while (rest.ptr) {
        struct slice word = slice_cut(&rest, ' ');
        strvec_pushn(&files, word.ptr, word.len);
    }
    struct texts found = unpacked_imports(&a, &files);
    AUTO_FREE char *text = joined(&found);
    ck_assert_str_eq(text, imports[_i].imports);
}
END_TEST

static const struct {
    enum location_kind kind;
    const char *where, *file, *version, *own; /* own: the location's; NULL: it says nothing here */
} published_as[] = {
    {LOCATION_PYPI, "Tiny.One", "tiny_one-1.10.tar.gz", "1.10", NULL},
    {LOCATION_PYPI, "tiny", "tiny-1.10-py3-none-any.whl", NULL, NULL},
    {LOCATION_PYPI, "tiny", "tiny-two-1.0.tar.gz", NULL, NULL},
    {LOCATION_DEBIAN, "zlib", "zlib_1.3.dfsg+really1.3.2.orig.tar.gz", "1.3.2", NULL},
    {LOCATION_DEBIAN, "freetype", "freetype_2.14.3+dfsg.orig.tar.xz", "2.14.3", NULL},
    {LOCATION_DEBIAN, "x", "x_1.2+ds1.orig.tar.xz", "1.2", NULL},
    {LOCATION_DEBIAN, "x", "x_1.2~rc1.orig.tar.gz", "1.2~rc1", NULL},
    {LOCATION_DEBIAN, "x", "x_1.2.orig.tar.xz.asc", NULL, NULL},
    {LOCATION_DEBIAN, "x", "x_1.2.orig-part.tar.xz", NULL, NULL},
    {LOCATION_DEBIAN, "x", "x_1.2-1.debian.tar.xz", NULL, NULL},
    {LOCATION_DEBIAN, "x", "x_.orig.tar.xz", NULL, NULL},
    {LOCATION_DEBIAN, "x", "y_1.2.orig.tar.xz", NULL, NULL},
    {LOCATION_DEBIAN, "x", "libx-dev_1.3.5-2+deb13u5_amd64.deb", "1.3.5", "libx-dev_1.2-1_amd64.deb"},
    {LOCATION_DEBIAN, "x", "libx-dev_1.3_amd64.deb", "1.3", "libx-dev_1.2-1_amd64.deb"},
    {LOCATION_DEBIAN, "x", "libx-dev_1.3-1_arm64.deb", NULL, "libx-dev_1.2-1_amd64.deb"},
    {LOCATION_DEBIAN, "x", "libx-dbg_1.3-1_amd64.deb", NULL, "libx-dev_1.2-1_amd64.deb"},
    {LOCATION_DEBIAN, "x", "x_1.3.orig.tar.xz", NULL, "libx-dev_1.2-1_amd64.deb"},
    {LOCATION_DEBIAN, "x", "libx-dev_amd64.deb", NULL, "libx-dev_1.2-1_amd64.deb"},
};

START_TEST(a_file_is_of_a_version)
{
    AUTO(arena) struct arena a = {0};
    struct location at = {.kind = published_as[_i].kind,
        .where = (char *)(uintptr_t)published_as[_i].where,
        .file = (char *)(uintptr_t)published_as[_i].own};
    const char *version = newer_version_of(&a, &at, published_as[_i].file);
    ck_assert_pstr_eq(version, published_as[_i].version);
}
END_TEST

Suite *project_suite(void);

Suite *project_suite(void)
{
    Suite *s = suite_create("project");
    TCase *t = tcase_create("project");
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_add_loop_test(t, a_project_says_how_it_is_built, 0, COUNT(systems));
    tcase_add_test(t, what_an_sdist_says_goes_before);
    tcase_add_loop_test(t, a_request_is_taken_apart, 0, COUNT(asked));
    tcase_add_test(t, what_has_no_recipe_gets_one);
    tcase_add_test(t, a_setting_may_have_several_values);
    tcase_add_test(t, all_who_speak_of_a_project_are_heard);
    tcase_add_test(t, a_test_may_say_what_it_needs_alone);
    tcase_add_loop_test(t, mistakes_of_any_row_are_told, 0, COUNT(wrong_rows));
    tcase_add_loop_test(t, an_index_lists_source_distributions, 0, COUNT(chosen));
    tcase_add_loop_test(t, a_file_is_of_a_version, 0, COUNT(published_as));
    tcase_add_loop_test(t, a_report_becomes_a_lock, 0, COUNT(reports));
    tcase_add_test(t, a_wheel_of_this_machine_is_hashed);
    tcase_add_test(t, a_root_has_what_the_libraries_have);
    tcase_add_test(t, a_static_package_has_the_names_of_a_shared_one);
    tcase_add_loop_test(t, a_project_says_which_libraries_it_links, 0, COUNT(tools));
    tcase_add_test(t, pip_is_told_where_from_by_the_user_and_where_to_by_us);
    tcase_add_test(t, scripts_follow_their_environment);
    tcase_add_test(t, a_hook_is_told_all_that_it_needs);
    tcase_add_test(t, our_settings_stand_beside_the_projects);
    tcase_add_test(t, only_backends_that_know_them_get_settings);
    tcase_add_loop_test(t, an_answer_is_not_trusted, 0, COUNT(answers));
    tcase_add_test(t, the_log_of_wrappers_is_read_once_each);
    tcase_add_test(t, what_was_found_is_read_back);
    tcase_add_loop_test(t, a_wheel_is_imported_by_what_is_at_its_top, 0, COUNT(imports));
    suite_add_tcase(s, t);
    return s;
}
