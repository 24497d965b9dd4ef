/* Projects with a backend of their own, wheels that others made, and the surroundings of a command: what
 * becomes of them. */
#include "story.h"

/* A backend that compiles with the words of the environment, and packs what it made with its own tags. */
static const char backend[] =
    "import os, subprocess, sysconfig, zipfile\n"
    "SUFFIX = sysconfig.get_config_var('EXT_SUFFIX')\n"
    "def get_requires_for_build_wheel(settings=None):\n"
    "    return []\n"
    "def build_wheel(folder, settings=None, metadata=None):\n"
    "    settings = settings or {}\n"
    "    name, info = 'tiny-1.0-cp3-none-linux_x86_64.whl', 'tiny-1.0.dist-info/'\n"
    "    subprocess.run(['cc', '-shared', '-fPIC', '-g', '-I' + sysconfig.get_path('include'), "
    "'-Wl,-rpath,/opt/x',\n"
    "                    'tiny.c', '-ltiny', '-o', 'build.so'], check=True)\n"
    "    with zipfile.ZipFile(os.path.join(folder, name), 'w') as z:\n"
    "        z.write('build.so', 'tiny' + SUFFIX)\n"
    "        z.writestr('words.txt', settings.get('words', 'none'))\n"
    "        z.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: tiny\\nVersion: "
    "1.0\\nLicense-File: LICENSE\\n')\n"
    "        z.writestr(info + 'LICENSE', 'Permission is granted.\\n')\n"
    "        z.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: false\\n'\n"
    "                   'Tag: cp3-none-linux_x86_64\\n')\n"
    "        z.writestr(info + 'RECORD', '')\n"
    "    return name\n";

static void put_project(void)
{
    put_library_in("source/lib", "1.0");
    put("source/own_backend.py", backend);
    put("source/pyproject.toml",
        "[build-system]\nrequires = []\nbuild-backend = \"own_backend\"\nbackend-path = [\".\"]\n"
        "[project]\nname = \"tiny\"\nversion = \"1.0\"\nlicense = \"MIT\"\n"
        "[tool.staticbuild]\nlibraries = [\"libtiny\"]\n");
    put("source/LICENSE", "Permission is granted.\n");
    put_module("source/tiny.c", "tiny");
}

static int make_project(const char *path, struct err *e)
{
    const char *projects[] = {path};
    request.projects = projects;
    request.project_count = 1;
    pipeline_result_release(&result);
    strbuf_clear(&recorder.begun);
    int status = pipeline_run(&request, &recorder.sink, &result, e);
    request.projects = NULL;
    request.project_count = 0;
    return status;
}

static void make_well(const char *path)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(make_project(path, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(result.wheel_count, 1);
}

static void make_badly(const char *path, const char *says)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(make_project(path, &e), -1);
    ck_assert_msg(strstr(e.text, says), "%s", e.text);
}

START_TEST(what_a_backend_made_is_packed_anew)
{
    put_project();
    make_well("source");
    ck_assert(begun_kind("project") && begun_kind("environment") && begun("build libtiny 1.0"));
    const struct wheel_result *w = &result.wheels[0];
    ck_assert(str_starts(w->file_name, "tiny-1.0-cp3") && !strstr(w->file_name, "cp3-none"));
    ck_assert_uint_eq(w->inside_count, 1);
    ck_assert_str_eq(w->inside[0].name, "libtiny");
    ck_assert_uint_eq(w->inside[0].members, 1);
    ck_assert_int_eq(w->smoke[0].outcome, SMOKE_PASSED);
    ck_assert_uint_eq(members_with(w->path, "tiny.cpython"), 1);
    ck_assert_uint_eq(members_with(w->path, "words.txt"), 1);
    ck_assert(told_in(w->path, "METADATA", "License-File: LICENSE\n"));
    ck_assert(told_in(w->path, "licenses/LICENSE", "Permission"));
    ck_assert(told_in(w->path, "sboms/staticbuild.cdx.json", "\"libtiny\""));
    for (size_t i = 0; i < w->finding_count; i++)
        ck_assert_msg(strcmp(w->findings[i].rule->id, "runpath") != 0, "%s", w->findings[i].message);
    make_well("source");
    ck_assert_str_eq(strbuf_str(&recorder.begun), "");
    ck_assert(result.wheels[0].up_to_date);
    ck_assert_uint_eq(result.wheels[0].inside_count, 1);
}
END_TEST

START_TEST(a_setting_is_the_backends)
{
    static const char *words[] = {"words=spoken"};
    static const struct strvec settings = {.items = (char **)words, .len = 1};
    put_project();
    make_well("source");
    AUTO_FREE char *before_it = xstrdup(result.wheels[0].sha256);
    request.settings = &settings;
    make_well("source");
    ck_assert(begun_kind("project") && !begun_kind("build"));
    ck_assert_str_ne(result.wheels[0].sha256, before_it);
}
END_TEST

START_TEST(a_project_that_fails_says_why)
{
    put_project();
    put("source/tiny.c", "#include <no_such_header.h>\n");
    make_badly("source", "no_such_header.h");
    put_module("source/tiny.c", "another"); /* it has no entry point of its name */
    make_badly("source", "PyInit_tiny");
    edit("source/pyproject.toml", "\"libtiny\"", "\"libnowhere\"");
    make_badly("source", "source/pyproject.toml");
    ck_assert_int_ne(access("dist", F_OK), 0);
}
END_TEST

START_TEST(modules_of_a_project_share_what_has_state)
{
    put_project();
    put("source/lib/libtiny/tiny.c",
        "#include \"tiny.h\"\nstatic int count;\nint tiny_answer(void) { return ++count; }\n");
    edit("source/lib/libtiny.toml", "[provides]", "[provides]\nstate = \"writable\"");
    put_module("source/speed.c", "speed");
    edit("source/own_backend.py", "    with zipfile",
        "    subprocess.run(['cc', '-shared', '-fPIC', '-I' + sysconfig.get_path('include'), "
        "'speed.c', '-ltiny', '-o', 'speed.so'], check=True)\n    with zipfile");
    edit("source/own_backend.py", "        z.writestr('words",
        "        z.write('speed.so', 'speed' + SUFFIX)\n        z.writestr('words");
    make_well("source");
    const struct wheel_result *w = &result.wheels[0];
    ck_assert_int_eq(w->smoke[0].outcome, SMOKE_PASSED);
    ck_assert_uint_eq(members_with(w->path, "tiny.libs/"), 1);
    ck_assert_uint_eq(members_with(w->path, ".cpython"), 2);
    ck_assert_uint_eq(w->inside_count, 1);
}
END_TEST

/* What a build leaves in its folder is there when it is built again after a change, unless --clean says
 * otherwise. */
START_TEST(a_folder_is_built_on)
{
    put_project();
    edit("source/own_backend.py", "    with zipfile",
        "    kept = os.path.exists('left')\n    open('left', 'w').close()\n    with zipfile");
    edit("source/own_backend.py", "settings.get('words', 'none')",
        "'built on' if kept else 'from the beginning'");
    make_well("source");
    ck_assert(told_in_member(result.wheels[0].path, "words.txt", "from the beginning"));
    edit("source/tiny.c", "#include <Python.h>", "/* other */\n#include <Python.h>");
    make_well("source");
    ck_assert(begun_kind("project"));
    ck_assert(told_in_member(result.wheels[0].path, "words.txt", "built on"));
    edit("source/tiny.c", "other", "another");
    request.clean = true;
    make_well("source");
    ck_assert(told_in_member(result.wheels[0].path, "words.txt", "from the beginning"));
    ck_assert_int_ne(access("source/left", F_OK), 0); /* the user's own folder stays as it is */
}
END_TEST

/* A recipe of a project says what its wheel is called. */
START_TEST(a_recipe_and_its_backend_disagree)
{
    put_project();
    put("recipe/other.toml",
        "[recipe]\nname = \"other\"\nkind = \"extension\"\nversion = \"1.0\"\nlicense = \"MIT\"\n[[source]]\n"
        "path = \"source\"\n[requires]\nlibraries = [\"libtiny\"]\n[build]\nsystem = \"pep517\"\n");
    put_library_in("recipe/lib", "1.0");
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(make("other", &e), -1);
    ck_assert_msg(
        strstr(e.text, "recipe.name is \"other\", but the backend made a wheel of \"tiny\""), "%s", e.text);
    edit("recipe/other.toml", "name = \"other\"", "name = \"tiny\"");
    ck_assert_int_eq(rename("recipe/other.toml", "recipe/tiny.toml"), 0);
    err_release(&e);
    ck_assert_msg(make("tiny", &e) == 0, "%s", e.text);
    ck_assert_uint_eq(result.wheel_count, 1);
    ck_assert_str_eq(result.wheels[0].extension, "tiny");
}
END_TEST

START_TEST(a_wheel_of_others_is_finished)
{
    put_project();
    make_well("source");
    AUTO_FREE char *made = xstrdup(result.wheels[0].path), *name = xstrdup(result.wheels[0].file_name);
    request.finish = true;
    request.dist = "finished";
    make_well(made);
    ck_assert(begun_kind("opened") || begun_kind("wheel"));
    const struct wheel_result *w = &result.wheels[0];
    ck_assert_str_eq(w->file_name, name);
    ck_assert(str_starts(w->path, "finished/"));
    ck_assert_int_eq(w->smoke[0].outcome, SMOKE_PASSED);
    ck_assert_uint_eq(members_with(w->path, "tiny.cpython"), 1);
    put("broken-1.0-py3-none-any.whl", "no zip");
    make_badly("broken-1.0-py3-none-any.whl", "broken-1.0-py3-none-any.whl");
}
END_TEST

START_TEST(a_command_gets_what_a_backend_gets)
{
    static const char *const names[] = {"CC=", "CXX=", "AR=", "PATH=", "PKG_CONFIG="};
    AUTO(err) struct err e = ERR_INIT;
    put_project();
    request.goal = GOAL_SURROUND;
    ck_assert_msg(make_project("source", &e) == 0, "%s", e.text);
    ck_assert(begun("build libtiny 1.0") && !begun_kind("project") && !begun_kind("wheel"));
    for (size_t i = 0; i < COUNT(names); i++) {
        bool there = false;
        for (size_t k = 0; k < result.surroundings.len; k++)
            there |= str_starts(result.surroundings.items[k], names[i]);
        ck_assert_msg(there, "%s", names[i]);
    }
}
END_TEST

Suite *story_project_suite(void);
Suite *story_project_suite(void)
{
    Suite *s = suite_create("story_project");
    if (access(PYTHON, X_OK) == 0) {
        STORY(s, what_a_backend_made_is_packed_anew);
        STORY(s, a_setting_is_the_backends);
        STORY(s, a_project_that_fails_says_why);
        STORY(s, modules_of_a_project_share_what_has_state);
        STORY(s, a_folder_is_built_on);
        STORY(s, a_recipe_and_its_backend_disagree);
        STORY(s, a_wheel_of_others_is_finished);
        STORY(s, a_command_gets_what_a_backend_gets);
    }
    return s;
}
