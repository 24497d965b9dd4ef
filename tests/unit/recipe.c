#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "recipe/hardening.h"
#include "recipe/recipe.h"
#include "recipe/schema.h"
#include "recipe/substitute.h"
#include "sys/fs.h"

#define HASH "0123456789012345678901234567890123456789012345678901234567890123"
#define BASE                                                                           \
    "[recipe]\nname = \"x\"\nkind = \"library\"\nversion = \"1\"\nlicense = \"MIT\"\n" \
    "[[source]]\nurls = [\"https://e.org/x.tgz\"]\nsha256 = \"" HASH "\"\n"            \
    "[provides]\narchives = [\"lib/libx.a\"]\n"
#define INTERPRETER                                                                             \
    "[recipe]\nname = \"x\"\nkind = \"interpreter\"\nversion = \"3.13.5\"\nlicense = \"MIT\"\n" \
    "[[source]]\nurls = [\"https://e.org/x.tgz\"]\nsha256 = \"" HASH "\"\n"                     \
    "[provides]\nwhole-archive = [\"lib/x.a\"]\narchives = [\"lib/x.a\"]\nprograms = [\"bin/x\"]\n"
#define EXTENSION                                                                               \
    "[recipe]\nname = \"x\"\nkind = \"extension\"\nversion = \"1\"\n[[source]]\npath = \".\"\n" \
    "[[module]]\nname = \"x\"\nsources = [\"x.c\"]\n"

static struct recipe_file *load(struct arena *a, const char *path)
{
    AUTO(err) struct err e = ERR_INIT;
    struct recipe_file *f = recipe_load(a, path, &e);
    ck_assert_msg(f != NULL, "%s", e.text ? e.text : "");
    return f;
}

static struct recipe_file *parse(struct arena *a, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    struct recipe_file *f = recipe_parse(a, "x.toml", text, strlen(text), &e);
    ck_assert_msg(f != NULL, "%s", e.text ? e.text : "");
    return f;
}

static const struct recipe *variant(struct arena *a, const struct recipe_file *f, const char *version,
    const char *features, const char *target)
{
    AUTO(err) struct err e = ERR_INIT;
    const char *names[8];
    struct texts on = {names, 0};
    struct slice rest = slice_of(features);
    while (rest.ptr && *features) {
        struct slice one = slice_cut(&rest, ' ');
        names[on.len++] = arena_strndup(a, one.ptr, one.len);
    }
    const struct recipe *r = recipe_variant(a, f, version, on, target, &e);
    ck_assert_msg(r != NULL, "%s", e.text ? e.text : "");
    return r;
}

static const char *joined(struct arena *a, struct texts texts)
{
    AUTO(strbuf) struct strbuf out = {0};
    for (size_t i = 0; i < texts.len; i++)
        strbuf_addf(&out, "%s%s", i ? " " : "", texts.items[i]);
    return arena_strdup(a, strbuf_str(&out));
}

static const char *options_of(struct arena *a, const struct recipe *r)
{
    AUTO(strbuf) struct strbuf out = {0};
    for (size_t i = 0; i < r->build.option_count; i++) {
        const struct option *o = &r->build.options[i];
        strbuf_addf(&out, "%s%s=%s", i ? " " : "", o->key,
            o->type == OPTION_BOOL ? (o->yes ? "on" : "off") : o->text);
    }
    return arena_strdup(a, strbuf_str(&out));
}

START_TEST(a_library_is_decoded)
{
    AUTO(arena) struct arena a = {0};
    struct recipe_file *f = load(&a, "tests/fixtures/recipes/lib/libzmq.toml");
    ck_assert_str_eq(recipe_file_name(f), "libzmq");
    ck_assert_int_eq(recipe_file_kind(f), RECIPE_LIBRARY);
    ck_assert_str_eq(joined(&a, recipe_file_versions(f)), "4.3.4 4.3.10 4.3.5");
    ck_assert_str_eq(joined(&a, recipe_file_features(f)), "curve draft");
    ck_assert(recipe_file_feature_default(f, "curve"));
    ck_assert(!recipe_file_feature_default(f, "draft"));

    const struct recipe *r = variant(&a, f, "4.3.4", "", "linux-x86_64");
    ck_assert_str_eq(r->version, "4.3.4");
    ck_assert_str_eq(r->license, "LicenseRef-ZeroMQ-LGPL-static-exception");
    ck_assert_str_eq(joined(&a, r->license_files), "COPYING COPYING.LESSER");
    ck_assert_uint_eq(r->source_count, 2);
    ck_assert_str_eq(r->sources[0].into, ".");
    ck_assert_str_eq(r->sources[0].name, "zeromq-4.3.4.tar.gz");
    ck_assert_int_eq(r->sources[1].at.line, 15);
    ck_assert_uint_eq(r->libraries.len, 0);
    ck_assert_str_eq(r->build_libraries.items[0].name, "headers-only");
    ck_assert_str_eq(r->tools.items[0].constraint, ">= 3.14");
    ck_assert_str_eq(r->tools.items[1].name, "sqlite");
    ck_assert_str_eq(r->tools.items[1].program, "sqlite3");
    ck_assert_int_eq(r->build.system, BUILD_CMAKE);
    ck_assert_str_eq(r->build.directory, ".");
    ck_assert_str_eq(options_of(&a, r), "BUILD_STATIC=on BUILD_SHARED=off LEVEL=3 NAME={prefix}/x");
    ck_assert_str_eq(r->build.env.items[0].value, "{dep.headers-only.prefix}");
    ck_assert_str_eq(joined(&a, r->provides.system_libraries), "stdc++ pthread rt m");
}
END_TEST

START_TEST(patches_are_hashed_when_loaded)
{
    AUTO(arena) struct arena a = {0};
    struct recipe_file *f = load(&a, "tests/fixtures/recipes/lib/libzmq.toml");
    const struct recipe *r = variant(&a, f, "4.3.4", "", "linux-x86_64");
    ck_assert_uint_eq(r->patch_count, 1);
    ck_assert(r->patches[0].file[0] == '/');
    ck_assert_uint_eq(r->patches[0].strip, 1);
    ck_assert_str_eq(r->patches[0].fixes.items[0], "CVE-2021-20234");
    AUTO(err) struct err e = ERR_INIT;
    struct digest want;
    ck_assert_int_eq(digest_file(&want, "tests/fixtures/recipes/lib/patches/one.patch", &e), 0);
    ck_assert_str_eq(r->patches[0].digest.hex, want.hex);
}
END_TEST

START_TEST(a_checkout_is_seen_from_the_project)
{
    static const struct {
        const char *recipe, *path, *want;
    } cases[] = {
        {"/home/me/thing/recipe/thing.toml", ".", "/home/me/thing"},
        {"/home/me/thing/thing.toml", ".", "/home/me/thing"},
        {"/home/me/thing/packaging/thing.toml", "..", "/home/me/thing"},
        {"/home/me/thing/recipe/thing.toml", "src", "/home/me/thing/src"},
    };
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_addf(&text,
        "[recipe]\nname = \"thing\"\nkind = \"extension\"\nversion = \"1\"\nlicense = \"MIT\"\n"
        "[[source]]\npath = \"%s\"\n[[module]]\nname = \"thing\"\nsources = [\"thing.c\"]\n",
        cases[_i].path);
    struct recipe_file *f = recipe_parse(&a, cases[_i].recipe, text.ptr, text.len, &e);
    ck_assert_msg(f != NULL, "%s", e.text);
    const struct recipe *r = recipe_variant(&a, f, "1", (struct texts){0}, "linux-x86_64", &e);
    ck_assert_msg(r != NULL, "%s", e.text);
    ck_assert_str_eq(r->sources[0].path, cases[_i].want);
}
END_TEST

START_TEST(overlays_are_laid_over)
{
    AUTO(arena) struct arena a = {0};
    struct recipe_file *f = load(&a, "tests/fixtures/recipes/lib/libzmq.toml");
    const struct recipe *r = variant(&a, f, "4.3.5", "curve draft", "linux-aarch64");
    ck_assert_str_eq(r->version, "4.3.5");
    ck_assert_str_eq(r->license, "MPL-2.0");
    ck_assert_str_eq(joined(&a, r->license_files), "LICENSE");
    ck_assert_uint_eq(r->source_count, 1);
    ck_assert_str_eq(r->libraries.items[0].name, "libsodium");
    ck_assert_str_eq(options_of(&a, r),
        "BUILD_STATIC=on BUILD_SHARED=off LEVEL=4 NAME={prefix}/x ENABLE_CURVE=on ENABLE_DRAFTS=on");
    ck_assert_str_eq(joined(&a, r->provides.defines), "ZMQ_STATIC ZMQ_BUILD_DRAFT_API");
    ck_assert_str_eq(joined(&a, r->provides.system_libraries), "stdc++ atomic");
    ck_assert_str_eq(joined(&a, r->features), "curve draft");
    /* The file itself is as it was. */
    r = variant(&a, f, "4.3.4", "", "linux-x86_64");
    ck_assert_str_eq(joined(&a, r->provides.defines), "ZMQ_STATIC");
    ck_assert_uint_eq(r->source_count, 2);
}
END_TEST

START_TEST(an_extension_is_decoded)
{
    AUTO(arena) struct arena a = {0};
    struct recipe_file *f = load(&a, "tests/fixtures/recipes/zmq.toml");
    const struct recipe *r = variant(&a, f, "27.1.0", "", "linux-x86_64");
    ck_assert(str_ends(r->sources[1].path, "/tests/fixtures/extra"));
    ck_assert_ptr_null(r->sources[1].sha256);
    const struct requirement *zmq = &r->libraries.items[0];
    ck_assert_str_eq(zmq->name, "libzmq");
    ck_assert_str_eq(zmq->constraint, ">= 4");
    ck_assert_uint_eq(zmq->feature_count, 2);
    ck_assert(zmq->features[0].on && !zmq->features[1].on);
    ck_assert_str_eq(zmq->features[1].name, "draft");
    ck_assert_int_eq(zmq->at.line, 14);
    ck_assert_int_eq(zmq->at.column, 14);
    ck_assert_str_eq(r->python.abi3, "3.12");
    ck_assert_int_eq(r->python.requires_at.line, 18);
    const struct module_spec *m = &r->modules[0];
    ck_assert_str_eq(m->name, "zmq.backend.cython._zmq");
    ck_assert(m->cplus);
    ck_assert_str_eq(m->cython.language_level, "3");
    ck_assert_str_eq(m->cython.directives.items[0].value, "True");
    ck_assert_str_eq(m->cython.directives.items[2].value, "2");
    ck_assert_int_eq(m->at.line, 21);
    ck_assert_str_eq(r->wheel.entry_points.items[0].key, "console_scripts:zmq-tool");
    ck_assert_str_eq(r->wheel.entry_points.items[0].value, "zmq.tool:main");
    ck_assert_str_eq(r->wheel.data[0].from, "libzmq:share/zmq");
    ck_assert_uint_eq(r->wheel.metadata.len, 3);
    ck_assert_str_eq(r->wheel.metadata.items[2].key, "Classifier");
    ck_assert_str_eq(r->wheel.metadata.items[2].value, "C :: D");
    ck_assert(str_ends(r->test.script, "/tests/fixtures/recipes/test_zmq.py"));
}
END_TEST

static const struct {
    const char *text, *want;
} mistakes[] = {
    /* names of keys */
    {BASE "[requires]\ndepend = []\n",
        "x.toml:12:1: unknown key \"depend\" in [requires] (did you mean \"libraries\"?)"},
    {BASE "[requires]\nlibraires = []\n",
        "x.toml:12:1: unknown key \"libraires\" in [requires] (did you mean \"libraries\"?)"},
    {BASE "[build]\nsystem = \"make\"\nlicense-files = []\n",
        "x.toml:13:1: unknown key \"license-files\" in [build] (it belongs in [recipe])"},
    {BASE "[require]\n", "x.toml:11:2: unknown table \"require\" in the recipe (did you mean \"requires\"?)"},
    {BASE "[features.a.build]\nsistem = \"make\"\n",
        "x.toml:12:1: unknown key \"sistem\" in [features.a.build] (did you mean \"system\"?)"},
    {BASE "[[source]]\nurl = \"x\"\n",
        "x.toml:11:1: this [[source]] has no \"urls\"\n"
        "x.toml:12:1: unknown key \"url\" in [[source]] (did you mean \"urls\"?)"},
    {"default = true\n" BASE, "x.toml:1:1: \"default\" belongs in [features.NAME], not in the recipe"},
    {BASE "[features.a]\nrecipe.name = \"y\"\n",
        "x.toml:12:8: \"name\" cannot stand in [features.a.recipe]: no overlay changes it"},
    {BASE "[versions.\"2\".features.a]\n",
        "x.toml:11:15: \"features\" cannot stand in [versions.2]: no overlay changes it"},
    {BASE "[wheel]\n", "x.toml:11:2: \"wheel\" is for extensions and programs only"},
    {BASE "[hardening]\noff = { fortfy = \"why\" }\n",
        "x.toml:12:9: \"fortfy\" in \"off\" is nothing that a build is hardened with (did you mean "
        "\"fortify\"?)"},
    {BASE "[hardening]\noff = { fortify = \"\" }\n", "x.toml:12:19: off \"\" is empty"},
    /* types */
    {BASE "[requires]\nlibraries = \"zlib\"\n",
        "x.toml:12:13: \"libraries\" in [requires] must be an array of strings, found a string"},
    {BASE "[requires]\nlibraries = [\"zlib\", 1]\n",
        "x.toml:12:22: each element of \"libraries\" must be a string, found an integer"},
    {BASE "[features.a]\ndefault = 1\n",
        "x.toml:12:11: \"default\" in [features.a] must be true or false, found an integer"},
    {BASE "[patch]\nfile = \"a\"\n",
        "x.toml:11:1: \"patch\" in the recipe must be an array of tables, found a table; write [[patch]]"},
    {BASE "[build]\nsystem = \"make\"\nvariables = { CC = 1 }\n",
        "x.toml:13:20: \"CC\" in \"variables\" must be a string, found an integer"},
    {BASE "[build]\nsystem = \"cmake\"\noptions = { A = 1.5 }\n",
        "x.toml:13:17: \"A\" in \"options\" must be a string, a boolean, an integer or an array of strings, "
        "found a number with a "
        "fraction"},
    {BASE "[build]\nsystem = \"commands\"\nsteps = [\"make\"]\n",
        "x.toml:13:10: each element of \"steps\" must be an array of strings, found a string"},
    {BASE "[features]\na = true\n", "x.toml:12:5: [features.a] must be a table, found a boolean"},
    {"recipe = 1\n", "x.toml:1:10: \"recipe\" in the recipe must be a table, found an integer"},
    /* words and texts */
    {BASE "[build]\nsystem = \"cmak\"\n", "x.toml:12:10: system \"cmak\" is not one of autotools, cmake, "
                                          "meson, make, commands, pep517, wheel (did you mean "
                                          "\"cmake\"?)"},
    {BASE "[build]\nsystem = \"\"\n",
        "x.toml:12:10: system \"\" is not one of autotools, cmake, meson, make, commands, pep517, wheel"},
    {BASE "[requires]\nlibraries = [\"zlib => 1\"]\n",
        "x.toml:12:14: libraries \"zlib => 1\" has a bad constraint: a constraint begins with ==, !=, <, <=, "
        ">, >= or "
        "~=, as in >= 1.0.16"},
    {BASE "[requires]\nlibraries = [\"sqlite:sqlite3\"]\n",
        "x.toml:12:14: libraries \"sqlite:sqlite3\" names a program; programs are for \"tools\""},
    {BASE "[requires]\nlibraries = [\"zmq[curve\", \"a[b,b]\", \">= 1\"]\n",
        "x.toml:12:14: libraries \"zmq[curve\" has no \"]\" after its \"[\"\n"
        "x.toml:12:27: libraries \"a[b,b]\" names the feature \"b\" twice\n"
        "x.toml:12:37: libraries \">= 1\" does not begin with a name, as in \"libsodium >= 1.0.16\""},
    {BASE "[target.\"linux-arch64\"]\n",
        "x.toml:11:9: \"linux-arch64\" in [target] is not a target, as in linux-x86_64 (did you mean "
        "\"linux-aarch64\"?)"},
    {BASE "[versions.latest]\n", "x.toml:11:11: \"latest\" in [versions] is not a version, as in 4.3.4"},
    {BASE "[versions.\"1.0\"]\n", "x.toml:11:11: version \"1.0\" is what [recipe] describes already"},
    {BASE "[[patch]]\nfile = \"../p\"\nfixes = [\"CVE-21-1\"]\nstrip = 1000\n",
        "x.toml:12:8: file \"../p\" leaves its folder: write a relative path without \"..\"\n"
        "x.toml:13:10: fixes \"CVE-21-1\" is not a CVE-YEAR-NUMBER\n"
        "x.toml:14:9: \"strip\" must be from 0 to 100"},
    {BASE "headers = [\"/usr/include/x.h\", \"a/../../x\"]\n",
        "x.toml:11:12: headers \"/usr/include/x.h\" leaves its folder: write a relative path without \"..\"\n"
        "x.toml:11:32: headers \"a/../../x\" leaves its folder: write a relative path without \"..\""},
    {BASE "[build]\nsystem = \"make\"\ninstall = { \"../x\" = \"/etc/passwd\" }\n",
        "x.toml:13:13: \"../x\" in \"install\" leaves its folder: write a relative path without \"..\"\n"
        "x.toml:13:22: install \"/etc/passwd\" leaves its folder: write a relative path without \"..\""},
    {BASE "whole-archive = [\"lib/liby.a\"]\nsystem-libraries = [\"-lm\"]\n",
        "x.toml:11:18: whole-archive \"lib/liby.a\" is not one of \"archives\"\n"
        "x.toml:12:21: system-libraries \"-lm\" is a flag: leave the \"-l\" away"},
    /* sources */
    {BASE "[[source]]\nurls = [\"ftp://e.org/x\"]\nsha256 = \"ABC\"\n",
        "x.toml:12:9: urls \"ftp://e.org/x\" is not a location: https://…/FILE, http://…/FILE, "
        "file:///…/FILE, "
        "debian:PACKAGE/FILE, pypi:NAME/FILE or crates:NAME/VERSION\n"
        "x.toml:13:10: sha256 \"ABC\" is not a SHA-256: 64 hexadecimal digits in lower case"},
    {BASE "[[source]]\nurls = [\"debian:a/b/c\", \"pypi:a/..\"]\n",
        "x.toml:11:1: this [[source]] has no \"sha256\": what is fetched must be known beforehand\n"
        "x.toml:12:9: urls \"debian:a/b/c\" is not a location: https://…/FILE, http://…/FILE, "
        "file:///…/FILE, "
        "debian:PACKAGE/FILE, pypi:NAME/FILE or crates:NAME/VERSION\n"
        "x.toml:12:25: urls \"pypi:a/..\" is not a location: https://…/FILE, http://…/FILE, file:///…/FILE, "
        "debian:PACKAGE/FILE, pypi:NAME/FILE or crates:NAME/VERSION"},
    {BASE "[[source]]\npath = \"/abs\"\nsha256 = \"" HASH "\"\n",
        "x.toml:12:8: path \"/abs\" is not a path relative to the project\n"
        "x.toml:13:1: a folder has no \"sha256\": its files are hashed when used"},
    {BASE "[[source]]\npath = \".\"\nexclude = [\"a\", \"../b\"]\n",
        "x.toml:13:1: \"exclude\" is for archives; a folder is taken as it is\n"
        "x.toml:13:17: exclude \"../b\" leaves its folder: write a relative path without \"..\""},
    {BASE "[[versions.\"2\".source]]\nurls = [\"https://e.org/x-2.tgz\"]\n",
        "x.toml:11:1: this [[source]] has no \"sha256\": what is fetched must be known beforehand"},
    /* placeholders */
    {BASE "[build]\nsystem = \"make\"\nenv = { A = \"{prefx}\", B = \"${F}\", C = \"a}b\", D = "
          "\"{{fine}}{cc}\" }\n",
        "x.toml:13:13: unknown placeholder {prefx} in \"{prefx}\" (did you mean \"prefix\"?); a brace is "
        "written {{ "
        "or }}\n"
        "x.toml:13:28: unknown placeholder {F} in \"${F}\"; a brace is written {{ or }}\n"
        "x.toml:13:40: \"a}b\" has a lone \"}\"; a brace is written {{ or }}"},
    {BASE "[build]\nsystem = \"commands\"\nsteps = [[\"{cc}\", \"{cflags…}\", \"{ldflags...}\", "
          "\"{jobs…}\"]]\n",
        "x.toml:13:48: {jobs…} in \"{jobs…}\": only cflags, cxxflags and ldflags can become several "
        "arguments"},
    {BASE "[build]\nsystem = \"make\"\nenv = { A = \"{dep.zlib.prefix}\" }\n",
        "x.toml:13:13: \"zlib\" is not in [requires]"},
    {BASE "[build]\nsystem = \"make\"\nenv = { A = \"{x}{x}\" }\n",
        "x.toml:13:13: unknown placeholder {x} in \"{x}{x}\"; a brace is written {{ or }}"},
    /* what is missing */
    {"", "x.toml:1:1: the recipe has no [recipe]"},
    {"[recipe]\nkind = \"library\"\n",
        "x.toml:1:2: [recipe] has no \"license\": what goes into a wheel needs one\n"
        "x.toml:1:2: [recipe] has no \"name\"\n"
        "x.toml:1:2: [recipe] has no \"version\"\n"
        "x.toml:1:2: there is no [[source]]\n"
        "x.toml:1:2: there is no [provides]: a library says what it gives"},
    {BASE "[build]\n", "x.toml:11:2: [build] has no \"system\""},
    {BASE "[build]\nsystem = \"commands\"\n",
        "x.toml:12:10: system \"commands\" has neither \"steps\" nor \"install\""},
    {BASE "[build]\nsystem = \"make\"\nsteps = []\n",
        "x.toml:13:1: \"steps\" goes with system = \"commands\""},
    {BASE "[build]\nsystem = \"cmake\"\noptions = { A = [\"1\", \"2\"] }\n",
        "x.toml:13:17: a list of values goes with system = \"pep517\": other build systems take one for an "
        "option"},
    {BASE "[build]\nsystem = \"make\"\ntargets = [{ dir = \"a\" }]\n",
        "x.toml:13:12: [[build.targets]] has no \"run\""},
    {"[recipe]\nname = \"python\"\nkind = \"interpreter\"\nversion = \"3.12.1\"\n",
        "x.toml:1:2: [recipe] has no \"license\": what is given away needs one\n"
        "x.toml:1:2: there is no [[source]]\n"
        "x.toml:1:2: there is no [provides] with whole-archive and programs: an interpreter is linked "
        "again, from libpython and what that needs"},
    {INTERPRETER "[interpreter]\nsources = true\nlayouts = \"tree\"\n",
        "x.toml:14:1: \"sources\" goes with layout = \"single\"\n"
        "x.toml:15:1: unknown key \"layouts\" in [interpreter] (did you mean \"layout\"?)"},
    {INTERPRETER "[interpreter]\nlayout = \"folder\"\n[build]\nsystem = \"cmake\"\n",
        "x.toml:14:10: layout \"folder\" is not one of tree, single\n"
        "x.toml:16:10: CPython is built with system \"autotools\""},
    {BASE "[interpreter]\npie = true\n", "x.toml:11:2: \"interpreter\" is for interpreters only"},
    {"[recipe]\nname = \"x\"\nkind = \"extension\"\nversion = \"1\"\n[[source]]\npath = \".\"\n",
        "x.toml:1:2: there is no [[module]]: an extension has at least one"},
    {"[recipe]\nname = \"x\"\nkind = \"extension\"\nversion = \"1\"\n[[source]]\npath = \".\"\n"
     "[build]\nsystem = \"pep517\"\n[python]\nabi3t = \"3.15\"\n",
        "x.toml:10:1: \"abi3t\" goes with [[module]]: with system \"pep517\" the project's backend decides "
        "for "
        "what modules are made"},
    {"[recipe]\nname = \"x\"\nkind = \"extension\"\nversion = \"1\"\n[[source]]\npath = \".\"\n"
     "[python]\nabi3t = \"3.14\"\n[[module]]\nname = \"x\"\nsources = [\"x.c\"]\n",
        "x.toml:8:9: abi3t \"3.14\" is a version without abi3t, which begins with 3.15 (PEP 803)"},
    {"[recipe]\nname = \"x\"\nkind = \"program\"\nversion = \"1\"\n[[source]]\npath = \".\"\n"
     "[python]\nabi3 = \"3.8\"\n[wheel]\npackages = [\"x\"]\n",
        "x.toml:1:2: [recipe] has no \"license\": what goes into a wheel needs one\n"
        "x.toml:1:2: there is no [provides] programs: a program says which it is\n"
        "x.toml:1:2: there is no [test] with a script or a command: a program has to be run once\n"
        "x.toml:8:1: \"abi3\" is for modules, and a program has none\n"
        "x.toml:10:1: \"packages\" has no place here: the wheel of a program holds what its build installs"},
    {EXTENSION "libraries = [\"zlib\"]\n[requires]\ntools = [\"zlib\"]\n",
        "x.toml:10:14: \"zlib\" is not in [requires] libraries"},
    {EXTENSION "[[module]]\nname = \"x\"\nsources = [\"x.f90\"]\nlimited-api = \"3\"\nlanguage = \"d\"\n",
        "x.toml:11:8: module \"x\" is there already\n"
        "x.toml:12:12: sources \"x.f90\" is not C, C++, assembler or Cython: .c .cc .cpp .cxx .S .s .pyx "
        ".py\n"
        "x.toml:13:15: limited-api \"3\" is not a version of Python, as in 3.12\n"
        "x.toml:14:12: language \"d\" is not one of c, c++ (did you mean \"c\"?)"},
    {EXTENSION
        "[python]\nrequires = \"3.8\"\nabi3 = \"cp38\"\n[wheel.entry-points]\nconsole_scripts = \"x\"\n",
        "x.toml:11:12: requires \"3.8\" is not a list of version specifiers, as in \">=3.8\"\n"
        "x.toml:12:8: abi3 \"cp38\" is not a version of Python, as in 3.12\n"
        "x.toml:14:19: \"console_scripts\" in \"entry-points\" must be a table, found a string"},
    {EXTENSION
        "[[module]]\nname = \"y\"\nsources = [\"y.c\", { file = \"z.c\" }, { files = [\"z.f\"], cflags = "
        "[\"{x}\"] }, 1]\n",
        "x.toml:12:19: [[module.sources]] has no \"files\"\n"
        "x.toml:12:21: unknown key \"file\" in [[module.sources]] (did you mean \"files\"?)\n"
        "x.toml:12:48: files \"z.f\" is not C, C++, assembler or Cython: .c .cc .cpp .cxx .S .s .pyx .py\n"
        "x.toml:12:66: unknown placeholder {x} in \"{x}\"; a brace is written {{ or }}\n"
        "x.toml:12:76: each element of \"sources\" must be a string or a table, found an integer"},
    {EXTENSION
        "[wheel]\npackages = [\"a\", { from = \"../b\" }]\n[[wheel.data]]\nto = \"a\"\n[[wheel.data]]\n"
        "from = \"a\"\ntext = \"b\"\nto = \"c\"\n",
        "x.toml:11:18: [[wheel.packages]] has no \"to\"\n"
        "x.toml:11:27: from \"../b\" leaves its folder: write a relative path without \"..\"\n"
        "x.toml:12:1: this [[wheel.data]] has neither \"from\" nor \"text\"\n"
        "x.toml:16:1: a [[wheel.data]] has either \"from\" or a \"text\""},
    {EXTENSION "[test]\nrequires = [\"a => 1\"]\n", "x.toml:11:13: requires \"a => 1\" has a bad constraint: "
                                                    "a constraint begins with ==, !=, <, <=, >, >= or "
                                                    "~=, as in >= 1.0.16"},
    {EXTENSION "[recipe.x]\n", "x.toml:10:9: unknown key \"x\" in [recipe]"},
};

START_TEST(every_mistake_is_told_with_its_place)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    const char *text = mistakes[_i].text;
    ck_assert_ptr_null(recipe_parse(&a, "x.toml", text, strlen(text), &e));
    ck_assert_int_eq(e.kind, ERR_RECIPE);
    ck_assert_str_eq(e.text, mistakes[_i].want);
}
END_TEST

START_TEST(a_missing_patch_is_told)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    const char *text = BASE "[[patch]]\nfile = \"no-such.patch\"\n";
    ck_assert_ptr_null(recipe_parse(&a, "x.toml", text, strlen(text), &e));
    ck_assert_msg(str_starts(e.text, "x.toml:12:8: patch: "), "%s", e.text);
    ck_assert_int_eq(e.kind, ERR_RECIPE);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_told)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_ptr_null(recipe_load(&a, "no/such.toml", &e));
    ck_assert_ptr_nonnull(strstr(e.text, "no/such.toml"));
    err_release(&e);
    ck_assert_ptr_null(recipe_load(&a, "/dev/zero", &e));
    ck_assert_ptr_nonnull(strstr(e.text, "/dev/zero"));
}
END_TEST

START_TEST(licenses_have_the_shape_of_spdx)
{
    static const struct {
        const char *license;
        bool fine;
    } cases[] = {
        {"MIT", true},
        {"(MIT OR Apache-2.0) AND BSD-3-Clause", true},
        {"GPL-3.0-or-later WITH GCC-exception-3.1", true},
        {"DocumentRef-a:LicenseRef-b", true},
        {"", false},
        {"MIT OR", false},
        {"MIT Apache-2.0", false},
        {"(MIT", false},
        {"MIT)", false},
        {"MIT / BSD", false},
        {"()", false},
    };
    for (int i = 0; i < (int)COUNT(cases); i++) {
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err e = ERR_INIT;
        AUTO_FREE char *text = xstrf("%s[features.a]\nrecipe.license = \"%s\"\n", BASE, cases[i].license);
        bool fine = recipe_parse(&a, "x.toml", text, strlen(text), &e) != NULL;
        ck_assert_msg(fine == cases[i].fine, "\"%s\": %s", cases[i].license, e.text ? e.text : "fine");
    }
}
END_TEST

START_TEST(unknown_variants_are_refused)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct recipe_file *f = parse(&a, BASE);
    const char *names[] = {"curve"};
    ck_assert_ptr_null(recipe_variant(&a, f, "2", (struct texts){0}, "linux-x86_64", &e));
    ck_assert_str_eq(e.text, "x.toml: there is no version 2 of x");
    err_release(&e);
    ck_assert_ptr_null(recipe_variant(&a, f, "1", (struct texts){names, 1}, "linux-x86_64", &e));
    ck_assert_str_eq(e.text, "x.toml: x has no feature \"curve\"");
}
END_TEST

/* What the recipe says of results, a line each: "NAME: VALUE". */
static const char *identity(const char *text, const char *features)
{
    static char kept[4][4096];
    static int at;
    AUTO(arena) struct arena a = {0};
    AUTO(strbuf) struct strbuf out = {0};
    const struct recipe *r = variant(&a, parse(&a, text), "1", features, "linux-x86_64");
    for (size_t i = 0; i < r->fact_count; i++)
        strbuf_addf(&out, "%s: %s\n", r->facts[i].name, r->facts[i].value);
    ck_assert_uint_lt(out.len, sizeof kept[0]);
    at = (at + 1) % 4;
    strcpy(kept[at], strbuf_str(&out));
    return kept[at];
}

START_TEST(identity_is_what_is_said_not_how)
{
    static const char feature[] = "[features.a]\nprovides.defines = [\"A\"]\n";
    AUTO_FREE char *commented = xstrf("# hello\n\n%s", BASE), *with = xstrf("%s%s", BASE, feature);
    AUTO_FREE char *direct = xstrf("%sdefines = [\"A\"]\n", BASE);
    ck_assert_str_eq(identity(BASE, ""), identity(commented, ""));
    ck_assert_str_eq(identity(BASE, ""), identity(with, ""));
    ck_assert_str_eq(identity(direct, ""), identity(with, "a"));
    ck_assert_str_ne(identity(BASE, ""), identity(with, "a"));
    static const char options[] = BASE "[build]\nsystem = \"cmake\"\noptions = { A = \"1\", B = \"2\" }\n";
    static const char swapped[] = BASE "[build]\noptions = { B = \"2\", A = \"1\" }\nsystem = \"cmake\"\n";
    static const char moved[] = BASE "[build]\noptions = { A = \"1\", B = \"2\" }\nsystem = \"cmake\"\n";
    static const char typed[] = BASE "[build]\noptions = { A = 1, B = \"2\" }\nsystem = \"cmake\"\n";
    ck_assert_str_eq(identity(options, ""), identity(moved, ""));
    ck_assert_str_ne(identity(options, ""), identity(swapped, ""));
    ck_assert_str_ne(identity(options, ""), identity(typed, ""));
}
END_TEST

/* What is built knows which words are turned off; why, only what tells of it. */
START_TEST(reasons_decide_what_is_told)
{
    AUTO(arena) struct arena a = {0};
    static const char text[] = BASE "[hardening]\noff = { relro = \"a\", fortify = \"b\" }\n";
    const struct recipe *r = variant(&a, parse(&a, text), "1", "", "linux-x86_64");
    ck_assert_str_eq(recipe_unhardened(r, HARDENING_FORTIFY), "b");
    ck_assert_ptr_null(recipe_unhardened(r, HARDENING_CONTROL_FLOW));
    size_t found = 0;
    for (size_t i = 0; i < r->fact_count; i++) {
        if (strcmp(r->facts[i].name, "hardening.off") != 0)
            continue;
        bool builds = r->facts[i].results & (RECIPE_TREE | RECIPE_MODULE);
        ck_assert(builds != (bool)(r->facts[i].results & (RECIPE_WHEEL | RECIPE_USERS)));
        ck_assert_str_eq(r->facts[i].value, builds ? "relro, fortify" : "{relro = \"a\", fortify = \"b\"}");
        found++;
    }
    ck_assert_uint_eq(found, 2);
}
END_TEST

/* Keys that plan/key.c looks at itself, as far as they were chosen, or that decide no result. */
static const char *const decides_nothing[] = {"recipe.name", "recipe.kind", "recipe.version", "source.into",
    "source.path", "source.urls", "source.sha256", "source.exclude", "requires.libraries", "requires.build",
    "requires.tools", "build.timeout", "patch.file", "patch.strip", "patch.fixes", "python.abi3",
    "python.abi3t", "interpreter.needs", "interpreter.with", "features", "versions", "test.requires",
    "target", "default"};

static void check_results(const struct schema_table *table, const char *prefix, size_t *without)
{
    for (size_t i = 0; i < table->len; i++) {
        const struct schema_key *key = &table->keys[i];
        AUTO_FREE char *name = xstrf("%s%s", prefix, key->name), *below = xstrf("%s.", name);
        if (key->table) {
            check_results(key->table, below, without);
            continue;
        }
        bool listed = false;
        for (int k = 0; k < (int)COUNT(decides_nothing); k++)
            listed |= strcmp(decides_nothing[k], name) == 0;
        ck_assert_msg(listed == !key->results, "%s: which results does it decide?", name);
        *without += listed;
    }
}

/* A key that is added without a thought would change nothing that was made before. */
START_TEST(every_key_says_what_it_decides)
{
    size_t without = 0;
    check_results(&recipe_schema, "", &without);
    ck_assert_uint_eq(without, COUNT(decides_nothing));
}
END_TEST

static const struct {
    const char *text, *want; /* arguments joined with "|" */
} arguments[] = {
    {"plain", "plain"},
    {"", ""},
    {"--prefix={prefix}", "--prefix=/opt/my zlib"},
    {"{prefix}{prefix}", "/opt/my zlib/opt/my zlib"},
    {"{cflags…}", "-O2|-DX=\"a b\""},
    {"{cflags...}", "-O2|-DX=\"a b\""},
    {"{cflags}", "-O2 -DX=\"a b\""},
    {"CFLAGS={cflags…}", "CFLAGS=-O2 -DX=\"a b\""},
    {"{ldflags…}", NULL},
    {"{ldflags}", ""},
    {"{{prefix}} ${{x}}", "{prefix} ${x}"},
    {"{dep.zlib.prefix}/lib", "/t/zlib/lib"},
};

START_TEST(placeholders_become_arguments)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec cflags = {0}, none = {0}, out = {0};
    AUTO(substitution) struct substitution with = {0};
    strvec_push(&cflags, "-O2");
    strvec_push(&cflags, "-DX=\"a b\"");
    substitution_set(&with, "prefix", "/opt/my zlib");
    substitution_set(&with, "dep.zlib.prefix", "/t/zlib");
    substitution_set_list(&with, "cflags", &cflags);
    substitution_set_list(&with, "ldflags", &none);
    ck_assert_int_eq(substitute(&out, arguments[_i].text, &with, &e), 0);
    AUTO(strbuf) struct strbuf got = {0};
    for (size_t i = 0; i < out.len; i++)
        strbuf_addf(&got, "%s%s", i ? "|" : "", out.items[i]);
    if (arguments[_i].want)
        ck_assert_str_eq(strbuf_str(&got), arguments[_i].want);
    else
        ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(a_placeholder_without_value_is_an_error)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec out = {0};
    struct substitution with = {0};
    ck_assert_int_eq(substitute(&out, "x{python}", &with, &e), -1);
    ck_assert_str_eq(e.text, "{python} in \"x{python}\" has no value here");
}
END_TEST

/* Every byte cut off, and every byte changed: no crash, and never both an error and a recipe. */
START_TEST(broken_text_never_crashes)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(file_read(&text, "tests/fixtures/recipes/lib/libzmq.toml", 1 << 20, &e), 0);
    static const char changes[] = {'[', '=', '"', '.', '\0', '\xff'};
    for (size_t i = 0; i < text.len; i++) {
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err cut = ERR_INIT, changed = ERR_INIT;
        recipe_parse(&a, "tests/fixtures/recipes/lib/x.toml", text.ptr, i, &cut);
        char was = text.ptr[i];
        text.ptr[i] = changes[i % sizeof changes];
        bool fine =
            recipe_parse(&a, "tests/fixtures/recipes/lib/x.toml", text.ptr, text.len, &changed) != NULL;
        ck_assert(fine == (changed.text == NULL));
        text.ptr[i] = was;
    }
}
END_TEST

static void check_documented(const struct schema_table *table, const char *manual)
{
    for (size_t i = 0; i < table->len; i++) {
        AUTO_FREE char *marked = xstrf("`%s`", table->keys[i].name);
        ck_assert_msg(strstr(manual, marked) != NULL, "recipes/README.md does not tell of %s", marked);
        ck_assert(table->keys[i].help && *table->keys[i].help);
        if (table->keys[i].table)
            check_documented(table->keys[i].table, manual);
    }
}

START_TEST(every_key_is_in_the_manual)
{
    AUTO(strbuf) struct strbuf manual = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(file_read(&manual, "recipes/README.md", 1 << 20, &e) == 0, "%s", e.text ? e.text : "");
    check_documented(&recipe_schema, manual.ptr);
    check_documented(&project_row_schema, manual.ptr);
    for (size_t i = 0; placeholder_names[i]; i++) {
        AUTO_FREE char *marked = xstrf("`{%s}`", placeholder_names[i]);
        ck_assert_msg(strstr(manual.ptr, marked) != NULL, "recipes/README.md does not tell of %s", marked);
    }
}
END_TEST

Suite *recipe_suite(void)
{
    Suite *s = suite_create("recipe");
    TCase *t = tcase_create("recipe");
    tcase_add_test(t, a_library_is_decoded);
    tcase_add_test(t, patches_are_hashed_when_loaded);
    tcase_add_loop_test(t, a_checkout_is_seen_from_the_project, 0, 4);
    tcase_add_test(t, overlays_are_laid_over);
    tcase_add_test(t, an_extension_is_decoded);
    tcase_add_loop_test(t, every_mistake_is_told_with_its_place, 0, COUNT(mistakes));
    tcase_add_test(t, a_missing_patch_is_told);
    tcase_add_test(t, a_file_that_is_not_there_is_told);
    tcase_add_test(t, licenses_have_the_shape_of_spdx);
    tcase_add_test(t, unknown_variants_are_refused);
    tcase_add_test(t, identity_is_what_is_said_not_how);
    tcase_add_test(t, reasons_decide_what_is_told);
    tcase_add_test(t, every_key_says_what_it_decides);
    tcase_add_loop_test(t, placeholders_become_arguments, 0, COUNT(arguments));
    tcase_add_test(t, a_placeholder_without_value_is_an_error);
    tcase_add_test(t, broken_text_never_crashes);
    tcase_add_test(t, every_key_is_in_the_manual);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
