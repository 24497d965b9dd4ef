/* From sources and archives to a module: names, commands, link maps. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/image.h"
#include "elf/object.h"
#include "link/internal.h"
#include "sched/helper.h"
#include "sched/ask.h"
#include "sched/process.h"
#include "sys/fs.h"
#include "sys/path.h"

#define TEXTS(...)                                                                            \
    {                                                                                         \
        (const char *[]){__VA_ARGS__}, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *) \
    }

/* As Python's own encoder has it: ('_' + name.encode('punycode')).replace(b'-', b'_'). */
START_TEST(entry_points_are_named_by_pep_489)
{
    static const struct {
        const char *module, *symbol;
    } rows[] = {
        {"_zmq", "PyInit__zmq"},
        {"zmq.backend.cython._zmq", "PyInit__zmq"},
        {"pkg.__init__", "PyInit_pkg"},
        {"top.pkg.__init__", "PyInit_pkg"},
        {"lan\303\247on", "PyInitU_lanon_0ra"},
        {"pkg.\346\227\245\346\234\254", "PyInitU_wgv71a"},
        {"b\303\274cher", "PyInitU_bcher_kva"},
        {"\303\251\303\251", "PyInitU_9caa"},
        {"\360\235\204\236_a", "PyInitU__a_bk50a"},
        {"\317\200_\346\274\242_\317\200", "PyInitU____lbcc2658k"},
    };
    AUTO_FREE char *symbol = module_entry_point(rows[_i].module);
    ck_assert_str_eq(symbol, rows[_i].symbol);
}
END_TEST

/* Patterns stand for files of the source, in the order of names; one that fits nothing is an error at its
 * module. */
START_TEST(patterns_stand_for_files)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *dir = folder_make_temporary("/tmp", "staticbuild-test-", &e);
    static const char *const files[] = {"b.c", "a.c", ".hidden.c", "sub/c.c", "sub/deep/d.c", "a.h"};
    for (size_t i = 0; i < COUNT(files); i++) {
        AUTO_FREE char *path = path_join(dir, files[i]);
        AUTO_FREE char *folder = path_dir(path);
        ck_assert_int_eq(folder_make(folder, &e), 0);
        ck_assert_int_eq(file_write(path, "", 0, 0644, &e), 0);
    }
    static const struct {
        const char *source[2], *want; /* NULL: an error */
    } rows[] = {
        {{"*.c"}, "a.c b.c "},
        {{"b.c", "*.c"}, "b.c a.c "},
        {{"sub/*.c", "sub/*/?.c"}, "sub/c.c sub/deep/d.c "},
        {{"made-later.c"}, "made-later.c "},
        {{"*.cc"}, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *items[2] = {rows[i].source[0], rows[i].source[1]};
        struct module_spec m = {
            .name = "m", .sources = {items, items[1] ? 2 : 1}, .at = {.line = 7, .column = 1}};
        AUTO(strvec) struct strvec sources = {0};
        AUTO(strbuf) struct strbuf all = {0};
        int status = module_sources(&(struct recipe){.file = "r.toml"}, &m, dir, &sources, &e);
        ck_assert_int_eq(status, rows[i].want ? 0 : -1);
        for (size_t k = 0; k < sources.len; k++)
            strbuf_addf(&all, "%s ", sources.items[k]);
        if (rows[i].want)
            ck_assert_str_eq(strbuf_str(&all), rows[i].want);
        else
            ck_assert_str_eq(e.text, "r.toml:7:1: module m: no file of the source fits \"*.cc\"");
    }
    err_release(&e);
    tree_remove(dir, &e);
}
END_TEST

START_TEST(some_files_are_left_out)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *dir = folder_make_temporary("/tmp", "staticbuild-test-", &e);
    static const char *const files[] = {"a.c", "b.c", "main.c"};
    for (size_t i = 0; i < 3; i++) {
        AUTO_FREE char *path = path_join(dir, files[i]);
        ck_assert_int_eq(file_write(path, "", 0, 0644, &e), 0);
    }
    struct module_spec m = {.name = "m",
        .sources = TEXTS("*.c", "a.c"),
        .exclude = TEXTS("main.c"),
        .at = {.line = 7, .column = 1}};
    AUTO(strvec) struct strvec sources = {0}, none = {0};
    ck_assert_int_eq(module_sources(&(struct recipe){.file = "r.toml"}, &m, dir, &sources, &e), 0);
    ck_assert_uint_eq(sources.len, 2);
    ck_assert_str_eq(sources.items[1], "b.c");
    m.exclude.items[0] = "mian.c";
    ck_assert_int_eq(module_sources(&(struct recipe){.file = "r.toml"}, &m, dir, &none, &e), -1);
    ck_assert_str_eq(e.text, "r.toml:7:1: module m: no file of its sources fits \"mian.c\"");
    err_release(&e);
    tree_remove(dir, &e);
}
END_TEST

START_TEST(bytes_that_are_no_utf8_end)
{
    static const char *const rows[] = {"\377", "a\200b", "\303", "\360\235", "\355\240\200", "\300\200"};
    AUTO_FREE char *symbol = module_entry_point(rows[_i]);
    ck_assert(str_starts(symbol, "PyInitU_"));
}
END_TEST

START_TEST(modules_are_files_of_their_interpreter)
{
    struct interpreter python = {.ext_suffix = ".cpython-311-x86_64-linux-gnu.so"};
    AUTO_FREE char *own = module_file_name("a.b._c", &python, &(struct python_abi){0});
    AUTO_FREE char *stable =
        module_file_name("a.b._c", &python, &(struct python_abi){.kind = PYTHON_ABI_STABLE});
    AUTO_FREE char *both =
        module_file_name("a.b._c", &python, &(struct python_abi){.kind = PYTHON_ABI_STABLE_T});
    ck_assert_str_eq(own, "a/b/_c.cpython-311-x86_64-linux-gnu.so");
    ck_assert_str_eq(stable, "a/b/_c.abi3.so");
    ck_assert_str_eq(both, "a/b/_c.abi3t.so");
}
END_TEST

START_TEST(only_entry_points_and_exports_are_global)
{
    struct module_spec m = {.name = "a._c", .exports = TEXTS("one", "two")};
    AUTO_FREE char *symbols = module_version_symbols(&m);
    ck_assert_str_eq(symbols, "PyInit__c; PyModExport__[c]; one; two;");
}
END_TEST

START_TEST(cython_writes_into_a_folder_of_its_own)
{
    struct module_spec c = {.name = "m"}, cxx = {.name = "m", .cplus = true};
    AUTO_FREE char *one = cython_output(&c, "a.b/_m.pyx");
    AUTO_FREE char *two = cython_output(&cxx, "m.py");
    ck_assert_str_eq(one, ".staticbuild/cython/a.b/_m.c");
    ck_assert_str_eq(two, ".staticbuild/cython/m.cpp");
}
END_TEST

/* A world of two libraries, png needing z, and a third. */
static struct recipe z = {.name = "z",
    .provides = {
        .archives = TEXTS("lib/libz.a"), .defines = TEXTS("Z_STATIC"), .system_libraries = TEXTS("m")}};
static struct requirement needs_z = {.name = "z"};
static struct recipe png = {.name = "png",
    .libraries = {&needs_z, 1},
    .provides = {.archives = TEXTS("lib/libpng.a"), .system_libraries = TEXTS("pthread", "m")}};
static struct recipe cxx = {.name = "cxx",
    .provides = {.archives = TEXTS("lib/libreg.a", "lib/liba.a", "lib/libmid.a", "lib/libb.a"),
        .whole_archive = TEXTS("lib/libreg.a"),
        .link_groups = (struct texts[]){TEXTS("lib/liba.a", "lib/libb.a")},
        .link_group_count = 1,
        .system_libraries = TEXTS("stdc++", "atomic", "gcc_s")}};
static const struct build_input inputs[] = {
    {"cxx", "/store/cxx", &cxx, INPUT_LIBRARY},
    {"png", "/store/png", &png, INPUT_LIBRARY},
    {"z", "/store/z", &z, INPUT_LIBRARY},
};
static struct toolchain compilers = {
    .cc = "cc", .cxx = "c++", .ar = "ar", .ranlib = "ranlib", .strip = "strip", .objcopy = "objcopy"};
static const struct interpreter python = {
    .path = "/py", .abi.minor = 11, .include = "/py/include", .platinclude = "/py/plat", .ext_suffix = ".so"};
static const struct recipe extension = {.name = "x", .file = "x.toml"};

static void make_toolchain(void)
{
    strvec_push(&compilers.cflags, "-O2");
    strvec_push(&compilers.cxxflags, "-O2");
    strvec_push(&compilers.cxxflags, "-fvisibility-inlines-hidden");
    strvec_push(&compilers.module_ldflags, "-shared");
    strvec_push(&compilers.module_ldflags, "-Wl,--gc-sections");
}

static void release_toolchain(void)
{
    strvec_release(&compilers.cflags);
    strvec_release(&compilers.cxxflags);
    strvec_release(&compilers.module_ldflags);
}

static struct link_request request_of(const struct module_spec *m)
{
    return (struct link_request){.recipe = &extension,
        .module = m,
        .toolchain = &compilers,
        .python = &python,
        .src = "/src",
        .work = "/draft",
        .out = "/out/m.so",
        .map = "/out/m.map",
        .debug = "/draft/m.debug",
        .version_script = "/draft/v.map",
        .libraries = inputs,
        .library_count = 3,
        .logs = "/logs"};
}

/* The program itself, which works on the objects of its own accord. */
static bool is_expose(const struct command *c)
{
    return strcmp(c->phase, "expose") == 0;
}

/* The last two of each module. */
static bool is_parting(const struct command *c)
{
    return strcmp(c->phase, "debug") == 0 || strcmp(c->phase, "strip") == 0;
}

static void check_lines(const struct commands *c, const char *const *expected, size_t len)
{
    size_t others = 0;
    for (size_t i = 0; i < c->len; i++)
        others += is_expose(&c->items[i]) || is_parting(&c->items[i]);
    ck_assert_uint_eq(c->len, len + others);
    for (size_t i = 0, k = 0; k < len; i++) {
        if (is_expose(&c->items[i]) || is_parting(&c->items[i]))
            continue;
        AUTO_FREE char *words = process_words(c->items[i].argv.items);
        AUTO_FREE char *line = xstrf("%s: %s", c->items[i].phase, words);
        ck_assert_str_eq(line, expected[k++]);
        ck_assert_str_eq(c->items[i].env.items[0], "A=b");
    }
}

static int commands_of(
    const struct link_request *r, const struct strvec *env, struct commands *out, struct err *e)
{
    AUTO_FREE size_t *owners = NULL;
    return link_commands(r, 1, env, out, &owners, e);
}

static void check_commands(const struct link_request *r, const char *const *expected, size_t len)
{
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    AUTO(err) struct err e = ERR_INIT;
    strvec_push(&env, "A=b");
    ck_assert_msg(commands_of(r, &env, &list, &e) == 0, "%s", e.text);
    check_lines(&list, expected, len);
}

START_TEST(a_c_module_with_one_library)
{
    struct module_spec m = {.name = "x._m",
        .sources = TEXTS("x/_m.c", "x/more/_m.c"),
        .include = TEXTS(".", "x/include"),
        .defines = TEXTS("ROOT={src}", "N=1"),
        .cflags = TEXTS("-Wno-unused", "{cflags…}", "-I{dep.png.prefix}/include/png"),
        .std = "c11",
        .libraries = TEXTS("png")};
    struct link_request r = request_of(&m);
#define MAPS                                                                                           \
    "-ffile-prefix-map=/src=. -ffile-prefix-map=/draft=. "                                             \
    "-ffile-prefix-map=/store/png=/opt/staticbuild/png -ffile-prefix-map=/store/z=/opt/staticbuild/z " \
    "-ffile-prefix-map=/py/include=python "
#define REST                                                                                       \
    "-std=c11 -DNDEBUG -DZ_STATIC -DROOT=/src -DN=1 -I/src -I/src/x/include -I/store/png/include " \
    "-I/store/z/include -I/py/include -I/py/plat -Wno-unused -O2 -I/store/png/include/png "
    static const char *const expected[] = {
        "compile: cc -O2 -fwrapv " MAPS REST "-c /src/x/_m.c -o /draft/000-_m.o",
        "compile: cc -O2 -fwrapv " MAPS REST "-c /src/x/more/_m.c -o /draft/001-_m.o",
        "link: cc -shared -Wl,--gc-sections -Wl,--version-script=/draft/v.map -Wl,-Map=/out/m.map -o "
        "/out/m.so "
        "/draft/000-_m.o /draft/001-_m.o /store/png/lib/libpng.a /store/z/lib/libz.a -lpthread -lm",
    };
    check_commands(&r, expected, 3);
}
END_TEST

/* What one phase does of several modules may run side by side, with a log each. */
START_TEST(modules_are_made_phase_by_phase)
{
    struct module_spec m[] = {{.name = "x.a", .sources = TEXTS("a.c", "m.c")},
        {.name = "x.b", .sources = TEXTS("m.c"), .libraries = TEXTS("png")}};
    struct link_request r[] = {request_of(&m[0]), request_of(&m[1])};
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE size_t *owners = NULL;
    r[0].logs = r[1].logs = "/logs";
    ck_assert_msg(link_commands(r, 2, &env, &list, &owners, &e) == 0, "%s", e.text);
    static const struct {
        const char *log;
        size_t owner;
    } rows[] = {{"compile-x.a-000-a.o", 0}, {"compile-x.a-001-m.o", 0}, {"compile-x.b-000-m.o", 1},
        {"expose-x.a", 0}, {"expose-x.b", 1}, {"link-x.a", 0}, {"link-x.b", 1}, {"debug-x.a", 0},
        {"debug-x.b", 1}, {"strip-x.a", 0}, {"strip-x.b", 1}};
    ck_assert_uint_eq(list.len, COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO_FREE char *log = xstrf("/logs/%s.log", rows[i].log);
        ck_assert_str_eq(list.items[i].log, log);
        ck_assert_uint_eq(owners[i], rows[i].owner);
        ck_assert(list.items[i].beside);
    }
}
END_TEST

/* `# distutils:` lines stand before the code, among other comments, and are for the compiler or not taken. */
START_TEST(a_cython_source_speaks_of_its_module)
{
    static const char text[] = "# cython: language_level=3\n\n  # distutils: language = c++\n"
                               "# distutils: sources = src/one.cpp [\"src/two.c\"]\n"
                               "#distutils: include_dirs=src\n"
                               "# distutils: define_macros = A=1, B={x}\n"
                               "# distutils: extra_compile_args = ['-O3', \"-DS=a b\"]\n"
                               "# distutils: libraries = m foo\n# distutils: extra_link_args = -lbar\n"
                               "import x\n# distutils: define_macros = LATE\n";
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *dir = folder_make_temporary("/tmp", "staticbuild-test-", &e);
    AUTO_FREE char *path = path_join(dir, "m.pyx");
    ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
    struct module_spec m = {.name = "m", .sources = TEXTS("m.pyx"), .defines = TEXTS("OWN")};
    AUTO(arena) struct arena a = {0};
    const struct module_spec *spoken = module_as_spoken(&a, &extension, &m, dir, &e);
    ck_assert_msg(spoken != NULL, "%s", e.text);
    ck_assert(spoken->cplus && !m.cplus);
    const struct {
        struct texts list;
        const char *want;
    } rows[] = {{spoken->sources, "m.pyx src/one.cpp src/two.c "}, {spoken->include, "src "},
        {spoken->defines, "OWN A=1 B={{x}} "}, {spoken->cflags, "-O3 -DS=a b "},
        {spoken->system_libraries, "m "}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(strbuf) struct strbuf all = {0};
        for (size_t k = 0; k < rows[i].list.len; k++)
            strbuf_addf(&all, "%s ", rows[i].list.items[k]);
        ck_assert_str_eq(strbuf_str(&all), rows[i].want);
    }
    struct link_request r = request_of(&m);
    r.src = dir;
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    ck_assert_int_eq(commands_of(&r, &env, &list, &e), 0);
    ck_assert(strvec_has(&list.items[0].argv, "-DB={x}"));
    ck_assert_str_eq(list.items[0].argv.items[0], "c++");
    static const char outside[] = "# a comment\n# distutils: sources = ../x.c\n";
    ck_assert_int_eq(file_write(path, outside, strlen(outside), 0644, &e), 0);
    ck_assert_ptr_null(module_as_spoken(&a, &extension, &m, dir, &e));
    ck_assert_str_eq(e.text, "m.pyx:2: module m: \"distutils: sources = ../x.c\" leads out of the source");
    err_release(&e);
    tree_remove(dir, &e);
}
END_TEST

/* Assembler has no standard of C; some files have flags of their own; the platform's libraries come last. */
START_TEST(files_with_flags_of_their_own)
{
    struct module_files files[] = {{.files = TEXTS("m.c")},
        {.files = TEXTS("fast/*.c", "fast/x.S"), .defines = TEXTS("FAST={src}"), .cflags = TEXTS("-mavx2")}};
    struct module_spec m = {.name = "m",
        .files = files,
        .file_count = 2,
        .sources = TEXTS("m.c", "fast/x.c", "fast/x.S", "y.s"),
        .std = "c11",
        .libraries = TEXTS("z"),
        .system_libraries = TEXTS("rt", "m")};
    struct link_request r = request_of(&m);
#define MAPS_Z                                                                                           \
    "-ffile-prefix-map=/src=. -ffile-prefix-map=/draft=. -ffile-prefix-map=/store/z=/opt/staticbuild/z " \
    "-ffile-prefix-map=/py/include=python "
#define DEFINES_Z "-DNDEBUG -DZ_STATIC "
#define INCLUDES_Z "-I/store/z/include -I/py/include -I/py/plat "
    static const char *const expected[] = {
        "compile: cc -O2 -fwrapv " MAPS_Z "-std=c11 " DEFINES_Z INCLUDES_Z "-c /src/m.c -o /draft/000-m.o",
        "compile: cc -O2 -fwrapv " MAPS_Z "-std=c11 " DEFINES_Z "-DFAST=/src " INCLUDES_Z
        "-mavx2 -c /src/fast/x.c -o /draft/001-x.o",
        "compile: cc -O2 -fwrapv " MAPS_Z "-Wa,--noexecstack " DEFINES_Z "-DFAST=/src " INCLUDES_Z
        "-mavx2 -c /src/fast/x.S -o /draft/002-x.o",
        "compile: cc -O2 -fwrapv " MAPS_Z "-Wa,--noexecstack " DEFINES_Z INCLUDES_Z
        "-c /src/y.s -o /draft/003-y.o",
        ("link: cc -shared -Wl,--gc-sections -Wl,--version-script=/draft/v.map -Wl,-Map=/out/m.map -o "
         "/out/m.so /draft/000-m.o /draft/001-x.o /draft/002-x.o /draft/003-y.o /store/z/lib/libz.a -lm "
         "-lrt"),
    };
    check_commands(&r, expected, 5);
    ck_assert(module_std_fits(&m));
    struct module_spec assembler = {.name = "m", .sources = TEXTS("x.S"), .std = "c11"};
    ck_assert(!module_std_fits(&assembler)); /* it would be passed over */
    struct module_spec cxx_runtime = {
        .name = "m", .sources = TEXTS("m.c"), .libraries = TEXTS("z"), .system_libraries = TEXTS("stdc++")};
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    AUTO(err) struct err e = ERR_INIT;
    r.module = &cxx_runtime;
    ck_assert_int_eq(commands_of(&r, &env, &list, &e), 0);
    ck_assert_str_eq(list.items[2].argv.items[0], "c++");
}
END_TEST

/* What is only seen, a library's headers or another wheel, is not linked, whatever the module links. */
START_TEST(what_is_seen_is_not_linked)
{
    static struct recipe other = {.name = "lxml"};
    const struct build_input all[] = {{"z", "/store/z", &z, INPUT_LIBRARY},
        {"png", "/store/png", &png, INPUT_BUILD}, {"lxml", "/draft/wheels/lxml", &other, INPUT_WHEEL}};
    struct module_spec m = {.name = "m", .sources = TEXTS("m.c"), .libraries = TEXTS("z")};
    struct link_request r = request_of(&m);
    r.libraries = all;
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(commands_of(&r, &env, &list, &e), 0);
    ck_assert(strvec_has(&list.items[0].argv, "-I/store/png/include"));
    ck_assert(strvec_has(&list.items[0].argv, "-I/draft/wheels/lxml"));
    AUTO_FREE char *words = process_words(list.items[2].argv.items);
    ck_assert_msg(str_ends(words, " /draft/000-m.o /store/z/lib/libz.a -lm"), "%s", words);
}
END_TEST

START_TEST(a_cython_module_with_all_libraries)
{
    struct module_spec m = {
        .name = "x._m", .sources = TEXTS("x/_m.pyx", "x/y.cpp", "x/z.c"), .std = "c++17", .cplus = true};
    struct link_request r = request_of(&m);
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    AUTO(err) struct err e = ERR_INIT;
    strvec_push(&env, "A=b");
    r.limited_api = "3.12";
    ck_assert_int_eq(commands_of(&r, &env, &list, &e), 0);
    ck_assert_uint_eq(list.len, 7);
    const struct strvec *made = &list.items[0].argv, *cpp = &list.items[1].argv, *c = &list.items[2].argv;
    ck_assert_str_eq(made->items[0], "c++");
    ck_assert(strvec_has(made, "-DPy_LIMITED_API=0x030c0000"));
    ck_assert(strvec_has(made, "-std=c++17"));
    ck_assert(strvec_has(made, "/src/.staticbuild/cython/x/_m.cpp"));
    ck_assert(strvec_has(made, "-iquote") && strvec_has(made, "/src/x"));
    ck_assert(!strvec_has(cpp, "-iquote"));
    ck_assert_str_eq(c->items[0], "cc");
    ck_assert(!strvec_has(c, "-std=c++17"));
    AUTO_FREE char *words = process_words(list.items[4].argv.items);
    ck_assert_ptr_nonnull(strstr(words,
        "c++ -shared -Wl,--gc-sections -Wl,--version-script=/draft/v.map -Wl,-Map=/out/m.map -o /out/m.so "
        "/draft/000-_m.o /draft/001-y.o /draft/002-z.o "
        "-Wl,--whole-archive /store/cxx/lib/libreg.a -Wl,--no-whole-archive "
        "-Wl,--start-group /store/cxx/lib/liba.a /store/cxx/lib/libb.a -Wl,--end-group "
        "/store/cxx/lib/libmid.a /store/png/lib/libpng.a /store/z/lib/libz.a "
        "-l:libatomic.a -lpthread -lm"));
}
END_TEST

/* PyMODINIT_FUNC sets the visibility from 3.9 on. */
START_TEST(older_pythons_need_visible_symbols)
{
    static const struct {
        int minor;
        bool exports, visible;
    } rows[] = {{8, false, true}, {9, false, false}, {13, false, false}, {13, true, true}};
    struct module_spec m = {.name = "m", .sources = TEXTS("m.c"), .libraries = TEXTS("z")};
    struct interpreter p = python;
    struct texts api = TEXTS("api");
    if (rows[_i].exports)
        m.exports = api;
    p.abi.minor = rows[_i].minor;
    struct link_request r = request_of(&m);
    r.python = &p;
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(commands_of(&r, &env, &list, &e), 0);
    ck_assert(strvec_has(&list.items[0].argv, "-fvisibility=default") == rows[_i].visible);
}
END_TEST

START_TEST(what_cannot_be_linked_is_told)
{
    static const char *const says[] = {
        "x.toml:7:1: module m: [requires] libraries does not have \"jpeg\"",
        "no such version of the limited API: \"three\"",
        "no headers",
        "needs a C++ compiler",
        "no sources",
        "{prefix} in \"-DA={prefix}\" has no value here",
    };
    struct module_spec m = {.name = "m", .sources = TEXTS("m.c"), .at = {"x.toml", 7, 1}};
    struct interpreter p = python;
    struct toolchain t = compilers;
    struct link_request r = request_of(&m);
    r.python = &p;
    r.toolchain = &t;
    struct texts unknown = TEXTS("z", "jpeg"), bad = TEXTS("A={prefix}");
    switch (_i) {
    case 0:
        m.libraries = unknown;
        break;
    case 1:
        r.limited_api = "three";
        break;
    case 2:
        p.include = "";
        break;
    case 3:
        t.cxx = "";
        break;
    case 4:
        m.sources.len = 0;
        break;
    case 5:
        m.defines = bad;
        break;
    }
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(commands_of(&r, &env, &list, &e), -1);
    ck_assert_msg(strstr(e.text, says[_i]) != NULL, "%s", e.text);
}
END_TEST

START_TEST(cython_is_told_everything)
{
    struct pair directives[] = {{"boundscheck", "False"}, {"embedsignature", "True"}};
    struct module_spec modules[] = {
        {.name = "x.plain", .sources = TEXTS("x/plain.c")},
        {.name = "x._m",
            .sources = TEXTS("x/helper.c", "x/_m.py"),
            .include = TEXTS("x/inc"),
            .cython = {"3", false, {directives, 2}}},
        {.name = "n", .sources = TEXTS("n.pyx"), .cplus = true, .cython = {"3str", false, {NULL, 0}}},
    };
    struct recipe r = {.name = "x", .file = "x.toml", .modules = modules, .module_count = 3};
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    AUTO(err) struct err e = ERR_INIT;
    strvec_push(&env, "A=b");
    AUTO_FREE char *data = xstrdup(getenv("STATICBUILD_DATA"));
    setenv("STATICBUILD_DATA", "/data", 1);
    ck_assert_int_eq(cythonize_commands(&r, "/src", "/py", "/logs", &env, &list, &e), 0);
    setenv("STATICBUILD_DATA", data, 1);
#define CYTHON "/py -s /data/templates/python/cythonize.py"
    static const char *const expected[] = {
        "cythonize: mkdir -p .staticbuild/cython/x",
        "cythonize: " CYTHON " -3 --directive=boundscheck=False --directive=embedsignature=True "
        "--module-name=x._m -Ix/inc --output-file .staticbuild/cython/x/_m.c x/_m.py",
        "cythonize: mkdir -p .staticbuild/cython",
        "cythonize: " CYTHON " --3str --cplus --module-name=n --output-file .staticbuild/cython/n.cpp "
        "n.pyx",
    };
    check_lines(&list, expected, 4);
    ck_assert_str_eq(list.items[1].dir, "/src");
    ck_assert(!module_has_cython(&modules[0]) && module_has_cython(&modules[1]));
    ck_assert(!module_has_cxx(&modules[1]) && module_has_cxx(&modules[2]));
}
END_TEST

static void put_text(const char *folder, const char *name, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, name);
    ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
}

/* What lies in the source does not stand in for the standard library; Cython is found in the tool's tree. */
START_TEST(cython_runs_nothing_of_the_source)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *folder = folder_make_temporary("/tmp", "staticbuild-link-", &e);
    AUTO_FREE char *src = path_join(folder, "src");
    AUTO_FREE char *tool = path_join(folder, "tool");
    ck_assert(folder_make(src, &e) == 0 && folder_make(tool, &e) == 0);
    put_text(src, "string.py", "raise SystemExit('the source was run')\n");
    put_text(src, "runpy.py", "raise SystemExit('the source was run')\n");
    put_text(src, "cython.py", "raise SystemExit('the source was run')\n");
    put_text(tool, "cython.py", "import string, sys\nprint(__name__, sys.argv[1:], sys.path[-1])\n");
    struct module_spec m = {.name = "m", .sources = TEXTS("m.pyx")};
    struct recipe r = {.name = "x", .file = "x.toml", .modules = &m, .module_count = 1};
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    strvec_pushf(&env, "PYTHONPATH=%s", tool);
    strvec_push(&env, "PATH=/usr/local/bin:/usr/bin:/bin");
    ck_assert_int_eq(cythonize_commands(&r, src, "python3", "/logs", &env, &list, &e), 0);
    struct command *c = &list.items[1];
    struct process_spec spec = {
        .argv = c->argv.items, .env = c->env.items, .dir = c->dir, .in = -1, .out = -1, .err = -1};
    struct process_end end;
    AUTO(strbuf) struct strbuf out = {0};
    ck_assert_msg(process_run(&spec, &out, 4096, 20000, &end, &e) == 0, "%s", e.text);
    AUTO_FREE char *expected = xstrf("__main__ ['--module-name=m', '--output-file', "
                                     "'.staticbuild/cython/m.c', 'm.pyx'] %s\n",
        src);
    ck_assert_int_eq(end.status, 0);
    ck_assert_str_eq(strbuf_str(&out), expected);
    ck_assert_int_eq(tree_remove(folder, &e), 0);
}
END_TEST

START_TEST(one_module_has_one_cython_source)
{
    struct module_spec m = {.name = "m", .sources = TEXTS("a.pyx", "b.pyx"), .at = {"x.toml", 3, 1}};
    struct recipe r = {.name = "x", .file = "x.toml", .modules = &m, .module_count = 1};
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(cythonize_commands(&r, "/src", "/py", NULL, &env, &list, &e), -1);
    ck_assert(str_starts(e.text, "x.toml:3:1: module m has two Cython sources, a.pyx and b.pyx"));
}
END_TEST

static const char gnu_map[] = "Archive member included to satisfy reference by file (symbol)\n"
                              "\n"
                              "/s/lib (1)/libz.a(crc32.o)    m.o (crc32)\n"
                              "/s/libzmq.a(zmq.cpp.o)\n"
                              "                              m.o (zmq::x(int))\n"
                              "/s/libreg.a(gone.o)\n"
                              "                              (--whole-archive)\n"
                              "\n"
                              "As-needed library included to satisfy reference by file (symbol)\n"
                              "\n"
                              "libc.so.6                     m.o (malloc)\n"
                              "\n"
                              "Discarded input sections\n"
                              "\n"
                              " .text          0x0000000000000000       0x10 /s/libreg.a(gone.o)\n"
                              " .text.unused   0x0000000000001000       0x10 /s/never.a(x.o)\n"
                              "\n"
                              "Memory Configuration\n"
                              "\n"
                              "Name             Origin             Length             Attributes\n"
                              "*default*        0x0000000000000000 0xffffffffffffffff\n"
                              "\n"
                              "Linker script and memory map\n"
                              "\n"
                              "LOAD m.o\n"
                              "LOAD /s/libzmq.a\n"
                              ".text           0x0000000000001000      0x100\n"
                              " .text          0x0000000000001000       0x20 m.o\n"
                              " .text          0x0000000000001020       0x20 /s/lib (1)/libz.a(crc32.o)\n"
                              " *fill*         0x0000000000001040        0x8 \n"
                              " .text._ZN3zmq1xEi\n"
                              "                0x0000000000001048       0x30 /s/libzmq.a(zmq.cpp.o)\n"
                              "                0x0000000000001048                zmq::x(int)\n"
                              " .rodata        0x0000000000002000        0x4 /s/lib (1)/libz.a(crc32.o)\n"
                              " .data.rel.ro   0x0000000000003000        0x8 /s/libzmq.a(zmq.cpp.o)\n"
                              " .data.rel.local\n"
                              "                0x0000000000003008        0x8 /s/libzmq.a(zmq.cpp.o)\n"
                              " COMMON         0x0000000000003010        0x4 /s/libzmq.a(zmq.cpp.o)\n"
                              " .bss.x         0x0000000000003014        0x4 /s/libzmq.a(zmq.cpp.o)\n"
                              " .database      0x0000000000003018        0x1 /s/libzmq.a(zmq.cpp.o)\n"
                              " .comment       0x0000000000000000       0x1f /s/libreg.a(gone.o)\n"
                              "OUTPUT(m.so elf64-x86-64)\n";

static const char lld_map[] =
    "             VMA              LMA     Size Align Out     In      Symbol\n"
    "            1000             1000      100    16 .text\n"
    "            1000             1000       20    16         m.o:(.text)\n"
    "            1020             1020       20    16         /s/lib (1)/libz.a(crc32.o):(.text)\n"
    "            1020             1020       20     1                 crc32\n"
    "            1048             1048       30    16         /s/libzmq.a(zmq.cpp.o):(.text._ZN3zmq1xEi)\n"
    "            2000             2000        4     1         /s/lib (1)/libz.a(crc32.o):(.rodata)\n"
    "            3000             3000        8     1         /s/libzmq.a(zmq.cpp.o):(.data.rel.ro)\n"
    "            3008             3008        8     1         /s/libzmq.a(zmq.cpp.o):(.data.rel.local)\n"
    "            3010             3010        4     1         /s/libzmq.a(zmq.cpp.o):(COMMON)\n"
    "            3014             3014        4     1         /s/libzmq.a(zmq.cpp.o):(.bss.x)\n"
    "            3018             3018        1     1         /s/libzmq.a(zmq.cpp.o):(.database)\n"
    "               0                0       1f     1         /s/libreg.a(gone.o):(.comment)\n";

static void check_map(const char *text, bool gone)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct link_contents in;
    ck_assert_msg(link_map_parse(&in, &a, "m.map", slice_of(text), &e) == 0, "%s", e.text);
    ck_assert_uint_eq(in.len, gone ? 3 : 2);
    ck_assert_str_eq(in.items[0].archive, "/s/lib (1)/libz.a");
    ck_assert_str_eq(in.items[0].member, "crc32.o");
    ck_assert_uint_eq(in.items[0].size_bytes, 0x24);
    const struct link_member *zmq = &in.items[in.len - 1];
    ck_assert_str_eq(zmq->archive, "/s/libzmq.a");
    ck_assert_str_eq(zmq->member, "zmq.cpp.o");
    ck_assert_uint_eq(zmq->size_bytes, 0x30 + 0x19);
    ck_assert_uint_eq(zmq->writable_bytes, 0x10);
    ck_assert_uint_eq(in.items[0].writable_bytes, 0);
    if (gone) {
        ck_assert_str_eq(in.items[1].archive, "/s/libreg.a");
        ck_assert_uint_eq(in.items[1].size_bytes, 0);
    }
}

START_TEST(maps_of_gnu_ld_are_read)
{
    check_map(gnu_map, true);
}
END_TEST

START_TEST(maps_of_lld_are_read)
{
    check_map(lld_map, false);
}
END_TEST

START_TEST(what_is_no_map_is_told)
{
    static const char *const rows[] = {
        "", "hello\n", "VMA", "\n\n\n", "Archive member included to satisfy\n"};
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct link_contents in;
    ck_assert_int_eq(link_map_parse(&in, &a, "m.map", slice_of(rows[_i]), &e), -1);
    ck_assert_str_eq(e.text, "m.map: not a link map of GNU ld or lld");
    ck_assert_int_eq(e.kind, ERR_PACKAGE);
}
END_TEST

/* A full disk cuts the end off. Of GNU ld's maps any end is missed; lld says itself that it could not write,
 * and half a line shows all the same. */
START_TEST(a_map_without_its_end_is_refused)
{
    const char *whole = _i ? lld_map : gnu_map;
    for (size_t n = strlen(whole) - 2; n; n--) {
        if (_i && whole[n - 1] == '\n')
            continue;
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err e = ERR_INIT;
        struct link_contents in;
        ck_assert_int_eq(link_map_parse(&in, &a, "m.map", (struct slice){whole, n}, &e), -1);
        ck_assert_msg(
            strstr(e.text, "not a link map") || strstr(e.text, "end of the link map"), "%s", e.text);
    }
}
END_TEST

/* Cut anywhere and with any byte changed, a map is read or refused, never read past. */
START_TEST(damaged_maps_do_not_lead_outside)
{
    const char *whole = _i ? lld_map : gnu_map;
    size_t len = strlen(whole);
    for (size_t n = 0; n < len; n++) {
        static const char bytes[] = {0, ' ', '\n', '(', ')', ':', 'f', (char)0xff};
        AUTO(arena) struct arena a = {0};
        AUTO(err) struct err e = ERR_INIT;
        struct link_contents in;
        AUTO_FREE char *copy = xcalloc(n + 1, 1); /* not terminated: a read past n is seen */
        memcpy(copy, whole, n);
        copy[n] = bytes[n % sizeof bytes];
        link_map_parse(&in, &a, "m.map", (struct slice){copy, n + 1}, &e);
    }
}
END_TEST

/* The emitted commands really make a module, and its map names what is inside. */
static size_t symbols_in(const char *path)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(mapping) struct mapping file = {0};
    struct elf_object object;
    ck_assert_msg(mapping_open(&file, path, &e) == 0, "%s", e.text);
    ck_assert_int_eq(elf_object_open(&object, file.bytes, file.size, &e), 0);
    return object.symbol_count;
}

/* The symbol table is in the file that debuggers find by the build id, and no more in the module. */
static void check_parted(const char *dir, const char *module, const char *debug)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena a = {0};
    AUTO(mapping) struct mapping file = {0};
    AUTO_FREE char *below = NULL;
    struct elf_image image;
    ck_assert_uint_eq(symbols_in(module), 0);
    ck_assert_uint_gt(symbols_in(debug), 1);
    ck_assert_msg(debug_file_place(&below, module, debug, dir, &e) == 0, "%s", e.text);
    ck_assert_ptr_nonnull(below);
    AUTO_FREE char *placed = path_join(dir, below);
    ck_assert_uint_gt(symbols_in(placed), 1);
    ck_assert_int_eq(mapping_open(&file, module, &e), 0);
    ck_assert_int_eq(elf_open(&image, &a, file.bytes, file.size, &e), 0);
    struct elf_range id = elf_build_id(&image);
    AUTO_FREE char *begin = xstrf(DEBUG_BY_ID "/%02x/%02x", id.ptr[0], id.ptr[1]);
    ck_assert_uint_eq(id.len, 20);
    ck_assert_msg(str_starts(below, begin) && str_ends(below, ".debug"), "%s", below);
}

START_TEST(commands_make_a_module)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena a = {0};
    AUTO_FREE char *dir = folder_make_temporary("/tmp", "staticbuild-test-", &e);
    static const struct {
        const char *file, *text;
    } files[] = {
        {"Python.h",
            "typedef struct _o PyObject;\n#define PyMODINIT_FUNC __attribute__((visibility(\"default\"))) "
            "PyObject *\n"},
        {"m.c",
            "#include <Python.h>\n#include <z.h>\nint unused(void) { return 1; }\nPyMODINIT_FUNC "
            "PyInit_m(void);\nPyMODINIT_FUNC PyInit_m(void) { return z() ? 0 : (PyObject *)__FILE__; }\n"},
        {"z/include/z.h", "int z(void);\n"},
        {"z.c", "int z(void);\nint z(void) { return 42; }\n"},
        {"other.c", "int other(void);\nint other(void) { return 42; }\n"},
        {"v.map", "{ global: PyInit_m; PyModExport_[m]; local: *; };\n"},
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        AUTO_FREE char *path = path_join(dir, files[i].file);
        AUTO_FREE char *folder = path_dir(path);
        ck_assert_int_eq(folder_make(folder, &e), 0);
        ck_assert_int_eq(file_write(path, files[i].text, strlen(files[i].text), 0644, &e), 0);
    }
    struct module_spec m = {.name = "m", .sources = TEXTS("m.c")};
    struct recipe lib = {.name = "z", .provides = {.archives = TEXTS("lib/libz.a")}};
    AUTO_FREE char *tree = path_join(dir, "z");
    struct build_input library = {"z", tree, &lib, INPUT_LIBRARY};
    AUTO_FREE char *out = path_join(dir, "m.so");
    AUTO_FREE char *map = path_join(dir, "m.map");
    AUTO_FREE char *script = path_join(dir, "v.map");
    AUTO_FREE char *debug = path_join(dir, "m.debug");
    struct interpreter p = python;
    p.include = dir;
    struct link_request r = {.recipe = &extension,
        .module = &m,
        .toolchain = &compilers,
        .python = &p,
        .src = dir,
        .work = dir,
        .out = out,
        .map = map,
        .debug = debug,
        .version_script = script,
        .libraries = &library,
        .library_count = 1};
    AUTO(strvec) struct strvec env = {0};
    AUTO(commands) struct commands list = {0};
    strvec_push(&env, "PATH=/usr/local/bin:/usr/bin:/bin");
    static const char *const before[][8] = {{"mkdir", "-p", "z/lib"},
        {"cc", "-c", "-fPIC", "-ffunction-sections", "z.c"}, {"cc", "-c", "-fPIC", "other.c"},
        {"ar", "rc", "z/lib/libz.a", "z.o", "other.o"}};
    for (size_t i = 0; i < 4; i++) {
        struct command *c = link_command(&list, "before", dir, NULL, NULL, &env);
        for (size_t k = 0; before[i][k]; k++)
            strvec_push(&c->argv, before[i][k]);
    }
    strvec_push(&compilers.cflags, "-fPIC");
    strvec_push(&compilers.module_ldflags, "-Wl,--build-id=sha1");
    ck_assert_int_eq(commands_of(&r, &env, &list, &e), 0);
    for (size_t i = 0; i < list.len; i++) {
        if (is_expose(&list.items[i])) {
            ck_assert_int_eq(helper_run(&expose_helper, slice_of(list.items[i].input), &e), 0);
            continue;
        }
        struct process_spec spec = {.argv = list.items[i].argv.items,
            .env = list.items[i].env.items,
            .dir = list.items[i].dir,
            .in = -1,
            .out = -1,
            .err = 2};
        struct process child;
        struct process_end end;
        ck_assert_int_eq(process_start(&child, &spec, &e), 0);
        process_wait(&child, &end);
        ck_assert_int_eq(end.status, 0);
    }
    struct link_contents in;
    ck_assert_msg(link_map_read(&in, &a, map, &e) == 0, "%s", e.text);
    size_t ours = 0;
    for (size_t i = 0; i < in.len; i++)
        if (str_starts(in.items[i].archive, tree)) {
            ck_assert_str_eq(in.items[i].member, "z.o");
            ck_assert_uint_gt(in.items[i].size_bytes, 0);
            ours++;
        }
    ck_assert_uint_eq(ours, 1);
    AUTO(mapping) struct mapping made = {0};
    ck_assert_int_eq(mapping_open(&made, out, &e), 0);
    ck_assert_ptr_null(memmem(made.bytes, made.size, dir, strlen(dir)));
    check_parted(dir, out, debug);
    ck_assert_int_eq(tree_remove(dir, &e), 0);
}
END_TEST

Suite *link_suite(void)
{
    Suite *s = suite_create("link");
    TCase *t = tcase_create("link");
    tcase_add_checked_fixture(t, make_toolchain, release_toolchain);
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, entry_points_are_named_by_pep_489, 0, 10);
    tcase_add_test(t, patterns_stand_for_files);
    tcase_add_loop_test(t, bytes_that_are_no_utf8_end, 0, 6);
    tcase_add_test(t, modules_are_files_of_their_interpreter);
    tcase_add_test(t, only_entry_points_and_exports_are_global);
    tcase_add_test(t, cython_writes_into_a_folder_of_its_own);
    tcase_add_test(t, a_c_module_with_one_library);
    tcase_add_test(t, modules_are_made_phase_by_phase);
    tcase_add_test(t, some_files_are_left_out);
    tcase_add_test(t, a_cython_source_speaks_of_its_module);
    tcase_add_test(t, files_with_flags_of_their_own);
    tcase_add_test(t, what_is_seen_is_not_linked);
    tcase_add_test(t, a_cython_module_with_all_libraries);
    tcase_add_loop_test(t, older_pythons_need_visible_symbols, 0, 4);
    tcase_add_loop_test(t, what_cannot_be_linked_is_told, 0, 6);
    tcase_add_test(t, cython_is_told_everything);
    tcase_add_test(t, cython_runs_nothing_of_the_source);
    tcase_add_test(t, one_module_has_one_cython_source);
    tcase_add_test(t, maps_of_gnu_ld_are_read);
    tcase_add_test(t, maps_of_lld_are_read);
    tcase_add_loop_test(t, what_is_no_map_is_told, 0, 5);
    tcase_add_loop_test(t, a_map_without_its_end_is_refused, 0, 2);
    tcase_add_loop_test(t, damaged_maps_do_not_lead_outside, 0, 2);
    tcase_add_test(t, commands_make_a_module);
    suite_add_tcase(s, t);
    return s;
}
