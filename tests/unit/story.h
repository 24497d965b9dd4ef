/* Whole runs in this process: recipes and sources in a folder of their own, this machine's compilers and
 * interpreter, no network; and what comes of them. */
#ifndef TESTS_UNIT_STORY_H
#define TESTS_UNIT_STORY_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "pipeline/pipeline.h"
#include "scratch.h"
#include "sys/path.h"
#include "sys/read.h"
#include "wheel/wheel.h"

#define PYTHON "/usr/bin/python3"

/* What was begun, a line each. */
struct recorder {
    struct sink sink;
    struct strbuf begun, said;
};

static inline void record(struct sink *sink, const struct event *event)
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

static inline void setup(void)
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

static inline void teardown(void)
{
    pipeline_result_release(&result);
    strbuf_release(&recorder.begun);
    strbuf_release(&recorder.said);
    ck_assert_int_eq(chdir(before), 0);
    free(before);
    scratch_remove(root);
}

static inline void put(const char *path, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *folder = path_dir(path);
    ck_assert_msg(
        folder_make(folder, &e) == 0 && file_write(path, text, strlen(text), 0644, &e) == 0, "%s", e.text);
}

static inline void put_in(const char *folder, const char *name, const char *text)
{
    AUTO_FREE char *path = path_join(folder, name);
    put(path, text);
}

static inline void put_library_in(const char *folder, const char *version)
{
    AUTO_FREE char *recipe =
        xstrf("[recipe]\nname = \"libtiny\"\nkind = \"library\"\nversion = \"%s\"\nlicense = \"MIT\"\n"
              "license-files = [\"COPYING\"]\n[[source]]\npath = \"libtiny\"\n[build]\nsystem = "
              "\"make\"\nvariables = { CC = \"{cc}\", AR = \"{ar}\", CFLAGS = \"{cflags}\" }\n"
              "install = { \"lib/libtiny.a\" = \"libtiny.a\", \"include/tiny.h\" = \"tiny.h\" }\n"
              "[provides]\narchives = [\"lib/libtiny.a\"]\nheaders = [\"include/tiny.h\"]\n",
            version);
    put_in(folder, "libtiny.toml", recipe);
    put_in(folder, "libtiny/tiny.c", "#include \"tiny.h\"\nint tiny_answer(void) { return 42; }\n");
    put_in(folder, "libtiny/tiny.h", "int tiny_answer(void);\n");
    put_in(folder, "libtiny/Makefile", "libtiny.a: tiny.o\n\t$(AR) rcs $@ $^\n");
    put_in(folder, "libtiny/COPYING", "Permission is granted.\n");
}

static inline void put_library(const char *version)
{
    put_library_in("recipe/lib", version);
}

static const char module_begin[] =
    "#include <Python.h>\n"
    "#include \"tiny.h\"\n"
    "static PyObject *answer(PyObject *self, PyObject *none)\n"
    "{\n    (void)self, (void)none;\n    return PyLong_FromLong(tiny_answer());\n}\n"
    "static PyMethodDef methods[] = {{\"answer\", answer, METH_NOARGS, NULL}, {NULL, "
    "NULL, 0, NULL}};\n";

static inline void put_module(const char *path, const char *name)
{
    AUTO_FREE char *text =
        xstrf("%sstatic struct PyModuleDef module = {PyModuleDef_HEAD_INIT, \"%s\", NULL, -1, methods, "
              "NULL, NULL, NULL, NULL};\nPyMODINIT_FUNC PyInit_%s(void) { return "
              "PyModule_Create(&module); }\n",
            module_begin, name, name);
    put(path, text);
}

static inline void put_extension(const char *summary, const char *test)
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
static inline int make(const char *recipe, struct err *e)
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

static inline bool begun(const char *step)
{
    AUTO_FREE char *line = xstrf("%s\n", step);
    return strstr(strbuf_str(&recorder.begun), line);
}

static inline bool begun_kind(const char *word)
{
    AUTO_FREE char *line = xstrf("\n%s ", word), *first = xstrf("%s ", word);
    return str_starts(strbuf_str(&recorder.begun), first) || strstr(strbuf_str(&recorder.begun), line);
}

/* In that file, which must have it. */
static inline void edit(const char *path, const char *from, const char *to)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    ck_assert_int_eq(file_read(&text, path, 1 << 20, &e), 0);
    const char *at = strstr(strbuf_str(&text), from);
    ck_assert_msg(at != NULL, "%s has no %s", path, from);
    AUTO_FREE char *changed =
        xstrf("%.*s%s%s", (int)(at - strbuf_str(&text)), strbuf_str(&text), to, at + strlen(from));
    put(path, changed);
}

/* How many members of that wheel have a name with that text. */
static inline size_t members_with(const char *path, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    struct wheel w;
    size_t count = 0;
    ck_assert_msg(wheel_open(&w, path, 0, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(w.problem_count, 0);
    for (size_t i = 0; i < w.zip.len; i++)
        count += strstr(w.zip.members[i].name, text) != NULL;
    wheel_release(&w);
    return count;
}

/* Whether the member of that name has the text. */
static inline bool told_in_member(const char *path, const char *name, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    struct zip_scratch scratch = {0};
    struct wheel w;
    bool told = false;
    ck_assert_msg(wheel_open(&w, path, 0, &e) == 0, "%s", e.text);
    for (size_t i = 0; i < w.zip.len; i++) {
        struct slice bytes = {0};
        if (strcmp(w.zip.members[i].name, name) == 0 &&
            zip_read(&w.zip.members[i], 1 << 20, &scratch, &bytes, &e) == 0)
            told |= memmem(bytes.ptr, bytes.len, text, strlen(text)) != NULL;
    }
    zip_scratch_release(&scratch);
    wheel_release(&w);
    return told;
}

/* Whether the member of that dist-info has the text. */
static inline bool told_in(const char *path, const char *member, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    struct zip_scratch scratch = {0};
    struct wheel w;
    struct slice bytes = {0};
    ck_assert_msg(wheel_open(&w, path, 0, &e) == 0, "%s", e.text);
    const struct zip_member *m = wheel_dist_info_member(&w, member);
    ck_assert_msg(m != NULL, "%s has no %s", path, member);
    ck_assert_msg(zip_read(m, 1 << 20, &scratch, &bytes, &e) == 0, "%s", e.text);
    bool told = memmem(bytes.ptr, bytes.len, text, strlen(text));
    zip_scratch_release(&scratch);
    wheel_release(&w);
    return told;
}

/* An archive of the one file top/words.txt with that text (POSIX ustar), and its digest. */
static inline void put_archive(const char *path, const char *text, struct digest *digest)
{
    AUTO(err) struct err e = ERR_INIT;
    char bytes[4 * 512] = "top/words.txt";
    snprintf(bytes + 100, 8, "%07o", 0644);
    snprintf(bytes + 124, 12, "%011o", (unsigned)strlen(text) & 0777);
    snprintf(bytes + 136, 12, "%011o", 1700000000);
    memcpy(bytes + 148, "        ", 8);
    bytes[156] = '0';
    memcpy(bytes + 257, "ustar\00000", 8);
    unsigned sum = 0;
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)bytes[i];
    snprintf(bytes + 148, 8, "%06o", sum);
    memcpy(bytes + 512, text, strlen(text));
    ck_assert_msg(file_write(path, bytes, sizeof bytes, 0644, &e) == 0, "%s", e.text);
    ck_assert_int_eq(digest_file(digest, path, &e), 0);
}

/* A library that is its source, of these sources. */
static inline void put_words(const char *sources)
{
    AUTO_FREE char *recipe = xstrf("[recipe]\nname = \"words\"\nkind = \"library\"\nversion = \"1\"\nlicense "
                                   "= \"MIT\"\n%s[provides]\ndata = "
                                   "[\"words.txt\"]\n",
        sources);
    put("recipe/lib/words.toml", recipe);
}

static inline char *source_of(const char *file, const char *sha256)
{
    return xstrf("[[source]]\nurls = [\"file://%s/%s\"]\nsha256 = \"%s\"\n", root, file, sha256);
}

/* Each is a case of its own, so that it can be run alone: CK_RUN_CASE=a_library_alone make unit SUITE=story.
 */
#define STORY(s, test) story_add(s, #test, test, 1)
#define STORY_LOOP(s, test, count) story_add(s, #test, test, count)

static inline void story_add(Suite *s, const char *name, const TTest *test, int count)
{
    TCase *c = tcase_create(name);
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, test, 0, count);
    suite_add_tcase(s, c);
}

#endif
