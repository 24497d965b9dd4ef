/* What a run is told besides its recipes: a lock, a part of the plan, a list of projects, a Python that is
 * not here, libraries that nobody named. And what it finds missing before it begins. */
#include <sys/utsname.h>

#include "story.h"

static void make_well(const char *recipe)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(make(recipe, &e) == 0, "%s", e.text);
}

static void make_badly(const char *recipe, enum err_kind kind, const char *says)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(make(recipe, &e), -1);
    ck_assert_msg(e.kind == kind && strstr(e.text, says), "%d: %s", (int)e.kind, e.text);
}

/* Of what request names otherwise: 0, or -1 with *e. */
static int make_named(struct err *e)
{
    pipeline_result_release(&result);
    strbuf_clear(&recorder.begun);
    strbuf_clear(&recorder.said);
    return pipeline_run(&request, &recorder.sink, &result, e);
}

static bool was_said(const char *text)
{
    return strstr(strbuf_str(&recorder.said), text);
}

static char *text_of(const char *path)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    ck_assert_msg(file_read(&text, path, 1 << 20, &e) == 0, "%s", e.text);
    return strbuf_steal(&text);
}

/* ---- locks ---- */

/* A library that is an archive of that text. */
static void put_text(const char *file, const char *text)
{
    struct digest d;
    put_archive(file, text, &d);
    AUTO_FREE char *source = source_of(file, d.hex);
    put_words(source);
}

START_TEST(what_is_locked_is_held_to)
{
    AUTO(err) struct err e = ERR_INIT;
    put_text("one.tar", "one\n");
    request.goal = GOAL_LOCK;
    make_well("recipe/lib/words.toml");
    AUTO_FREE char *lock = text_of("recipe/staticbuild.lock");
    struct digest d;
    ck_assert_int_eq(digest_file(&d, "one.tar", &e), 0);
    ck_assert_msg(strstr(lock, "name = \"words\"") && strstr(lock, d.hex) && strstr(lock, "lib/words.toml"),
        "%s", lock);
    request.goal = GOAL_BUILD;
    request.locked = true;
    make_well("recipe/lib/words.toml");
    ck_assert_uint_eq(result.tree_count, 1);
    put_text("two.tar", "two\n");
    make_badly("recipe/lib/words.toml", ERR_RECIPE, "--locked builds nothing else");
    request.locked = false;
    make_well("recipe/lib/words.toml");
    ck_assert_msg(
        was_said("`staticbuild lock` writes it down") && was_said("words"), "%s", strbuf_str(&recorder.said));
    request.goal = GOAL_LOCK;
    make_well("recipe/lib/words.toml");
    AUTO_FREE char *renewed = text_of("recipe/staticbuild.lock");
    ck_assert_ptr_null(strstr(renewed, d.hex));
    request.goal = GOAL_BUILD;
    request.locked = true;
    make_well("recipe/lib/words.toml");
    ck_assert_str_eq(strbuf_str(&recorder.said), "");
    ck_assert_int_eq(unlink("recipe/staticbuild.lock"), 0);
    make_badly("recipe/lib/words.toml", ERR_RECIPE, "staticbuild.lock");
}
END_TEST

/* One lock is for one folder. */
START_TEST(goals_of_two_folders_have_no_lock)
{
    AUTO(err) struct err e = ERR_INIT;
    put_text("one.tar", "one\n");
    put_library_in("other/lib", "1.0");
    const char *both[] = {"recipe/lib/words.toml", "other/lib/libtiny.toml"};
    request.recipes = both;
    request.recipe_count = 2;
    request.goal = GOAL_LOCK;
    ck_assert_int_eq(make_named(&e), -1);
    ck_assert_msg(strstr(e.text, "/recipe") && strstr(e.text, "/other"), "%s", e.text);
    request.goal = GOAL_BUILD;
    err_release(&e);
    ck_assert_msg(make_named(&e) == 0, "%s", e.text);
    ck_assert_uint_eq(result.tree_count, 2);
}
END_TEST

/* ---- parts ---- */

static size_t make_part(unsigned number, struct err *e)
{
    static const char *both[] = {"tiny", "words"};
    request.recipes = both;
    request.recipe_count = 2;
    request.shard = (struct shard_choice){number, 2};
    ck_assert_msg(make_named(e) == 0, "%s", e->text);
    return result.tree_count + result.wheel_count;
}

START_TEST(two_parts_make_all)
{
    AUTO(err) struct err e = ERR_INIT;
    put_text("one.tar", "one\n");
    put_library("1.0");
    put_extension("Asks", "import tiny\n");
    ck_assert_uint_eq(make_part(1, &e), 1);
    ck_assert(was_said("--shard without --share"));
    bool wheel_first = result.wheel_count == 1;
    ck_assert_uint_eq(make_part(2, &e), 1);
    ck_assert_uint_eq(result.wheel_count, !wheel_first);
    ck_assert_int_eq(begun_kind("wheel"), !wheel_first);
    put("durations", "# measured\n1.5 build words\n\n500 wheel tiny\n");
    request.durations = "durations";
    ck_assert_uint_eq(make_part(1, &e), 1);
    put("durations", "1.5 build words\nlong\n-1 build words\n2 \n");
    ck_assert_int_eq(make_named(&e), -1);
    ck_assert_int_eq(e.kind, ERR_USAGE);
    for (int line = 1; line <= 4; line++) {
        AUTO_FREE char *place = xstrf("durations:%d: ", line);
        ck_assert_msg(!strstr(e.text, place) == (line == 1), "%s", e.text);
    }
}
END_TEST

/* ---- projects ---- */

static void put_project(const char *folder, const char *name, const char *table)
{
    AUTO_FREE char *project =
        xstrf("[build-system]\nrequires = []\nbuild-backend = \"own_backend\"\nbackend-path = [\".\"]\n"
              "[project]\nname = \"%s\"\nversion = \"1.0\"\nlicense = \"MIT\"\n%s",
            name, table);
    AUTO_FREE char *source = path_join(folder, "module.c");
    AUTO_FREE char *backend =
        xstrf("import os, subprocess, sysconfig, zipfile\n"
              "SUFFIX = sysconfig.get_config_var('EXT_SUFFIX')\n"
              "def get_requires_for_build_wheel(settings=None):\n    return []\n"
              "def build_wheel(folder, settings=None, metadata=None):\n"
              "    name, info = '%s-1.0-cp3-none-linux_x86_64.whl', '%s-1.0.dist-info/'\n"
              "    subprocess.run(['cc', '-shared', '-fPIC', '-I' + sysconfig.get_path('include'), "
              "'module.c', '-o', "
              "'build.so'] + LINKED, check=True)\n"
              "    with zipfile.ZipFile(os.path.join(folder, name), 'w') as z:\n"
              "        z.write('build.so', '%s' + SUFFIX)\n"
              "        z.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: %s\\nVersion: 1.0\\n')\n"
              "        z.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: "
              "false\\nTag: cp3-none-linux_x86_64\\n')\n"
              "        z.writestr(info + 'RECORD', '')\n    return name\nLINKED = []\n",
            name, name, name, name);
    put_in(folder, "pyproject.toml", project);
    put_in(folder, "own_backend.py", backend);
    put_in(folder, "LICENSE", "Permission is granted.\n");
    put_module(source, name);
}

/* Whose module asks for nothing. */
static void put_plain(const char *folder, const char *name)
{
    AUTO_FREE char *source = path_join(folder, "module.c");
    put_project(folder, name, "");
    edit(source, "#include \"tiny.h\"", "static int tiny_answer(void) { return 1; }");
}

START_TEST(a_list_of_projects)
{
    AUTO(err) struct err e = ERR_INIT;
    put_plain("first", "first");
    put_plain("second", "second");
    put("list.txt", "# what we need\n./first\n\n./second\n");
    request.list = "list.txt";
    ck_assert_msg(make_named(&e) == 0, "%s", e.text);
    ck_assert_uint_eq(result.wheel_count, 2);
    ck_assert_str_eq(result.wheels[0].extension, "first");
    ck_assert_str_eq(result.wheels[1].extension, "second");
    put("list.txt", "./first\n./nowhere\n");
    ck_assert_int_eq(make_named(&e), -1);
    ck_assert_msg(strstr(e.text, "list.txt:2: ") && strstr(e.text, "nowhere"), "%s", e.text);
    request.list = "no-list.txt";
    err_release(&e);
    ck_assert_int_eq(make_named(&e), -1);
    ck_assert_msg(strstr(e.text, "no-list.txt"), "%s", e.text);
}
END_TEST

/* A project fails for want of a header that a recipe has: who has it is said, and with --infer it is built
 * with that. */
START_TEST(libraries_are_inferred)
{
    AUTO(err) struct err e = ERR_INIT;
    const char *projects[] = {"source"};
    put_library_in("source/lib", "1.0");
    put_project("source", "tiny", "");
    edit("source/own_backend.py", "LINKED = []", "LINKED = ['-ltiny']");
    request.projects = projects;
    request.project_count = 1;
    ck_assert_int_eq(make_named(&e), -1);
    ck_assert_msg(
        e.kind == ERR_RECIPE && strstr(e.text, "tiny: looked for ") && strstr(e.text, "tiny.h") &&
            strstr(e.text,
                "recipes have it (libtiny); build with it? (--infer, or for good: --library libtiny)"),
        "%s", e.text);
    request.infer = true;
    err_release(&e);
    ck_assert_msg(make_named(&e) == 0, "%s", e.text);
    ck_assert_msg(was_said("it is built again with libtiny, as --library libtiny would say"), "%s",
        strbuf_str(&recorder.said));
    ck_assert_uint_eq(result.wheel_count, 1);
    ck_assert_uint_eq(result.wheels[0].inside_count, 1);
    ck_assert_str_eq(result.wheels[0].inside[0].name, "libtiny");
    edit("source/module.c", "#include <Python.h>", "#include <Python.h>\n/* again */");
    ck_assert_msg(
        make_named(&e) == 0, "%s", e.text); /* what was inferred is remembered: it need not fail first */
    ck_assert(!was_said("it is built again"));
}
END_TEST

/* ---- a Python that is not here ---- */

static const char *multiarch(void)
{
    static char name[80];
    struct utsname u;
    ck_assert_int_eq(uname(&u), 0);
    snprintf(name, sizeof name, "%s-linux-gnu", u.machine);
    return name;
}

static void put_python(const char *name)
{
    AUTO_FREE char *recipe =
        xstrf("[recipe]\nname = \"%s\"\nkind = \"python-abi\"\nversion = \"3.98.1\"\n[[source]]\npath = "
              "\"../../headers\"\n",
            name);
    AUTO_FREE char *path = xstrf("recipe/python/%s.toml", name);
    AUTO_FREE char *own = xstrf("headers/usr/include/%s/python3.98/pyconfig.h", multiarch());
    AUTO_FREE char *pyconfig =
        xstrf("#define HAVE_THE_RIGHT_PYCONFIG 1\n#define SIZEOF_VOID_P %zu\n/* #undef Py_GIL_DISABLED */\n",
            sizeof(void *));
    AUTO_FREE char *makefile = xstrf("headers/usr/lib/python3.98/config-3.98-%s/Makefile", multiarch());
    AUTO_FREE char *variables =
        xstrf("SOABI=\t\tcpython-398-%s\nEXT_SUFFIX=\t.cpython-398-%s.so\nMULTIARCH=\t%s\n", multiarch(),
            multiarch(), multiarch());
    put(path, recipe);
    put("headers/usr/include/python3.98/Python.h",
        "#include \"patchlevel.h\"\n#include \"pyconfig.h\"\n#ifndef HAVE_THE_RIGHT_PYCONFIG\n#error "
        "\"chooses\"\n#endif\n"
        "typedef struct { long refcnt; void *type; } PyObject;\n"
        "#define PyMODINIT_FUNC __attribute__((visibility(\"default\"))) PyObject *\n"
        "PyObject *PyModule_NewObject(PyObject *);\n");
    put("headers/usr/include/python3.98/pyconfig.h", "#error \"another architecture\"\n");
    put("headers/usr/include/python3.98/patchlevel.h",
        "#define PY_MAJOR_VERSION 3\n#define PY_MINOR_VERSION 98\n#define PY_MICRO_VERSION 1\n"
        "#define PY_RELEASE_LEVEL PY_RELEASE_LEVEL_FINAL\n#define PY_RELEASE_SERIAL 0\n#define PY_VERSION "
        "\"3.98.1\"\n");
    put(own, pyconfig);
    put(makefile, variables);
}

static void put_absent_extension(void)
{
    put_library("1.0");
    put_extension("Asks", "import tiny\n");
    put("source/tiny.c", "#include <Python.h>\n#include <tiny.h>\n"
                         "PyMODINIT_FUNC PyInit_tiny(void) { return tiny_answer() ? PyModule_NewObject((void "
                         "*)0) : (void *)0; }\n");
}

START_TEST(modules_for_a_python_that_is_not_here)
{
    put_python("python3.98");
    put_absent_extension();
    request.python = "3.98";
    make_well("tiny");
    ck_assert(begun("python-abi python3.98 3.98.1"));
    ck_assert_msg(was_said("Python 3.98: modules are compiled with the headers of python3.98 3.98.1"), "%s",
        strbuf_str(&recorder.said));
    ck_assert_uint_eq(result.wheel_count, 1);
    const struct wheel_result *w = &result.wheels[0];
    ck_assert(str_starts(w->file_name, "tiny-1.0-cp398-cp398-"));
    ck_assert_uint_eq(members_with(w->path, "tiny.cpython-398-"), 1);
    ck_assert_uint_eq(w->smoke_count, 1);
    ck_assert_int_eq(w->smoke[0].outcome, SMOKE_NOT_RUN);
    make_well("tiny");
    ck_assert_str_eq(strbuf_str(&recorder.begun), "");
    request.require_tried = true;
    make_badly("tiny", ERR_FINDINGS, "3.98");
    request.require_tried = false;
    edit("headers/usr/include/python3.98/patchlevel.h", "\"3.98.1\"", "\"3.98.2\"");
    make_badly("tiny", ERR_RECIPE, "version \"3.98.1\": its patchlevel.h says 3.98.2");
    ck_assert_int_eq(unlink("headers/usr/include/python3.98/patchlevel.h"), 0);
    make_badly("tiny", ERR_BUILD, "patchlevel.h");
}
END_TEST

/* One package serves both builds: they differ in one line. */
START_TEST(the_free_threaded_build_of_it)
{
    put_python("python3.98t");
    put_absent_extension();
    request.python = "3.98t";
    make_well("tiny");
    ck_assert_uint_eq(result.wheel_count, 1);
    ck_assert_msg(
        str_starts(result.wheels[0].file_name, "tiny-1.0-cp398-cp398t-"), "%s", result.wheels[0].file_name);
    ck_assert_uint_eq(members_with(result.wheels[0].path, "tiny.cpython-398t-"), 1);
    AUTO_FREE char *own = xstrf("headers/usr/include/%s/python3.98/pyconfig.h", multiarch());
    edit(own, "/* #undef Py_GIL_DISABLED */", "");
    make_badly("tiny", ERR_RECIPE, "without a free-threaded build");
}
END_TEST

/* ---- what is missing ---- */

static const struct {
    const char *from, *to, *says;
} missing[] = {
    {"sources = [\"tiny.c\"]", "sources = [\"tony.c\"]", "module.sources: the source has no file \"tony.c\""},
    {"license-files = [\"LICENSE\"]", "license-files = [\"LICENCE\"]",
        "license-files: the source has no file \"LICENCE\""},
    {"[test]", "[wheel]\npackages = [\"nowhere\"]\n[test]",
        "wheel.packages: the source has no folder \"nowhere\""},
    {"[test]", "[wheel]\nmodules = [\"nowhere.py\"]\n[test]",
        "wheel.modules: the source has no file \"nowhere.py\""},
    {"path = \"source\"", "path = \"nowhere\"", "source.path: "},
    {"script = \"test_tiny.py\"", "script = \"nowhere.py\"", "test.script: "},
    {"license = \"MIT\"", "license = \"LicenseRef-unknown\"",
        "no wheel is made of what nobody knows the licence of"},
};

/* With its place, before anything is made, and all of it at once. */
START_TEST(what_is_missing_is_told_first)
{
    AUTO(err) struct err e = ERR_INIT;
    put_library("1.0");
    put_extension("Asks", "import tiny\n");
    edit("recipe/tiny.toml", missing[_i].from, missing[_i].to);
    make_badly("tiny", ERR_RECIPE, missing[_i].says);
    ck_assert_str_eq(strbuf_str(&recorder.begun), "");
    edit("recipe/tiny.toml", "imports = [\"tiny\"]", "imports = [\"tiny\"]\n# more");
    if (_i == 0) {
        edit("recipe/tiny.toml", missing[1].from, missing[1].to);
        ck_assert_int_eq(make("tiny", &e), -1);
        ck_assert_msg(strstr(e.text, missing[0].says) && strstr(e.text, missing[1].says), "%s", e.text);
        ck_assert_msg(str_starts(e.text, "recipe/tiny.toml:"), "%s", e.text);
    }
}
END_TEST

Suite *story_choices_suite(void);
Suite *story_choices_suite(void)
{
    Suite *s = suite_create("story_choices");
    STORY(s, what_is_locked_is_held_to);
    STORY(s, goals_of_two_folders_have_no_lock);
    if (access(PYTHON, X_OK) == 0) {
        STORY(s, two_parts_make_all);
        STORY(s, a_list_of_projects);
        STORY(s, libraries_are_inferred);
        STORY(s, modules_for_a_python_that_is_not_here);
        STORY(s, the_free_threaded_build_of_it);
        STORY_LOOP(s, what_is_missing_is_told_first, COUNT(missing));
    }
    return s;
}
