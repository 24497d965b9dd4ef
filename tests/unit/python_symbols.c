#include <check.h>
#include <glob.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "python/python_symbols.h"
#include "sched/ask.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"

static const struct {
    const char *name;
    int first, last, abi3; /* -1: never */
    bool is_data;
} facts[] = {
    {"PyUnicode_FromString", 6, 15, 2, false},
    {"PyObject_CallNoArgs", 9, 15, 10, false},
    {"PyModule_AddObjectRef", 10, 15, 10, false},
    {"PyObject_Vectorcall", 11, 15, 12, false},
    {"PyErr_GetRaisedException", 12, 15, 12, false},
    {"PyDict_GetItemRef", 13, 15, 13, false},
    {"PyThread_get_thread_native_id", 8, 15, 8, false},
    {"PyType_GetModuleByDef", 11, 15, 13, false},
    {"PyExc_ValueError", 6, 15, 2, true},
    {"_Py_NoneStruct", 6, 15, 2, true},
    {"PyType_Type", 6, 15, 2, true},
    {"_Py_Dealloc", 6, 15, 2, false},
    {"_PyUnicode_Ready", 6, 11, -1, false},
    {"PyUnicode_Encode", 6, 10, -1, false},
    {"PyEval_ReInitThreads", 6, 7, -1, false},
    {"_PyGen_yf", 6, 14, -1, false},
    {"PyCFunction_New", 6, 15, 4, false},
    {"PyErr_SetFromWindowsErr", -1, -1, 7, false},
    {"_Py_RefTotal", -1, -1, 10, true},
    {"Py_TYPE", 14, 15, 14, false},
    {"PyLong_AsNativeBytes", 13, 15, 14, false},
    {"PyModule_FromSlotsAndSpec", 15, 15, 15, false},
    {"PyUnicodeWriter_Create", 14, 15, -1, false},
    {"PyUnstable_Module_SetGIL", -1, -1, -1, false},
};

START_TEST(known_facts)
{
    const struct python_symbol *s = python_symbol_find(facts[_i].name);
    if (!s)
        ck_abort_msg("%s is not found", facts[_i].name);
    ck_assert_str_eq(python_symbol_name(s), facts[_i].name);
    ck_assert_int_eq(python_symbol_first(s, false), facts[_i].first);
    ck_assert_int_eq(python_symbol_last(s, false), facts[_i].last);
    ck_assert_int_eq(python_symbol_abi3_since(s), facts[_i].abi3);
    ck_assert_int_eq(s->is_data, facts[_i].is_data);
}
END_TEST

START_TEST(unknown_names_are_not_found)
{
    static const char *const names[] = {"", "_", "P", "PyUnicode_FromStrin", "PyUnicode_FromStringg",
        "pyunicode_fromstring", "PyInit__socket", "malloc", "~", "\xff"};
    for (size_t i = 0; i < COUNT(names); i++)
        ck_assert_msg(!python_symbol_find(names[i]), "%s", names[i]);
}
END_TEST

START_TEST(gaps_are_kept)
{
    const struct python_symbol *s = python_symbol_find("PyCFunction_New");
    ck_assert_ptr_nonnull(s);
    ck_assert(python_symbol_in(s, 8, false));
    ck_assert(!python_symbol_in(s, 9, false)); /* a macro there, and restored for the stable ABI */
    ck_assert(python_symbol_in(s, 10, false));
}
END_TEST

START_TEST(versions_outside_are_answered_by_the_nearest)
{
    const struct python_symbol *now = python_symbol_find("PyDict_GetItemRef");
    const struct python_symbol *then = python_symbol_find("PyEval_ReInitThreads");
    ck_assert(python_symbol_in(now, PYTHON_SYMBOLS_NEWEST + 1, false));
    ck_assert(python_symbol_in(now, 1000, false));
    ck_assert(!python_symbol_in(then, 1000, false));
    ck_assert(python_symbol_in(then, 2, false));
    ck_assert(python_symbol_in(then, -1, false));
    ck_assert(!python_symbol_in(now, -1, false));
    const struct python_symbol *young = python_symbol_find("Py_TYPE");
    ck_assert(!python_symbol_in(young, 13, false));
    ck_assert(python_symbol_in(young, 14, false));
    ck_assert(python_symbol_in(young, 1000, false));
}
END_TEST

/* Builds without the GIL count references in another way, and have what that takes. */
START_TEST(free_threaded_builds_have_their_own)
{
    static const struct {
        const char *name;
        int first, last;
    } cases[] = {{"_Py_DecRefShared", 13, 15}, {"_Py_MergeZeroLocalRefcount", 13, 15},
        {"PyUnstable_Module_SetGIL", 13, 15}, {"_PyObject_ThreadIncrefSlow", 14, 15},
        {"PyUnicode_FromString", 13, 15}, {"PyDict_GetItemRef", 13, 15}, {"PyUnicode_Encode", -1, -1}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct python_symbol *s = python_symbol_find(cases[i].name);
        ck_assert_msg(s, "%s", cases[i].name);
        ck_assert_int_eq(python_symbol_first(s, true), cases[i].first);
        ck_assert_int_eq(python_symbol_last(s, true), cases[i].last);
        ck_assert_int_eq(python_symbol_in(s, 99, true), cases[i].last == PYTHON_SYMBOLS_NEWEST);
        ck_assert_int_eq(python_symbol_in(s, 3, true), cases[i].first == PYTHON_FREE_THREADED_OLDEST);
        ck_assert(python_symbol_is_exported(s));
    }
    ck_assert(!python_symbol_is_exported(python_symbol_find("PyExc_WindowsError")));
}
END_TEST

START_TEST(table_is_sorted_and_sound)
{
    size_t stable = 0;
    const struct python_symbol *s, *before = NULL;
    for (size_t i = 0; (s = python_symbol_at(i)); before = s, i++) {
        const char *name = python_symbol_name(s);
        if (before)
            ck_assert_msg(strcmp(python_symbol_name(before), name) < 0, "%s", name);
        ck_assert_ptr_eq(python_symbol_find(name), s);
        ck_assert_msg(s->minors || s->free || s->condition != PYTHON_ALWAYS, "%s is nowhere", name);
        ck_assert_msg(s->minors >> (PYTHON_SYMBOLS_NEWEST + 1) == 0, "%s", name);
        ck_assert_msg((s->minors & ((1 << PYTHON_SYMBOLS_OLDEST) - 1)) == 0, "%s", name);
        ck_assert_msg(s->free >> (PYTHON_SYMBOLS_NEWEST + 1) == 0, "%s", name);
        ck_assert_msg((s->free & ((1 << PYTHON_FREE_THREADED_OLDEST) - 1)) == 0, "%s", name);
        ck_assert_msg(s->abi3 == 0 || (s->abi3 >= 2 && s->abi3 <= PYTHON_SYMBOLS_NEWEST), "%s", name);
        ck_assert_msg(s->condition == PYTHON_ALWAYS || s->abi3, "%s", name);
        /* The promise of the stable ABI: what is in it stays. */
        if (s->abi3 && s->minors)
            ck_assert_msg(python_symbol_last(s, false) == PYTHON_SYMBOLS_NEWEST, "%s", name);
        stable += s->abi3 != 0;
    }
    ck_assert_uint_gt(stable, 900);
}
END_TEST

/* The table against the interpreters of this machine, as readelf reads them. */

/* The releases that the table was made from: they must agree symbol by symbol. Others of the same minor may
 * differ a little: a bug fix now and then brings or drops a private symbol. */
static const char *const releases[] = {
    "/3.6.15/", "/3.7.16/", "/3.8.18/", "/3.9.18/", "/3.10.13/", "/3.11.7/", "/3.12.1/", "/3.13.0/"};
enum { TOLERATED_PERCENT = 1 };

static bool is_table_release(const char *path)
{
    for (size_t i = 0; i < COUNT(releases); i++)
        if (strstr(path, releases[i]))
            return true;
    return false;
}

/* The N of …python3.N, …libpython3.N.so.1.0, …libpython3.Nm.so.1.0; -1 for debug and free-threaded builds and
 * what is no interpreter (python3.11-config). */
static int minor_of(const char *path)
{
    const char *at = strstr(path_base(path), "python3.");
    if (!at)
        return -1;
    char *end;
    long minor = strtol(at + strlen("python3."), &end, 10);
    if (*end == 'm')
        end++;
    bool known = minor >= PYTHON_SYMBOLS_OLDEST && minor <= PYTHON_SYMBOLS_NEWEST;
    return known && (*end == '\0' || strcmp(end, ".so.1.0") == 0) ? (int)minor : -1;
}

static void find_interpreters(glob_t *found)
{
    const struct passwd *user = getpwuid(getuid());
    const char *root = getenv("PYENV_ROOT");
    AUTO_FREE char *pyenv = root ? xstrdup(root) : path_join(user ? user->pw_dir : "/", ".pyenv");
    static const char *const patterns[] = {"/usr/bin/python3.*", "/usr/local/bin/python3.*",
        "/usr/lib/*/libpython3.*.so.1.0", "/usr/local/lib/libpython3.*.so.1.0",
        "/opt/python/cp3*/bin/python3.*", "versions/3.*/bin/python3.*",
        "versions/3.*/lib/libpython3.*.so.1.0"};
    for (size_t i = 0; i < COUNT(patterns); i++) {
        AUTO_FREE char *pattern = path_join(pyenv, patterns[i]);
        glob(pattern, i ? GLOB_APPEND : 0, NULL, found);
    }
}

static struct slice next_word(struct slice *line)
{
    struct slice word = {"", 0};
    while (line->ptr && word.len == 0)
        word = slice_cut(line, ' ');
    return word;
}

/* Names of the defined dynamic symbols that are Python's, without entry points of built-in modules. */
static void exported(struct map *out, const char *readelf, const char *path)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err e = ERR_INIT;
    char *argv[] = {(char *)readelf, "-W", "--dyn-syms", (char *)path, NULL};
    struct process_spec spec = {.argv = argv, .in = -1, .out = -1, .err = -1};
    struct process_end end;
    ck_assert_msg(process_run(&spec, &text, 16 << 20, 20000, &end, &e) == 0, "%s", e.text);
    struct slice rest = {strbuf_str(&text), text.len};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n'), field[8];
        for (size_t i = 0; i < COUNT(field); i++)
            field[i] = next_word(&line);
        struct slice name = slice_cut(&field[7], '@');
        AUTO_FREE char *text_of = xstrndup(name.ptr, name.len);
        const char *stem = text_of + strspn(text_of, "_");
        if (!slice_is(field[6], "UND") && (str_starts(stem, "Py") || str_starts(stem, "PY")) &&
            !str_starts(text_of, "PyInit_"))
            map_set(out, text_of, (void *)1);
    }
}

static void compare_interpreter(const struct map *symbols, const char *path, int minor)
{
    size_t in_table = 0, unknown = 0, missing = 0;
    const char *example = "none";
    for (size_t i = 0; i < symbols->len; i++) {
        const struct python_symbol *s = python_symbol_find(symbols->entries[i].key);
        if (!s || !python_symbol_in(s, minor, false)) {
            unknown++;
            example = symbols->entries[i].key;
        }
    }
    const struct python_symbol *s;
    for (size_t i = 0; (s = python_symbol_at(i)); i++) {
        if (!python_symbol_in(s, minor, false))
            continue;
        in_table++;
        if (!map_get(symbols, python_symbol_name(s))) {
            missing++;
            example = python_symbol_name(s);
        }
    }
    size_t tolerated = is_table_release(path) ? 0 : in_table * TOLERATED_PERCENT / 100;
    ck_assert_msg(unknown <= tolerated && missing <= tolerated,
        "%s: %zu symbols that the table lacks, %zu of the table that it lacks, such as %s", path, unknown,
        missing, example);
}

START_TEST(table_equals_the_interpreters_here)
{
    AUTO_FREE char *readelf = program_there("readelf");
    if (!readelf) {
        fprintf(stderr, "SKIPPED: Python's symbols against interpreters: no readelf in PATH\n");
        return;
    }
    glob_t found = {0};
    size_t compared = 0;
    find_interpreters(&found);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        AUTO(map) struct map symbols = {0};
        int minor = minor_of(found.gl_pathv[i]);
        if (minor < 0)
            continue;
        exported(&symbols, readelf, found.gl_pathv[i]);
        if (!map_get(&symbols, "PyUnicode_FromString"))
            continue; /* the symbols are in its libpython */
        compare_interpreter(&symbols, found.gl_pathv[i], minor);
        compared++;
    }
    globfree(&found);
    if (!compared)
        fprintf(stderr, "SKIPPED: Python's symbols against interpreters: none of 3.%d to 3.%d found\n",
            PYTHON_SYMBOLS_OLDEST, PYTHON_SYMBOLS_NEWEST);
}
END_TEST

Suite *python_symbols_suite(void)
{
    Suite *s = suite_create("python_symbols");
    TCase *t = tcase_create("table");
    tcase_add_loop_test(t, known_facts, 0, COUNT(facts));
    tcase_add_test(t, unknown_names_are_not_found);
    tcase_add_test(t, gaps_are_kept);
    tcase_add_test(t, versions_outside_are_answered_by_the_nearest);
    tcase_add_test(t, free_threaded_builds_have_their_own);
    tcase_add_test(t, table_is_sorted_and_sound);
    suite_add_tcase(s, t);
    t = tcase_create("interpreters");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, table_equals_the_interpreters_here);
    suite_add_tcase(s, t);
    return s;
}
