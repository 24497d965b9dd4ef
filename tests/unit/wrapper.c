/* What stands for compilers and linkers: from the words that a build gives to the words that are run. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "sys/fs.h"
#include "compile.h"
#include "wrapper/driver.h"
#include "wrapper/linker.h"
#include "wrapper/names.h"
#include "wrapper/objects.h"
#include "wrapper/paths.h"
#include "wrapper/relink.h"
#include "wrapper/remembered.h"
#include "wrapper/rust.h"

/* A folder with a root and a work folder; texts of the tables name it "%". */
struct place {
    char folder[32];
    struct config config;
};

static char *placed(const struct place *p, const char *text)
{
    struct strbuf out = {0};
    for (; *text; text++)
        if (*text == '%')
            strbuf_adds(&out, p->folder);
        else
            strbuf_addc(&out, *text);
    return strbuf_steal(&out);
}

static void put(const struct place *p, const char *name, const char *text)
{
    AUTO_FREE char *path = placed(p, name);
    AUTO_FREE char *content = placed(p, text);
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(file_write(path, content, strlen(content), 0644, &e), 0);
}

static void place_init(struct place *p, const char *more)
{
    AUTO(err) struct err e = ERR_INIT;
    *p = (struct place){.folder = "/tmp/wrapper-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(p->folder));
    static const char *const folders[] = {"%/bin", "%/kit/lib", "%/work", "%/maps"};
    for (size_t i = 0; i < COUNT(folders); i++) {
        AUTO_FREE char *path = placed(p, folders[i]);
        ck_assert_int_eq(folder_make(path, &e), 0);
    }
    AUTO_FREE char *text = xstrf("cc /kit/cc\nc++ /kit/c++\nld /usr/bin/ld\ntriplet x86_64-linux-gnu\n"
                                 "log %%/log\nallowed %%\ncompile -fPIC\nlink -static-libstdc++\n%s",
        more);
    put(p, "%/bin/" WRAPPER_CONFIG, text);
    AUTO_FREE char *bin = placed(p, "%/bin");
    ck_assert(config_read(&p->config, bin));
}

static void place_release(struct place *p)
{
    AUTO(err) struct err e = ERR_INIT;
    config_release(&p->config);
    ck_assert_int_eq(tree_remove(p->folder, &e), 0);
}

/* Words that are separated by a space. */
static void split(struct words *out, const struct place *p, const char *text)
{
    AUTO_FREE char *all = placed(p, text);
    for (char *word = all, *end; word && *word; word = end) {
        end = strchr(word, ' ');
        if (end)
            *end++ = '\0';
        words_add(out, word);
    }
}

static void expect_words(const struct place *p, const struct words *got, const char *want)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *expected = placed(p, want);
    for (size_t i = 0; i < got->count; i++)
        strbuf_addf(&text, "%s%s", i ? " " : "", got->items[i]);
    ck_assert_str_eq(strbuf_str(&text), expected);
}

static void expect_log(const struct place *p, const char *want)
{
    AUTO_FREE char *path = placed(p, "%/log");
    AUTO_FREE char *expected = placed(p, want);
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err e = ERR_INIT;
    if (*want)
        ck_assert_int_eq(file_read(&text, path, 65536, &e), 0);
    else
        ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_str_eq(strbuf_str(&text), expected);
}

static const struct {
    const char *name, *triplet;
    enum wrapper_kind kind;
} named[] = {
    {"cc", NULL, WRAPPER_CC},
    {"c++", "t-x", WRAPPER_CXX},
    {"t-x-g++", "t-x", WRAPPER_CXX},
    {"t-x-gcc-12", "t-x", WRAPPER_CC},
    {"t-y-gcc", "t-x", WRAPPER_KINDS},
    {"clang-19.1", NULL, WRAPPER_CC},
    {"ld.lld", NULL, WRAPPER_LD},
    {"gcc-ar", NULL, WRAPPER_AR},
    {"pkgconf", NULL, WRAPPER_PKG_CONFIG},
    {"gcc12", NULL, WRAPPER_KINDS},
    {"-12", NULL, WRAPPER_KINDS},
    {"12", NULL, WRAPPER_KINDS},
    {"as", NULL, WRAPPER_KINDS},
    {"rustc", NULL, WRAPPER_RUSTC},
};

START_TEST(a_name_says_what_it_is)
{
    ck_assert_int_eq(wrapper_kind_of(named[_i].name, named[_i].triplet), named[_i].kind);
}
END_TEST

#define BEFORE "/kit/cc -B%/bin/ -fPIC"

static const struct {
    const char *more, *argv, *want, *log;
} compiled[] = {
    {"", "-O3 -c a.c -o a.o", BEFORE " -O3 -c a.c -o a.o", ""},
    {"", "-march=native -mtune=native -march=x86-64-v2 -c a.c", BEFORE " -march=x86-64-v2 -c a.c",
        "dropped\tcc\t-march=native\ndropped\tcc\t-mtune=native\n"},
    {"", "-g -g3 -ggdb3 -gdwarf-4 -gen -c a.c", BEFORE " -gen -c a.c",
        "dropped\tcc\t-g\ndropped\tcc\t-g3\ndropped\tcc\t-ggdb3\ndropped\tcc\t-gdwarf-4\n"},
    {"", "-fuse-ld=lld a.o -lz", BEFORE " a.o -lz -static-libstdc++", "dropped\tcc\t-fuse-ld=lld\n"},
    {"", "-I/usr/include/libxml2 -I /usr/local/include -I%/work -isystem/usr/include -c a.c",
        BEFORE " -I%/work -c a.c",
        "dropped\tcc\t-I/usr/include/libxml2\ndropped\tcc\t-I/usr/local/include\n"
        "dropped\tcc\t-isystem/usr/include\n"},
    {"root /root\n", "-I/usr/include/libxml2 -isystem /usr/local/include/x -I/usr/includes -c a.c",
        BEFORE " -I /root/usr/include/libxml2 -isystem /root/usr/include/x -I/usr/includes -c a.c",
        "redirected\tcc\t-I/usr/include/libxml2\nredirected\tcc\t-isystem/usr/local/include/x\n"},
    {"kept /usr/include/python3.11\n", "-I/usr/include/python3.11 -I/usr/include/python3 -c a.c",
        BEFORE " -I/usr/include/python3.11 -c a.c", "dropped\tcc\t-I/usr/include/python3\n"},
    {"", "-shared a.o -L/usr/lib -L /usr/local/lib -L%/work -L. -lz",
        BEFORE " -shared a.o -L%/work -lz -static-libstdc++",
        "dropped\tcc\t-L/usr/lib\ndropped\tcc\t-L/usr/local/lib\ndropped\tcc\t-L.\n"},
    {"", "-Wl,-rpath -Wl,/x a.o", BEFORE " -Wl,-rpath -Wl,/x a.o -static-libstdc++", ""},
    {"", "-L", BEFORE " -L -static-libstdc++", ""},
    {"", "-E -", BEFORE " -E -", ""},
    {"compile -D_FORTIFY_SOURCE=3\n", "-O3 -D_FORTIFY_SOURCE=2 -c a.c",
        BEFORE " -D_FORTIFY_SOURCE=3 -O3 -c a.c", "dropped\tcc\t-D_FORTIFY_SOURCE=2\n"},
    {"compile -D_FORTIFY_SOURCE=3\n", "-O3 -O0 -c a.c", BEFORE " -O3 -O0 -c a.c", ""},
    {"compile -D_FORTIFY_SOURCE=3\n", "-c a.c", BEFORE " -c a.c", ""},
};

START_TEST(a_compiler_is_given_what_is_no_machine_s)
{
    struct place p;
    struct words argv = {0}, out = {0};
    place_init(&p, compiled[_i].more);
    split(&argv, &p, compiled[_i].argv);
    driver_words(&out, &p.config, WRAPPER_CC, "cc", &argv);
    expect_words(&p, &out, compiled[_i].want);
    expect_log(&p, compiled[_i].log);
    words_release(&argv);
    words_release(&out);
    place_release(&p);
}
END_TEST

START_TEST(cxx_has_its_own_compiler)
{
    struct place p;
    struct words argv = {0}, out = {0};
    place_init(&p, "");
    split(&argv, &p, "a.o");
    driver_words(&out, &p.config, WRAPPER_CXX, "g++", &argv);
    expect_words(&p, &out, "/kit/c++ -B%/bin/ -fPIC a.o -static-libstdc++");
    words_release(&argv);
    words_release(&out);
    place_release(&p);
}
END_TEST

#define RUST "/rust/rustc --remap-path-prefix=/w=/build"

static const struct {
    const char *argv, *want, *log;
} rust[] = {
    {"-vV", RUST " -vV", ""},
    {"-C target-cpu=native -C opt-level=3 a.rs", RUST " -C opt-level=3 a.rs",
        "dropped\trustc\t-Ctarget-cpu=native\n"},
    {"-Ctarget-cpu=native --codegen target-cpu=native --codegen=target-cpu=native", RUST,
        "dropped\trustc\t-Ctarget-cpu=native\ndropped\trustc\t-Ctarget-cpu=native\n"
        "dropped\trustc\t-Ctarget-cpu=native\n"},
    {"-C target-cpu=x86-64-v2 -C", RUST " -C target-cpu=x86-64-v2 -C", ""},
    {"-l static=ssl -lstatic=ssl -l", RUST " -l static:-bundle=ssl -l static:-bundle=ssl -l", ""},
    {"-l static=other -l ssl -l dylib=ssl -l static:+whole-archive=ssl",
        RUST " -l static=other -l ssl -l dylib=ssl -l static:+whole-archive=ssl", ""},
};

START_TEST(rust_is_compiled_for_any_machine)
{
    struct place p;
    struct words argv = {0}, out = {0};
    place_init(&p, "root %\nrustc /rust/rustc\nrust --remap-path-prefix=/w=/build\n");
    AUTO_FREE char *lib = placed(&p, "%/usr/lib");
    ck_assert_int_eq(folder_make(lib, &(struct err)ERR_INIT), 0);
    put(&p, "%/usr/lib/libssl.a", "");
    split(&argv, &p, rust[_i].argv);
    rust_words(&out, &p.config, "rustc", &argv);
    expect_words(&p, &out, rust[_i].want);
    expect_log(&p, rust[_i].log);
    words_release(&argv);
    words_release(&out);
    place_release(&p);
}
END_TEST

/* What cargo compiles: the words, and what its environment says of the crate. */
static const struct {
    const char *argv, *crate, *log;
} crates[] = {
    {"--crate-name a_b --crate-type cdylib -C extra-filename=-01 --extern x=/d/libx-02.rlib --extern "
     "noprelude:y=/d/liby-03.rmeta --extern z",
        "a-b", "crate\trustc\tliba_b-01\tcdylib\ta-b\t1.0\tMIT\t/src\tlibx-02 liby-03\n"},
    {"--crate-name=build_script_build a.rs", "a-b",
        "crate\trustc\tlibbuild_script_build\tbin\ta-b\t1.0\tMIT\t/src\t\n"},
    {"--crate-name ___ --print=cfg", "", ""},
    {"-vV", "a-b", ""},
};

START_TEST(crates_are_noted)
{
    struct place p;
    struct words argv = {0};
    place_init(&p, "");
    split(&argv, &p, crates[_i].argv);
    setenv("CARGO_PKG_NAME", crates[_i].crate, 1);
    setenv("CARGO_PKG_VERSION", "1.0", 1);
    setenv("CARGO_PKG_LICENSE", "MIT", 1);
    setenv("CARGO_MANIFEST_DIR", "/src", 1);
    rust_note(&p.config, "rustc", &argv);
    expect_log(&p, crates[_i].log);
    words_release(&argv);
    place_release(&p);
}
END_TEST

/* An object that was made of a file with a blank in its name, and what happens to either of them then. */
static const struct {
    const char *argv;
    enum { NOTHING, OBJECT_GOES, SOURCE_CHANGES, SOURCE_GOES, NO_DEPENDENCIES, OTHER_WORDS } then;
    bool remembers, done;
} compiles[] = {
    {"cc -c a.c -o %/work/a.o", NOTHING, true, true},
    {"cc -c a.c -o%/work/a.o", NOTHING, true, true},
    {"cc -c a.c -o %/work/a.o", OBJECT_GOES, true, false},
    {"cc -c a.c -o %/work/a.o", SOURCE_CHANGES, true, false},
    {"cc -c a.c -o %/work/a.o", SOURCE_GOES, true, false},
    {"cc -c a.c -o %/work/a.o", NO_DEPENDENCIES, true, false},
    {"cc -c a.c -o %/work/a.o", OTHER_WORDS, true, false},
    {"cc a.c -o %/work/a.o", NOTHING, false, false},
    {"cc -c a.c", NOTHING, false, false},
    {"cc -c a.c -MD -o %/work/a.o", NOTHING, false, false},
    {"cc -c -o %/work/a.o -", NOTHING, false, false},
    {"cc -c a.c -o %/work/a.s", NOTHING, false, false},
};

START_TEST(a_compile_is_done_once)
{
    struct place p;
    struct words argv = {0}, all = {0};
    struct remembered r;
    AUTO(err) struct err e = ERR_INIT;
    place_init(&p, "remembered %/work\n");
    AUTO_FREE char *object = placed(&p, "%/work/a.o");
    AUTO_FREE char *source = placed(&p, "%/work/a b.c");
    split(&argv, &p, compiles[_i].argv);
    remembered_init(&r, &p.config, &argv);
    ck_assert_int_eq(r.object != NULL, compiles[_i].remembers);
    if (r.object) {
        ck_assert(!remembered_is_done(&r, &argv));
        put(&p, "%/work/a b.c", "int f;");
        remembered_begin(&r, &all);
        ck_assert_str_eq(all.items[0], "-MMD");
        AUTO_FREE char *list = placed(&p, "%/work/a.o: \\\n  %/work/a\\ b.c \\\n %/bin/" WRAPPER_CONFIG "\n");
        ck_assert_int_eq(file_write(r.dependencies, list, strlen(list), 0644, &e), 0);
        usleep(20000);
        put(&p, "%/work/a.o", "object");
        remembered_end(&r, &argv);
        usleep(20000);
        if (compiles[_i].then == OBJECT_GOES)
            ck_assert_int_eq(unlink(object), 0);
        if (compiles[_i].then == SOURCE_CHANGES)
            put(&p, "%/work/a b.c", "int g;");
        if (compiles[_i].then == SOURCE_GOES)
            ck_assert_int_eq(unlink(source), 0);
        if (compiles[_i].then == NO_DEPENDENCIES)
            ck_assert_int_eq(unlink(r.dependencies), 0);
        if (compiles[_i].then == OTHER_WORDS)
            words_add(&argv, "-O2");
        ck_assert_int_eq(remembered_is_done(&r, &argv), compiles[_i].done);
    }
    remembered_release(&r);
    words_release(&argv);
    words_release(&all);
    place_release(&p);
}
END_TEST

/* Without objects: nothing here is an extension module. */
static const struct {
    const char *more, *argv, *want, *log;
} linked[] = {
    {"", "-o a.out crt1.o a.o -lc", "/usr/bin/ld -o a.out crt1.o a.o -lc", ""},
    {"root /root\n", "a.o -lz", "/usr/bin/ld a.o -lz -L/root/usr/lib", ""},
    {"confined yes\n", "a.o", "/usr/bin/ld -nostdlib a.o", ""},
    {"", "-L/usr/lib -L /usr/lib -L%/work --library-path=/usr/lib a.o", "/usr/bin/ld -L%/work a.o", ""},
    {"", "-rpath /opt/x -rpath=/y --rpath /z -rpath-link=/w --enable-new-dtags a.o",
        "/usr/bin/ld --enable-new-dtags a.o",
        "dropped\tld\t-rpath /opt/x\ndropped\tld\t-rpath /y\ndropped\tld\t-rpath /z\n"
        "dropped\tld\t-rpath /w\n"},
    {"", "-rpath $ORIGIN/../x.libs -rpath ${ORIGIN}:$ORIGIN/y -rpath $ORIGIN:/y a.o",
        "/usr/bin/ld -rpath=$ORIGIN/../x.libs -rpath=${ORIGIN}:$ORIGIN/y a.o",
        "dropped\tld\t-rpath $ORIGIN:/y\n"},
    {"", "-R /x a.o", "/usr/bin/ld a.o", "dropped\tld\t-rpath /x\n"},
    {"", "--version-script=%/s -shared a.o", "/usr/bin/ld -shared a.o --version-script=%/s", ""},
    {"", "-soname /usr/lib/libx.so -shared a.o", "/usr/bin/ld -soname /usr/lib/libx.so -shared a.o", ""},
    {"allowed %/kit\n", "a.o /usr/lib/there/libm.so", "/usr/bin/ld a.o %/kit/lib/libm.so",
        "redirected\tld\t/usr/lib/there/libm.so\n"},
    {"", "-lpython3.11 a.o", "/usr/bin/ld -lpython3.11 a.o", ""},
    {"module --gc-sections\nmodule -z\nmodule now\nmodule --exclude-libs\nmodule ALL\nmodule "
     "--build-id=sha1\n",
        "-shared a.o", "/usr/bin/ld -z now --build-id=sha1 -shared a.o", ""},
    {"module -z\nmodule now\n", "-o a.out a.o", "/usr/bin/ld -o a.out a.o", ""},
};

START_TEST(a_linker_searches_no_folder_of_the_machine)
{
    struct place p;
    struct words argv = {0};
    struct linking l;
    place_init(&p, linked[_i].more);
    put(&p, "%/kit/lib/libm.so", "");
    split(&argv, &p, linked[_i].argv);
    linking_init(&l, &p.config, "ld", &argv);
    ck_assert_ptr_null(l.refused);
    ck_assert(!l.module);
    expect_words(&p, &l.argv, linked[_i].want);
    expect_log(&p, linked[_i].log);
    linking_release(&l);
    words_release(&argv);
    place_release(&p);
}
END_TEST

START_TEST(a_library_of_the_machine_is_refused)
{
    struct place p;
    struct words argv = {0};
    struct linking l;
    place_init(&p, "");
    split(&argv, &p, "a.o /usr/lib/there/libz.so.1 %/work/libown.a");
    linking_init(&l, &p.config, "ld", &argv);
    ck_assert_str_eq(l.refused, "/usr/lib/there/libz.so.1");
    linking_release(&l);
    words_release(&argv);
    place_release(&p);
}
END_TEST

static void make_object(const struct place *p, const char *name, const char *source, const char *option)
{
    AUTO_FREE char *text = placed(p, "%/work/in.c");
    AUTO_FREE char *out = placed(p, name);
    put(p, "%/work/in.c", source);
    char *argv[] = {"gcc", "-c", (char *)option, "-o", out, text, NULL};
    run_argv(argv);
}

static const struct {
    const char *source, *option;
    bool found;
} objects[] = {
    {"void *PyInit_x(void) { return 0; }", "-O2", true},
    {"int PyModExport_x;", "-O2", true},
    {"static void *PyInit_x(void) { return 0; } void *f(void) { return PyInit_x(); }", "-O0", false},
    {"void *PyInit_x(void); void *f(void) { return PyInit_x(); }", "-O2", false},
    {"const char *f(void) { return \"PyInit_x\"; }", "-O2", false},
    {"void *PyInit_x(void) { return 0; }", "-flto", true},
};

START_TEST(an_object_with_an_entry_point_is_known)
{
    struct place p;
    place_init(&p, "");
    make_object(&p, "%/work/a.o", objects[_i].source, objects[_i].option);
    AUTO_FREE char *object = placed(&p, "%/work/a.o");
    AUTO_FREE char *archive = placed(&p, "%/work/liba.a");
    ck_assert_int_eq(object_has_entry_point(object), objects[_i].found);
    char *argv[] = {"gcc-ar", "rcs", archive, object, NULL};
    run_argv(argv);
    ck_assert_int_eq(object_has_entry_point(archive), objects[_i].found);
    place_release(&p);
}
END_TEST

/* Every prefix of an object is a damaged object: nothing is read past its end. */
START_TEST(a_cut_object_is_read_to_its_end)
{
    struct place p;
    AUTO(strbuf) struct strbuf whole = {0};
    AUTO(err) struct err e = ERR_INIT;
    place_init(&p, "");
    make_object(&p, "%/work/a.o", "void *PyInit_x(void) { return 0; }", "-O2");
    AUTO_FREE char *object = placed(&p, "%/work/a.o");
    ck_assert_int_eq(file_read(&whole, object, 1 << 20, &e), 0);
    for (size_t len = 0; len < whole.len; len += 7) {
        char id[129];
        ck_assert_int_eq(file_write(object, whole.ptr, len, 0644, &e), 0);
        object_has_entry_point(object);
        object_build_id(object, id, sizeof id);
        ck_assert_str_eq(id, "");
    }
    place_release(&p);
}
END_TEST

/* What is given, and which script comes out: N is none, O ours, T theirs. */
static const struct {
    const char *argv, *script;
    char want;
} modules[] = {
    {"-shared -o x.so %/work/a.o", NULL, 'O'},
    {"-shared -o libx.so %/work/a.o", NULL, 'O'},
    {"-shared -o x.so --version-script %/work/s %/work/a.o", "{ global: PyInit_x; c_name; local: *; };", 'O'},
    {"-shared -o x.so --version-script=%/work/s %/work/a.o", "{ global: api_*; local: *; };", 'T'},
    {"-shared -o x.so %/work/b.o", NULL, 'N'},
    {"-shared -o x.so --version-script=%/work/s %/work/b.o", "{ global: PyInit_x; local: *; };", 'T'},
    {"-o program %/work/a.o", NULL, 'N'},
};

START_TEST(a_module_exports_its_entry_points)
{
    struct place p;
    struct words argv = {0};
    struct linking l;
    place_init(&p, "exports %/ours\nmaps %/maps\nmodule --gc-sections\n");
    make_object(&p, "%/work/a.o", "void *PyInit_x(void) { return 0; }", "-O2");
    make_object(&p, "%/work/b.o", "int f(void) { return 0; }", "-O2");
    if (modules[_i].script)
        put(&p, "%/work/s", modules[_i].script);
    split(&argv, &p, modules[_i].argv);
    linking_init(&l, &p.config, "ld", &argv);
    char got = 'N';
    bool collects = false;
    for (size_t i = 0; i < l.argv.count; i++) {
        collects |= strcmp(l.argv.items[i], "--gc-sections") == 0;
        if (word_starts(l.argv.items[i], "--version-script="))
            got = strstr(l.argv.items[i], "/ours") ? 'O' : 'T';
    }
    bool shared = strstr(modules[_i].argv, "-shared"), entry = strstr(modules[_i].argv, "a.o");
    ck_assert_int_eq(got, modules[_i].want);
    ck_assert_int_eq(l.module, shared && entry);
    ck_assert_int_eq(collects, l.module);
    ck_assert_int_eq(l.map != NULL, l.shared);
    linking_release(&l);
    words_release(&argv);
    place_release(&p);
}
END_TEST

START_TEST(a_module_takes_python_from_its_interpreter)
{
    struct place p;
    struct words argv = {0};
    struct linking l;
    place_init(&p, "");
    make_object(&p, "%/work/a.o", "void *PyInit_x(void) { return 0; }", "-O2");
    split(&argv, &p, "-shared %/work/a.o -lpython3.11 -lm");
    linking_init(&l, &p.config, "ld", &argv);
    expect_words(&p, &l.argv, "/usr/bin/ld -shared %/work/a.o -lm");
    expect_log(&p, "dropped\tld\t-lpython3.11\n");
    linking_release(&l);
    words_release(&argv);
    place_release(&p);
}
END_TEST

START_TEST(words_come_from_files_and_go_to_them)
{
    struct place p;
    struct words argv = {0}, out = {0}, again = {0};
    bool had_files;
    place_init(&p, "");
    put(&p, "%/work/one", "-a 'b c'\n\"d\\\"e\" f\\ g @%/work/two");
    put(&p, "%/work/two", "h");
    split(&argv, &p, "x @%/work/one %/nothing");
    words_expand(&out, argv.items, &had_files);
    ck_assert(had_files);
    static const char *const want[] = {"x", "-a", "b c", "d\"e", "f g", "h"};
    ck_assert_uint_eq(out.count, 7);
    for (size_t i = 0; i < 6; i++)
        ck_assert_str_eq(out.items[i], want[i]);
    AUTO_FREE char *path = placed(&p, "%/work/three");
    ck_assert_int_eq(words_write(&out, 1, path), 0);
    words_release(&argv);
    split(&argv, &p, "@%/work/three");
    words_expand(&again, argv.items, &had_files);
    ck_assert_uint_eq(again.count, 6);
    ck_assert_str_eq(again.items[2], "d\"e");
    words_release(&argv);
    words_release(&out);
    words_release(&again);
    place_release(&p);
}
END_TEST

START_TEST(a_line_that_is_not_known_is_an_error)
{
    struct place p;
    struct config other;
    place_init(&p, "");
    put(&p, "%/bin/" WRAPPER_CONFIG, "cc /x\nspeed 3\n");
    AUTO_FREE char *bin = placed(&p, "%/bin");
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
    ck_assert(!config_read(&other, bin));
    config_release(&other);
    place_release(&p);
}
END_TEST

static const struct {
    const char *path, *folder;
    bool inside;
} lying[] = {
    {"/a/b", "/a", true},
    {"/a", "/a", true},
    {"/a", "/a/", true},
    {"/ab", "/a", false},
    {"/a/b", "/", true},
};

START_TEST(a_path_lies_in_a_folder)
{
    ck_assert_int_eq(path_lies_in(lying[_i].path, lying[_i].folder), lying[_i].inside);
}
END_TEST

/* Own objects, archives found by -l in own folders, and version scripts are copied; a shared object of the
 * project's own, libraries of the root and what is the compiler's are named where they are. */
START_TEST(what_a_module_is_linked_from_is_kept)
{
    struct place p;
    struct words argv = {0}, kept = {0};
    bool had_files;
    AUTO(err) struct err e = ERR_INIT;
    place_init(&p, "relinks %/relinks\nown %/work\nroot %/work/root\n");
    static const char *const folders[] = {"%/relinks", "%/work/lib", "%/work/root/usr/lib"};
    for (size_t i = 0; i < COUNT(folders); i++) {
        AUTO_FREE char *path = placed(&p, folders[i]);
        ck_assert_int_eq(folder_make(path, &e), 0);
    }
    static const char *const files[] = {"%/work/m.o", "%/work/v.map", "%/work/lib/libown.a",
        "%/work/lib/libnext.so", "%/work/root/usr/lib/libz.a", "%/kit/lib/crti.o"};
    for (size_t i = 0; i < COUNT(files); i++)
        put(&p, files[i], files[i]);
    split(&argv, &p,
        "/usr/bin/ld -shared -o %/work/m.so %/kit/lib/crti.o -L %/work/lib -L%/work/root/usr/lib %/work/m.o "
        "-lown -lnext -lz %/work/root/usr/lib/libz.a --version-script=%/work/v.map -z now");
    char *folder = relink_keep(&p.config, &argv, "0a1b");
    ck_assert_ptr_nonnull(folder);
    AUTO_FREE char *from = xstrf("@%s/" RELINK_WORDS, folder);
    char *all[] = {from, NULL};
    words_expand(&kept, all, &had_files);
    expect_words(&p, &kept,
        "/usr/bin/ld -shared -o %/work/m.so %/kit/lib/crti.o -L%/work/lib -L%/work/root/usr/lib "
        "%/relinks/0a1b/000-m.o %/relinks/0a1b/001-libown.a %/work/lib/libnext.so -lz "
        "%/work/root/usr/lib/libz.a --version-script=%/relinks/0a1b/002-v.map -z now");
    AUTO_FREE char *object = placed(&p, "%/relinks/0a1b/000-m.o");
    AUTO_FREE char *content = placed(&p, "%/work/m.o");
    AUTO(strbuf) struct strbuf text = {0};
    ck_assert_int_eq(file_read(&text, object, 4096, &e), 0);
    ck_assert_str_eq(strbuf_str(&text), content);
    /* Without a name it could not be found again. */
    ck_assert_ptr_null(relink_keep(&p.config, &argv, ""));
    free(folder);
    words_release(&argv);
    words_release(&kept);
    place_release(&p);
}
END_TEST

Suite *wrapper_suite(void);

Suite *wrapper_suite(void)
{
    Suite *s = suite_create("wrapper");
    TCase *t = tcase_create("wrapper");
    tcase_add_loop_test(t, a_name_says_what_it_is, 0, COUNT(named));
    tcase_add_loop_test(t, a_compiler_is_given_what_is_no_machine_s, 0, COUNT(compiled));
    tcase_add_loop_test(t, rust_is_compiled_for_any_machine, 0, COUNT(rust));
    tcase_add_loop_test(t, a_compile_is_done_once, 0, COUNT(compiles));
    tcase_add_loop_test(t, crates_are_noted, 0, COUNT(crates));
    tcase_add_test(t, cxx_has_its_own_compiler);
    tcase_add_loop_test(t, a_linker_searches_no_folder_of_the_machine, 0, COUNT(linked));
    tcase_add_test(t, a_library_of_the_machine_is_refused);
    tcase_add_loop_test(t, an_object_with_an_entry_point_is_known, 0, COUNT(objects));
    tcase_add_test(t, a_cut_object_is_read_to_its_end);
    tcase_add_loop_test(t, a_module_exports_its_entry_points, 0, COUNT(modules));
    tcase_add_test(t, a_module_takes_python_from_its_interpreter);
    tcase_add_test(t, words_come_from_files_and_go_to_them);
    tcase_add_test(t, a_line_that_is_not_known_is_an_error);
    tcase_add_test(t, what_a_module_is_linked_from_is_kept);
    tcase_add_loop_test(t, a_path_lies_in_a_folder, 0, COUNT(lying));
    suite_add_tcase(s, t);
    return s;
}
