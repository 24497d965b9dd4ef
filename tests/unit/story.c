/* Whole runs, in this process: recipes and sources in a folder, and what comes of them, step by step.
 * Compilers and an interpreter are this machine's; nothing is fetched. */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/pipeline.h"
#include "scratch.h"
#include "sys/path.h"

#define PYTHON "/usr/bin/python3"

/* What was begun, a line each. */
struct recorder {
    struct sink sink;
    struct strbuf begun, said;
};

static void record(struct sink *sink, const struct event *event)
{
    struct recorder *r = (struct recorder *)sink;
    if (event->kind == EVENT_STEP_BEGIN)
        strbuf_addf(&r->begun, "%s\n", event->step);
    if (event->kind == EVENT_NOTE || event->kind == EVENT_WARNING)
        strbuf_addf(&r->said, "%s\n", event->message);
}

static char *root, *before;
static struct pipeline_request request;
static struct pipeline_result result;
static struct recorder recorder;

static void setup(void)
{
    static struct strvec nothing;
    before = getcwd(NULL, 0);
    root = scratch_make();
    ck_assert_int_eq(chdir(root), 0);
    request = (struct pipeline_request){.goal = GOAL_WHEEL,
        .dist = "dist",
        .cache = "cache",
        .python = PYTHON,
        .target = "native",
        .sandbox = SANDBOX_NONE,
        .libraries = &nothing,
        .settings = &nothing,
        .cache_trust = &nothing,
        .jobs = 2};
    recorder = (struct recorder){.sink = {record}};
}

static void teardown(void)
{
    pipeline_result_release(&result);
    strbuf_release(&recorder.begun);
    strbuf_release(&recorder.said);
    ck_assert_int_eq(chdir(before), 0);
    free(before);
    scratch_remove(root);
}

static void put(const char *path, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *folder = path_dir(path);
    ck_assert_msg(
        folder_make(folder, &e) == 0 && file_write(path, text, strlen(text), 0644, &e) == 0, "%s", e.text);
}

static void put_library(const char *version)
{
    AUTO_FREE char *recipe =
        xstrf("[recipe]\nname = \"libtiny\"\nkind = \"library\"\nversion = \"%s\"\nlicense = \"MIT\"\n"
              "license-files = [\"COPYING\"]\n[[source]]\npath = \"libtiny\"\n[build]\nsystem = "
              "\"make\"\nvariables = { CC = \"{cc}\", AR = \"{ar}\", CFLAGS = \"{cflags}\" }\n"
              "install = { \"lib/libtiny.a\" = \"libtiny.a\", \"include/tiny.h\" = \"tiny.h\" }\n"
              "[provides]\narchives = [\"lib/libtiny.a\"]\nheaders = [\"include/tiny.h\"]\n",
            version);
    put("recipe/lib/libtiny.toml", recipe);
    put("recipe/lib/libtiny/tiny.c", "#include \"tiny.h\"\nint tiny_answer(void) { return 42; }\n");
    put("recipe/lib/libtiny/tiny.h", "int tiny_answer(void);\n");
    put("recipe/lib/libtiny/Makefile", "libtiny.a: tiny.o\n\t$(AR) rcs $@ $^\n");
    put("recipe/lib/libtiny/COPYING", "Permission is granted.\n");
}

static const char module_begin[] =
    "#include <Python.h>\n"
    "#include \"tiny.h\"\n"
    "static PyObject *answer(PyObject *self, PyObject *none)\n"
    "{\n    (void)self, (void)none;\n    return PyLong_FromLong(tiny_answer());\n}\n"
    "static PyMethodDef methods[] = {{\"answer\", answer, METH_NOARGS, NULL}, {NULL, "
    "NULL, 0, NULL}};\n";

static void put_module(const char *path, const char *name)
{
    AUTO_FREE char *text =
        xstrf("%sstatic struct PyModuleDef module = {PyModuleDef_HEAD_INIT, \"%s\", NULL, -1, methods, "
              "NULL, NULL, NULL, NULL};\nPyMODINIT_FUNC PyInit_%s(void) { return "
              "PyModule_Create(&module); }\n",
            module_begin, name, name);
    put(path, text);
}

static void put_extension(const char *summary, const char *test)
{
    AUTO_FREE char *recipe = xstrf(
        "[recipe]\nname = \"tiny\"\nkind = \"extension\"\nversion = \"1.0\"\nsummary = \"%s\"\nlicense = "
        "\"MIT\"\nlicense-files = [\"LICENSE\"]\n[[source]]\npath = \"source\"\n[requires]\n"
        "libraries = [\"libtiny\"]\n[[module]]\nname = \"tiny\"\nsources = "
        "[\"tiny.c\"]\n[test]\nimports = [\"tiny\"]\nscript = \"test_tiny.py\"\n",
        summary);
    put("recipe/tiny.toml", recipe);
    put("recipe/test_tiny.py", test);
    put("source/LICENSE", "Permission is granted.\n");
    put_module("source/tiny.c", "tiny");
}

/* Runs it for that recipe; what it gives, with *e. */
static int make(const char *recipe, struct err *e)
{
    const char *recipes[] = {recipe};
    request.recipes = recipes;
    request.recipe_count = 1;
    pipeline_result_release(&result);
    strbuf_clear(&recorder.begun);
    strbuf_clear(&recorder.said);
    int status = pipeline_run(&request, &recorder.sink, &result, e);
    request.recipes = NULL;
    return status;
}

static bool begun(const char *step)
{
    AUTO_FREE char *line = xstrf("%s\n", step);
    return strstr(strbuf_str(&recorder.begun), line);
}

START_TEST(a_wheel_with_a_library)
{
    AUTO(err) struct err e = ERR_INIT;
    put_library("1.0");
    put_extension("Asks", "import tiny\nassert tiny.answer() == 42\n");
    ck_assert_msg(make("tiny", &e) == 0, "%s", e.text);
    fprintf(stderr, "%s\n%s\n", strbuf_str(&recorder.begun), strbuf_str(&recorder.said));
    ck_assert(begun("build libtiny 1.0"));
}
END_TEST

Suite *story_suite(void);
Suite *story_suite(void)
{
    Suite *s = suite_create("story");
    TCase *c = tcase_create("runs");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, setup, teardown);
    if (access(PYTHON, X_OK) == 0)
        tcase_add_test(c, a_wheel_with_a_library);
    suite_add_tcase(s, c);
    return s;
}
