#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "json/json.h"
#include "python/details.h"
#include "python/internal.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"
#include "scratch.h"

static char *root;
static struct arena arena;
static struct map facts;

static void setup(void)
{
    struct err e = ERR_INIT;
    char *made = folder_make_temporary("/tmp", "interpreter-test-", &e);
    ck_assert_ptr_nonnull(made);
    root = realpath(made, NULL);
    free(made);
    setenv("HOME", root, 1);
    unsetenv("PYENV_ROOT");
    unsetenv("UV_PYTHON_INSTALL_DIR");
    unsetenv("XDG_DATA_HOME");
}

static void teardown(void)
{
    map_release(&facts);
    arena_release(&arena);
    scratch_remove(root);
}

#define ANSWER                                                                                              \
    "{\"version\": \"3.25.1\", \"major\": 3, \"minor\": 25, \"implementation\": \"cpython\", "              \
    "\"soabi\": \"cpython-325-x86_64-linux-gnu\", \"ext_suffix\": \".cpython-325-x86_64-linux-gnu.so\", "   \
    "\"include\": \"/nonexistent\", \"platinclude\": \"/nonexistent\", \"triplet\": \"x86_64-linux-gnu\", " \
    "\"free_threaded\": false, \"debug\": false, \"bits\": 64"

/* A script root/NAME that answers text and adds a line to root/runs. */
static char *fake(const char *name, const char *text)
{
    struct err e = ERR_INIT;
    char *path = path_join(root, name);
    AUTO_FREE char *folder = path_dir(path);
    AUTO_FREE char *script = xstrf("#!/bin/sh\necho run >>%s/runs\necho '%s'\n", root, text);
    ck_assert_int_eq(folder_make(folder, &e), 0);
    ck_assert_int_eq(file_write(path, script, strlen(script), 0755, &e), 0);
    return path;
}

static void link_to(const char *target, const char *name)
{
    struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(root, name);
    AUTO_FREE char *folder = path_dir(path);
    ck_assert_int_eq(folder_make(folder, &e), 0);
    ck_assert_int_eq(symlink(target, path), 0);
}

static size_t count_runs(void)
{
    struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = path_join(root, "runs");
    if (there_as_file(path))
        ck_assert_int_eq(file_read(&text, path, 1 << 16, &e), 0);
    return text.len / 4;
}

static char *recall(void *arg, const char *kind, const char *path)
{
    (void)arg;
    AUTO_FREE char *key = xstrf("%s %s", kind, path);
    const char *text = map_get(&facts, key);
    return text ? xstrdup(text) : NULL;
}

static void keep(void *arg, const char *kind, const char *path, const char *text)
{
    (void)arg;
    AUTO_FREE char *key = xstrf("%s %s", kind, path);
    map_set(&facts, key, arena_strdup(&arena, text));
}

static const struct fact_memory memory = {recall, keep, NULL};

START_TEST(answers_are_read)
{
    struct interpreter p;
    struct err e = ERR_INIT;
    const char *why;
    AUTO_FREE char *include = path_join(root, "include");
    AUTO_FREE char *python_h = path_join(include, "Python.h");
    AUTO_FREE char *pyconfig_h = path_join(include, "pyconfig.h");
    AUTO_FREE char *answer = xstrf(
        "{\"version\": \"3.13.0rc2\", \"major\": 3, \"minor\": 13, \"implementation\": \"cpython\", "
        "\"soabi\": \"cpython-313t-i386-linux-gnu\", \"ext_suffix\": \".cpython-313t-i386-linux-gnu.so\", "
        "\"include\": \"%s\", \"platinclude\": \"%s\", \"triplet\": \"i386-linux-gnu\", "
        "\"free_threaded\": true, \"debug\": false, \"bits\": 32}",
        include, include);
    ck_assert_int_eq(interpreter_read(&p, &arena, "/x/python3", answer, &why, &e), 0);
    ck_assert_str_eq(p.version, "3.13.0rc2");
    ck_assert_str_eq(p.abi_tag, "cp313t");
    ck_assert_str_eq(p.python_tag, "cp313");
    ck_assert_str_eq(p.machine, "i686");
    ck_assert(p.abi.free_threaded && !p.is_64bit && !p.has_headers);
    ck_assert_str_eq(p.include, "");
    ck_assert_int_eq(folder_make(include, &e), 0);
    ck_assert_int_eq(file_write(python_h, "", 0, 0644, &e), 0);
    ck_assert_int_eq(interpreter_read(&p, &arena, "/x/python3", answer, &why, &e), 0);
    ck_assert(!p.has_headers);
    ck_assert_int_eq(file_write(pyconfig_h, "", 0, 0644, &e), 0);
    ck_assert_int_eq(interpreter_read(&p, &arena, "/x/python3", answer, &why, &e), 0);
    ck_assert(p.has_headers);
    ck_assert_str_eq(p.include, include);
}
END_TEST

START_TEST(what_is_no_cpython_3_is_told)
{
    static const struct {
        const char *answer;
        int gives;
        const char *why;
    } cases[] = {
        {ANSWER "}", 0, NULL},
        {"{\"version\": \"3.9.18\", \"major\": 3, \"minor\": 9, \"implementation\": \"pypy\"}", 1,
            "pypy 3.9.18"},
        {"{\"version\": \"2.7.18\", \"major\": 2, \"minor\": 7, \"implementation\": \"cpython\"}", 1,
            "cpython 2.7.18"},
        {"", -1, NULL},
        {"{", -1, NULL},
        {"{}", -1, NULL},
        {"[]", -1, NULL},
        {"Python 3.9", -1, NULL},
        {ANSWER "", -1, NULL},
        {"{\"version\": 3, \"major\": 3, \"minor\": 9, \"implementation\": \"cpython\"}", -1, NULL},
        {"{\"version\": \"3.9\", \"major\": 3, \"minor\": 9, \"implementation\": \"cpython\"}", -1, NULL},
        {ANSWER ", \"ext_suffix\": \"../x\"}", -1, NULL},
        {"{\"version\": \"3.9/../..\", \"major\": 3, \"minor\": 9, \"implementation\": \"cpython\"}", -1,
            NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        struct interpreter p;
        const char *why = NULL;
        int gives = interpreter_read(&p, &arena, "/x", cases[i].answer, &why, &e);
        ck_assert_msg(gives == cases[i].gives, "case %zu gave %d: %s", i, gives, e.text);
        ck_assert_int_eq(gives < 0, e.kind != ERR_NONE);
        if (cases[i].why)
            ck_assert_str_eq(why, cases[i].why);
    }
}
END_TEST

/* How many of those found are fakes, and the path of the first. */
static size_t count_fakes(const struct interpreters *found, const char **first)
{
    size_t n = 0;
    for (size_t i = 0; i < found->len; i++)
        if (found->items[i].abi.minor == 25 && n++ == 0)
            *first = found->items[i].path;
    return n;
}

START_TEST(an_executable_is_found_once_behind_all_its_names)
{
    struct interpreters found;
    struct err e = ERR_INIT;
    const char *first = NULL;
    AUTO_FREE char *real = fake(".pyenv/versions/3.25.1/bin/python3.25", ANSWER "}");
    link_to("python3.25", ".pyenv/versions/3.25.1/bin/python3");
    link_to(real, "venv/bin/python3");
    link_to(real, "bin/python3.25");
    AUTO_FREE char *shim = fake(".pyenv/shims/python3.25", "never asked");
    AUTO_FREE char *path = xstrf("%s/.pyenv/shims:%s/venv/bin:%s/bin:%s/bin", root, root, root, root);
    setenv("PATH", path, 1);
    ck_assert_int_eq(interpreters_find(&found, &arena, &memory, &e), 0);
    ck_assert_uint_eq(count_fakes(&found, &first), 1);
    ck_assert_str_eq(first, real);
    ck_assert_uint_eq(count_runs(), 1);
    ck_assert_int_eq(interpreters_find(&found, &arena, &memory, &e), 0);
    ck_assert_uint_eq(count_fakes(&found, &first), 1);
    ck_assert_uint_eq(count_runs(), 1);
}
END_TEST

START_TEST(every_place_is_looked_in)
{
    static const char *const places[] = {"bin/python3.25", "bin/python3.25t", ".pyenv/versions/x/bin/python3",
        ".asdf/installs/python/3.25/bin/python3", ".local/share/uv/python/cpython-3.25/bin/python3",
        ".local/share/mise/installs/python/3/bin/python3"};
    struct interpreters found;
    struct err e = ERR_INIT;
    const char *first = NULL;
    size_t n = COUNT(places);
    for (size_t i = 0; i < n; i++)
        free(fake(places[i], ANSWER "}"));
    AUTO_FREE char *path = xstrf("relative::%s/bin", root);
    setenv("PATH", path, 1);
    ck_assert_int_eq(interpreters_find(&found, &arena, &memory, &e), 0);
    ck_assert_uint_eq(count_fakes(&found, &first), n);
    AUTO_FREE char *bin = path_join(root, "bin/python3.25");
    ck_assert_str_eq(first, bin); /* PATH comes first */
}
END_TEST

/* The names of the candidates below root, in order. */
static char *candidate_names(void)
{
    AUTO(strvec) struct strvec paths = {0};
    struct strbuf names = {0};
    struct err e = ERR_INIT;
    ck_assert_msg(interpreter_candidates(&paths, &e) == 0, "%s", e.text);
    for (size_t i = 0; i < paths.len; i++)
        if (str_starts(paths.items[i], root))
            strbuf_addf(&names, "%s ", path_base(paths.items[i]));
    return strbuf_steal(&names);
}

START_TEST(names_are_told_apart_in_small_and_large_folders)
{
    static const char *const there[] = {"python3.14", "python3.6", "python3.10t", "python3", "python3.10",
        "python3.5", "python3.31", "python3.06", "python3.1", "python3.10-config", "python3.10td",
        "python3.x", "python3-config", "python33.10", "python", "python2.7", "python3.18446744073709551626"};
    for (size_t i = 0; i < COUNT(there); i++) {
        AUTO_FREE char *name = path_join("bin", there[i]);
        free(fake(name, ""));
    }
    AUTO_FREE char *bin = path_join(root, "bin");
    setenv("PATH", bin, 1);
    AUTO_FREE char *small = candidate_names();
    ck_assert_str_eq(small, "python3 python3.6 python3.10 python3.10t python3.14 ");
    for (int i = 0; i < 1000; i++) { /* so many that the folder is no longer listed */
        struct err e = ERR_INIT;
        AUTO_FREE char *path = xstrf("%s/%050d", bin, i);
        ck_assert_int_eq(file_write(path, "", 0, 0755, &e), 0);
    }
    AUTO_FREE char *large = candidate_names();
    ck_assert_str_eq(large, small);
}
END_TEST

START_TEST(what_gives_no_answer_is_left_out)
{
    static const char *const answers[] = {"", "Python 3.25.1", "{}",
        "{\"version\": \"3.25\", \"major\": 3, \"minor\": 25, \"implementation\": \"pypy\"}"};
    struct interpreters found;
    struct err e = ERR_INIT;
    const char *first;
    for (size_t i = 0; i < COUNT(answers); i++) {
        AUTO_FREE char *name = xstrf("bin/python3.%zu", 20 + i);
        free(fake(name, answers[i]));
    }
    AUTO_FREE char *path = path_join(root, "bin");
    setenv("PATH", path, 1);
    ck_assert_int_eq(interpreters_find(&found, &arena, &memory, &e), 0);
    ck_assert_uint_eq(count_fakes(&found, &first), 0);
}
END_TEST

START_TEST(a_copy_in_a_virtual_environment_gives_its_base)
{
    struct interpreter p;
    struct err e = ERR_INIT;
    AUTO_FREE char *base = fake("base/python3", ANSWER "}");
    AUTO_FREE char *answer = xstrf(ANSWER ", \"base\": \"%s\"}", base);
    AUTO_FREE char *copy = fake("venv/bin/python3", answer);
    ck_assert_int_eq(interpreter_probe(&p, &arena, copy, &memory, &e), 0);
    ck_assert_str_eq(p.path, base);
}
END_TEST

START_TEST(two_that_name_each_other_end)
{
    struct interpreter p;
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *one = path_join(root, "one");
    AUTO_FREE char *two = path_join(root, "two");
    AUTO_FREE char *says_two = xstrf(ANSWER ", \"base\": \"%s\"}", two);
    AUTO_FREE char *says_one = xstrf(ANSWER ", \"base\": \"%s\"}", one);
    free(fake("one", says_two));
    free(fake("two", says_one));
    interpreter_probe(&p, &arena, one, &memory, &e);
    ck_assert_uint_le(count_runs(), 4);
}
END_TEST

START_TEST(what_is_not_an_interpreter_is_named)
{
    static const struct {
        const char *name, *script, *says;
    } cases[] = {
        {"talks", "#!/bin/sh\necho hello\necho there\n", "it printed \"hello\" and ended with status 0"},
        {"fails", "#!/bin/sh\nexit 9\n", "ended with status 9"},
        {"floods", "#!/bin/sh\nexec yes\n", "printed more than"},
        {"data", "no script at all", "cannot be started"},
        {"pypy",
            "#!/bin/sh\necho '{\"version\": \"3.9\", \"major\": 3, \"minor\": 9, \"implementation\": "
            "\"pypy\"}'\n",
            "is pypy 3.9: only CPython 3"},
    };
    struct interpreter p;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        AUTO_FREE char *path = path_join(root, cases[i].name);
        ck_assert_int_eq(file_write(path, cases[i].script, strlen(cases[i].script), 0755, &e), 0);
        ck_assert_int_eq(interpreter_probe(&p, &arena, path, NULL, &e), -1);
        ck_assert_int_eq(e.kind, ERR_USAGE);
        ck_assert_msg(strstr(e.text, cases[i].says) && strstr(e.text, path), "%s", e.text);
    }
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(interpreter_probe(&p, &arena, "/nonexistent/python3", NULL, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "/nonexistent/python3: is not there"));
    err_release(&e);
    ck_assert_int_eq(interpreter_probe(&p, &arena, root, NULL, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "is not a program"));
}
END_TEST

#define PYTHON(version_, minor_, abi_, ...)                                                     \
    {                                                                                           \
        .path = "/p/" version_ abi_, .version = version_, .abi.minor = minor_, .abi_tag = abi_, \
        .is_64bit = sizeof(void *) == 8, __VA_ARGS__                                            \
    }
#define HEADERS .has_headers = true

static struct interpreter machine[] = {
    PYTHON("3.7.16", 7, "cp37m", HEADERS),
    PYTHON("3.8.18", 8, "cp38", .has_headers = false),
    PYTHON("3.9.18", 9, "cp39", HEADERS),
    PYTHON("3.11.2", 11, "cp311", .has_headers = false),
    PYTHON("3.11.7", 11, "cp311", HEADERS),
    PYTHON("3.12.1", 12, "cp312d", HEADERS, .abi.debug = true),
    PYTHON("3.13.0", 13, "cp313", HEADERS),
    PYTHON("3.13.0", 13, "cp313t", HEADERS, .abi.free_threaded = true),
    PYTHON("3.14.0rc2", 14, "cp314", HEADERS),
};
static const struct interpreters here = {machine, COUNT(machine)};

START_TEST(choices)
{
    static const struct {
        const char *spec, *requires_python, *gives; /* "VERSION ABI" parts, or "!KIND text" */
        enum err_kind kind;
    } cases[] = {
        {NULL, ">=3.8", "3.9.18/cp39 3.11.7/cp311 3.13.0/cp313 3.13.0/cp313t 3.14.0rc2/cp314", 0},
        {"all", "", "3.7.16/cp37m 3.9.18/cp39 3.11.7/cp311 3.13.0/cp313 3.13.0/cp313t 3.14.0rc2/cp314", 0},
        {"all", ">=3.9,<3.12", "3.9.18/cp39 3.11.7/cp311", 0},
        {"3.13, 3.9", NULL, "3.9.18/cp39 3.13.0/cp313", 0},
        {"3.13t", ">=3.8", "3.13.0/cp313t", 0},
        {"3.9,python3.9,3.9.18", "", "3.9.18/cp39", 0},
        {"3.11", "", "3.11.7/cp311", 0},
        {"/x/.pyenv/shims/python3.9", "", "3.9.18/cp39", 0},
        {"3.11.2", "", "CPython 3.11.2 (/p/3.11.2cp311) has no Python.h", ERR_ENVIRONMENT},
        {"3.7", ">=3.8", "outside what the recipe's [python] requires: >=3.8", ERR_RECIPE},
        {"3.10", "", "no CPython 3.10 on this machine; there is: 3.7.16, 3.8.18, 3.9.18", ERR_MISSING},
        {"3.1", "", "no CPython 3.1 on this machine", ERR_MISSING},
        {"3.9t", "", "no CPython 3.9t on this machine", ERR_MISSING},
        {"3.9,", "", "has an empty part", ERR_USAGE},
        {"", "", "has an empty part", ERR_USAGE},
        {"3.9,all", "", "stands alone", ERR_USAGE},
        {"/nonexistent/python", "", "/nonexistent/python: is not there", ERR_USAGE},
        {"all", ">=4",
            "no Python on this machine can be built for (requires >=4)\n  3.7.16 "
            "(/p/3.7.16cp37m): outside requires >=4",
            ERR_MISSING},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        AUTO(strbuf) struct strbuf got = {0};
        struct interpreter_choice choice;
        int failed = interpreters_choose(
            &choice, &arena, &here, NULL, cases[i].spec, cases[i].requires_python, NULL, &e);
        for (size_t k = 0; !failed && k < choice.len; k++)
            strbuf_addf(&got, "%s%s/%s", k ? " " : "", choice.items[k].version, choice.items[k].abi_tag);
        ck_assert_msg(e.kind == cases[i].kind, "case %zu: %s", i, e.text);
        if (failed)
            ck_assert_msg(strstr(e.text, cases[i].gives) != NULL, "case %zu: %s", i, e.text);
        else
            ck_assert_str_eq(strbuf_str(&got), cases[i].gives);
    }
}
END_TEST

START_TEST(what_all_leaves_out_is_listed)
{
    static const char *const want[] = {"3.7.16 (/p/3.7.16cp37m): outside requires >=3.8",
        "3.8.18 (/p/3.8.18cp38): has no Python.h", "3.12.1 (/p/3.12.1cp312d): is a debug build"};
    struct err e = ERR_INIT;
    struct interpreter_choice choice;
    ck_assert_int_eq(interpreters_choose(&choice, &arena, &here, NULL, "all", ">=3.8", NULL, &e), 0);
    ck_assert_uint_eq(choice.skipped.len, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_msg(str_starts(choice.skipped.items[i], want[i]), "%s", choice.skipped.items[i]);
}
END_TEST

/* Another system's may have other words than this machine. */
START_TEST(word_size_counts_for_what_runs_on_this_machine)
{
    static struct interpreter other[] = {
        PYTHON("3.9.2", 9, "cp39", HEADERS, .root = "/r", .machine = "armv7l"),
        PYTHON("3.11.2", 11, "cp311", HEADERS),
    };
    for (size_t i = 0; i < COUNT(other); i++)
        other[i].is_64bit = sizeof(void *) != 8;
    const struct interpreters both = {other, COUNT(other)};
    struct err e = ERR_INIT;
    struct interpreter_choice choice;
    ck_assert_int_eq(interpreters_choose(&choice, &arena, &both, NULL, "all", "", NULL, &e), 0);
    ck_assert_uint_eq(choice.len, 1);
    ck_assert_str_eq(choice.items[0].machine, "armv7l");
    ck_assert_uint_eq(choice.skipped.len, 1);
    ck_assert_ptr_nonnull(strstr(choice.skipped.items[0], "-bit program"));
}
END_TEST

#define PACK(version_, minor_, abi_, name_, ...)                                                            \
    {                                                                                                       \
        .path = "p/" name_ ".toml", .version = version_, .abi.minor = minor_, .abi_tag = abi_,              \
        .is_64bit = sizeof(void *) == 8, .has_headers = true, .pack = name_, .is_absent = true, __VA_ARGS__ \
    }

START_TEST(headers_stand_in_for_what_is_not_here)
{
    static struct interpreter items[] = {
        PACK("3.8.2", 8, "cp38", "python3.8"),
        PACK("3.13.5", 13, "cp313", "python3.13"),
        PACK("3.14.10", 14, "cp314", "python3.14"),
        PACK("3.15.2", 15, "cp315", "python3.15"),
        PACK("3.15.2", 15, "cp315t", "python3.15t", .abi.free_threaded = true),
    };
    static const struct interpreters packs = {items, COUNT(items)};
    static const struct {
        const char *spec, *requires_python;
        const char
            *gives; /* "VERSION ABI" parts, with the recipe's name and whether it can run; or the error */
        enum err_kind kind;
    } cases[] = {
        /* Nobody asked for what is not here. */
        {NULL, ">=3.13", "3.13.0/cp313 3.13.0/cp313t 3.14.0rc2/cp314", 0},
        {"all", ">=3.12",
            "3.13.0/cp313 3.13.0/cp313t 3.14.0rc2/cp314 3.15.2/cp315:python3.15 "
            "3.15.2/cp315t:python3.15t",
            0},
        {"all", ">=3.12,<3.15", "3.13.0/cp313 3.13.0/cp313t 3.14.0rc2/cp314", 0},
        {"3.15", "", "3.15.2/cp315:python3.15", 0},
        {"3.15t, 3.13", "", "3.13.0/cp313 3.15.2/cp315t:python3.15t", 0},
        {"python3.15", "", "3.15.2/cp315:python3.15", 0},
        {"3.15.2t", "", "3.15.2/cp315t:python3.15t", 0},
        /* The one that is here first; another release of it is to be had. */
        {"3.14", "", "3.14.0rc2/cp314", 0},
        {"3.14.10", "", "3.14.10/cp314:python3.14", 0},
        {"p/python3.13.toml", "", "3.13.5/cp313:python3.13", 0},
        /* One without headers of its own runs. */
        {"3.8", "", "3.8.18/cp38+python3.8", 0},
        {"all", "<3.9", "3.7.16/cp37m 3.8.18/cp38+python3.8", 0},
        {"3.11.2", "", "CPython 3.11.2 (/p/3.11.2cp311) has no Python.h", ERR_ENVIRONMENT},
        {"3.15", "<3.15", "outside what the recipe's [python] requires: <3.15", ERR_RECIPE},
        {"3.16", "", "there are recipes of the headers of: 3.8, 3.13, 3.14, 3.15, 3.15t", ERR_MISSING},
        {"3.15.1", "", "no CPython 3.15.1 on this machine", ERR_MISSING},
        {"p/other.toml", "", "p/other.toml: is not a recipe of the headers of a Python", ERR_USAGE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        AUTO(strbuf) struct strbuf got = {0};
        struct interpreter_choice choice;
        int failed = interpreters_choose(
            &choice, &arena, &here, &packs, cases[i].spec, cases[i].requires_python, NULL, &e);
        for (size_t k = 0; !failed && k < choice.len; k++) {
            const struct interpreter *p = &choice.items[k];
            strbuf_addf(&got, "%s%s/%s%s%s", k ? " " : "", p->version, p->abi_tag,
                !p->pack       ? ""
                : p->is_absent ? ":"
                               : "+",
                p->pack ? p->pack : "");
        }
        ck_assert_msg(e.kind == cases[i].kind, "case %zu: %s", i, e.text);
        if (failed)
            ck_assert_msg(strstr(e.text, cases[i].gives) != NULL, "case %zu: %s", i, e.text);
        else
            ck_assert_str_eq(strbuf_str(&got), cases[i].gives);
    }
}
END_TEST

START_TEST(headers_say_how_modules_are_called)
{
    static const struct {
        const char *name, *arch, *libc, *soabi, *abi_tag; /* soabi NULL: it is none */
    } cases[] = {
        {"python3.14", "x86_64", "gnu", "cpython-314-x86_64-linux-gnu", "cp314"},
        {"python3.14t", "aarch64", "gnu", "cpython-314t-aarch64-linux-gnu", "cp314t"},
        {"python3.7", "i686", "gnu", "cpython-37m-i386-linux-gnu", "cp37m"},
        {"python3.15", "armv7l", "gnu", "cpython-315-arm-linux-gnueabihf", "cp315"},
        {"python3.15", "x86_64", "musl", "cpython-315-x86_64-linux-musl", "cp315"},
        {"python3.15", "armv7l", "musl", "cpython-315-arm-linux-musleabihf", "cp315"},
        {"python3", "x86_64", "gnu", NULL, NULL},
        {"cpython3.14", "x86_64", "gnu", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct interpreter p = {0};
        bool is = interpreter_of_pack(
            &p, &arena, cases[i].name, "3.14.1", "f.toml", arch_find(cases[i].arch), cases[i].libc);
        ck_assert_msg(is == !!cases[i].soabi, "case %zu", i);
        if (!is)
            continue;
        AUTO_FREE char *suffix = xstrf(".%s.so", cases[i].soabi);
        ck_assert_str_eq(p.soabi, cases[i].soabi);
        ck_assert_str_eq(p.ext_suffix, suffix);
        ck_assert_str_eq(p.abi_tag, cases[i].abi_tag);
        ck_assert_str_eq(p.machine, cases[i].arch);
        ck_assert(p.is_absent && p.has_headers);
        ck_assert_str_eq(p.pack, cases[i].name);
    }
}
END_TEST

#define PATCHLEVEL                                                                        \
    "/* Version parsed out into numeric values */\n#define PY_MAJOR_VERSION\t3\n#define " \
    "PY_MINOR_VERSION\t15\n"                                                              \
    "#define PY_MICRO_VERSION\t0\n#define PY_RELEASE_LEVEL\tPY_RELEASE_LEVEL_GAMMA\n"     \
    "#define PY_RELEASE_SERIAL\t2\n\n/* as a string */\n#define PY_VERSION      \t\"3.15.0rc2\"\n"

START_TEST(a_development_package_says_what_it_is)
{
    struct python_details d;
    AUTO(strbuf) struct strbuf json = {0};
    AUTO(err) struct err e = ERR_INIT;
    python_details_read(&d, &arena, PATCHLEVEL,
        "/* #undef Py_DEBUG */\n#define Py_GIL_DISABLED 1\n#define SIZEOF_VOID_P 8\n",
        "# "
        "SOABI=no\nALT_SOABI=x\nSOABI=\t\tcpython-315t-x86_64-linux-gnu\nEXT_SUFFIX=\t.a.so\nMULTIARCH="
        "\tm\n");
    ck_assert_str_eq(d.version, "3.15.0rc2");
    ck_assert_str_eq(d.soabi, "cpython-315t-x86_64-linux-gnu");
    ck_assert(d.free_threaded && !d.debug && d.pointer_bytes == 8);
    python_details_write(&json, &d, "x86_64", "include");
    AUTO_JSON struct json *j = json_parse("x", json.ptr, json.len, &e);
    ck_assert_msg(j != NULL, "%s", e.text);
    const struct json *implementation = json_get(j, "implementation"), *abi = json_get(j, "abi");
    ck_assert_int_eq(json_get_int(implementation, "hexversion", 0), 0x030f00c2);
    ck_assert_str_eq(json_get_text(json_get(implementation, "version"), "releaselevel"), "candidate");
    ck_assert_str_eq(json_text(json_at(json_get(abi, "flags"), 0)), "t");
    ck_assert_str_eq(json_get_text(abi, "extension_suffix"), ".a.so");
    ck_assert_str_eq(json_get_text(json_get(j, "c_api"), "headers"), "include");
    /* Files that say nothing. */
    python_details_read(&d, &arena, "", "#define\n#define Py_GIL_DISABLED\n", "SOABI\n=\n");
    ck_assert_str_eq(d.version, "");
    ck_assert_str_eq(d.soabi, "");
    ck_assert(!d.free_threaded && !d.pointer_bytes && strcmp(d.release, "final") == 0);
}
END_TEST

START_TEST(a_real_interpreter_describes_itself)
{
    struct interpreter p;
    AUTO(err) struct err e = ERR_INIT;
    if (!there_as_file("/usr/bin/python3")) {
        fprintf(stderr, "skipped: no /usr/bin/python3 here\n");
        return;
    }
    ck_assert_msg(interpreter_probe(&p, &arena, "/usr/bin/python3", NULL, &e) == 0, "%s", e.text);
    AUTO_FREE char *tag = xstrf("cp3%d", p.abi.minor);
    ck_assert_str_eq(p.python_tag, tag);
    ck_assert(str_starts(p.abi_tag, tag) && str_ends(p.ext_suffix, ".so"));
    ck_assert(p.path[0] == '/' && there_as_file(p.path));
}
END_TEST

Suite *interpreter_suite(void);
Suite *interpreter_suite(void)
{
    Suite *s = suite_create("interpreter");
    TCase *c = tcase_create("interpreter");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, answers_are_read);
    tcase_add_test(c, what_is_no_cpython_3_is_told);
    tcase_add_test(c, an_executable_is_found_once_behind_all_its_names);
    tcase_add_test(c, every_place_is_looked_in);
    tcase_add_test(c, names_are_told_apart_in_small_and_large_folders);
    tcase_add_test(c, what_gives_no_answer_is_left_out);
    tcase_add_test(c, a_copy_in_a_virtual_environment_gives_its_base);
    tcase_add_test(c, two_that_name_each_other_end);
    tcase_add_test(c, what_is_not_an_interpreter_is_named);
    tcase_add_test(c, choices);
    tcase_add_test(c, word_size_counts_for_what_runs_on_this_machine);
    tcase_add_test(c, what_all_leaves_out_is_listed);
    tcase_add_test(c, headers_stand_in_for_what_is_not_here);
    tcase_add_test(c, headers_say_how_modules_are_called);
    tcase_add_test(c, a_development_package_says_what_it_is);
    tcase_add_test(c, a_real_interpreter_describes_itself);
    suite_add_tcase(s, c);
    return s;
}
